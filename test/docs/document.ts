import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dir, '..', '..');

/** All documents, by their paths in the repository. */
export const DOCUMENTS: readonly string[] = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`)
    .toSorted(),
];

/** The text of a file of the repository. */
export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** A fenced block of a document. */
export interface Block {
  readonly language: string;
  readonly text: string;
  /** The nearest heading above it, without its number signs. */
  readonly heading: string;
}

interface Parts {
  readonly blocks: readonly Block[];
  /** The lines outside of blocks, each with its number from 1. */
  readonly prose: readonly (readonly [number: number, line: string])[];
}

function partsOf(document: string): Parts {
  const blocks: Block[] = [];
  const prose: [number, string][] = [];
  let heading = '';
  let open: { language: string; lines: string[] } | undefined;
  for (const [index, line] of document.split('\n').entries()) {
    const fence = /^```(\w*)$/.exec(line);
    if (fence !== null && open === undefined) {
      open = { language: fence[1] ?? '', lines: [] };
    } else if (fence !== null && open !== undefined) {
      blocks.push({ language: open.language, text: open.lines.join('\n'), heading });
      open = undefined;
    } else if (open === undefined) {
      heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading;
      prose.push([index + 1, line]);
    } else {
      open.lines.push(line);
    }
  }
  return { blocks, prose };
}

/** All fenced blocks of a document, in their order. */
export function blocksOf(document: string): readonly Block[] {
  return partsOf(document).blocks;
}

/** The lines of a document outside of its fenced blocks, each with its number from 1. */
export function proseOf(document: string): Parts['prose'] {
  return partsOf(document).prose;
}

/** The blocks of one language in all documents. */
export function allBlocks(language: string): Block[] {
  return DOCUMENTS.flatMap((path) => blocksOf(textOf(path))).filter((block) => block.language === language);
}

/** The headings of a document as the anchors that a link may name. */
export function anchorsOf(document: string): string[] {
  return proseOf(document).flatMap(([, line]) => {
    const [, heading] = /^#+ (.*)$/.exec(line) ?? [];
    if (heading === undefined) return [];
    return heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-');
  });
}

/** All of the program's source, one file after the other. */
export function sourceText(): string {
  const files = [...new Bun.Glob('src/**/*.ts').scanSync({ cwd: ROOT })];
  return files.map(textOf).join('\n');
}
