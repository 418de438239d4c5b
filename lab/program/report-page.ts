import type { ReportJson } from '../../src/output/report-json.ts';

/** A cell of a table of the page: what is seen, the exact value that it is sorted by, and its title. */
export interface Cell {
  text: string;
  readonly value: string | undefined;
  readonly title: string | undefined;
}

/** The page of `report`, as a program that knows HTML reads it. */
export interface ReportPage {
  /** What the page itself contains as data. */
  readonly data: ReportJson;
  /** Cells of the bodies of tables, by the tables' ids. */
  readonly tables: ReadonlyMap<string, readonly (readonly Cell[])[]>;
  /** Text by the ids of elements. */
  readonly texts: ReadonlyMap<string, string>;
  readonly policy: string;
  /** What is in each `script` and `style` that a browser runs. */
  readonly scripts: readonly string[];
  readonly styles: readonly string[];
  /** Elements by their names, and attributes that name a place. */
  readonly elements: ReadonlyMap<string, number>;
  readonly places: readonly string[];
  /** Classes of the lines between backups in the picture of chains. */
  readonly links: readonly string[];
}

const IDS = ['verdict', 'failures', 'uploads', 'chains', 'tables', 'streams'];

/** Reads a page. @throws when its data is not there */
export function readReportPage(html: string): ReportPage {
  const tables = new Map<string, Cell[][]>();
  const texts = new Map<string, string>();
  const [scripts, styles, places, links]: string[][] = [[], [], [], []];
  const elements = new Map<string, number>();
  let [policy, json, table, cell]: [string, string, Cell[][], Cell | undefined] = ['', '', [], undefined];
  let rewriter = new HTMLRewriter()
    .on('*', {
      element: (element) => {
        elements.set(element.tagName, (elements.get(element.tagName) ?? 0) + 1);
        for (const [name, value] of element.attributes)
          if (/^(?:href|src|action|srcset|data|poster|style|on\w+)$/.test(name))
            places?.push(`${name}=${value}`);
      },
    })
    .on('meta[http-equiv]', { element: (element) => void (policy = element.getAttribute('content') ?? '') })
    .on('script#data', { text: ({ text }) => void (json += text) })
    .on('script:not([type])', appendTo(scripts))
    .on('style', appendTo(styles))
    .on('path.link', { element: (element) => void links?.push(element.getAttribute('class') ?? '') })
    .on('table', {
      element: (element) => {
        table = [];
        tables.set(element.getAttribute('id') ?? '', table);
      },
    })
    .on('tbody tr', { element: () => void table.push([]) })
    .on('tbody th, tbody td', {
      element: (element) => {
        const value = element.getAttribute('data-v') ?? undefined;
        cell = { text: '', value, title: element.getAttribute('title') ?? undefined };
        table.at(-1)?.push(cell);
      },
      text: ({ text }) => {
        if (cell !== undefined) cell.text += text;
      },
    });
  for (const id of IDS)
    rewriter = rewriter.on(`#${id}`, {
      text: ({ text }) => void texts.set(id, (texts.get(id) ?? '') + text),
    });
  rewriter.transform(html);
  return {
    data: JSON.parse(json) as ReportJson,
    tables,
    texts,
    policy,
    scripts: scripts ?? [],
    styles: styles ?? [],
    elements,
    places: places ?? [],
    links: links ?? [],
  };
}

/** Puts the text of each element into a list. */
function appendTo(list: string[] | undefined): HTMLRewriterTypes.HTMLRewriterElementContentHandlers {
  return {
    element: () => void list?.push(''),
    text: ({ text }) => {
      if (list !== undefined) list[list.length - 1] += text;
    },
  };
}

/** What is seen of a cell in HTML, without its escapes. */
export function plainText(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .trim();
}
