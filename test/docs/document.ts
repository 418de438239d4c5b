import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dir, '..', '..');

/** The documents that are held against the program, by their paths in the repository. */
export const DOCUMENTS = ['README.md', 'docs/migrating.md', 'CHANGELOG.md'] as const;

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

/** All fenced blocks of a document, in their order. */
export function blocksOf(document: string): Block[] {
  const blocks: Block[] = [];
  let heading = '';
  let open: { language: string; lines: string[] } | undefined;
  for (const line of document.split('\n')) {
    const fence = /^```(\w*)$/.exec(line);
    if (fence !== null && open === undefined) {
      open = { language: fence[1] ?? '', lines: [] };
    } else if (fence !== null && open !== undefined) {
      blocks.push({ language: open.language, text: open.lines.join('\n'), heading });
      open = undefined;
    } else if (open === undefined) {
      heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading;
    } else {
      open.lines.push(line);
    }
  }
  return blocks;
}

/** The blocks of one language in all documents. */
export function allBlocks(language: string): Block[] {
  return DOCUMENTS.flatMap((path) => blocksOf(textOf(path))).filter((block) => block.language === language);
}

/** The headings of a document as the anchors that a link may name. */
export function anchorsOf(document: string): string[] {
  return [...document.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  );
}

/** All of the program's source, one file after the other. */
export function sourceText(): string {
  const files = [...new Bun.Glob('src/**/*.ts').scanSync({ cwd: ROOT })];
  return files.map(textOf).join('\n');
}
