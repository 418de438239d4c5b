/** The pieces of a document that the bench writes, by name. */
export type Pieces = Readonly<Record<string, string>>;

function markers(name: string): readonly [begin: string, end: string] {
  return [`<!-- bench ${name}: written by npm run bench -->`, `<!-- end of bench ${name} -->`];
}

/** A document's text between the markers of `name`; undefined when they are not there. */
export function pieceOf(text: string, name: string): string | undefined {
  const [begin, end] = markers(name);
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  return from === -1 || to < from ? undefined : text.slice(from + begin.length, to).trim();
}

/** The document with these pieces between their markers. @throws when markers are missing. */
export function withPieces(text: string, pieces: Pieces): string {
  let result = text;
  for (const [name, piece] of Object.entries(pieces)) {
    const [begin, end] = markers(name);
    const [from, to] = [result.indexOf(begin), result.indexOf(end)];
    if (from === -1 || to < from) throw new Error(`the document has no markers for "${name}"`);
    result = `${result.slice(0, from + begin.length)}\n\n${piece}\n\n${result.slice(to)}`;
  }
  return result;
}

/** A Markdown table; the first column to the left, the others to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join(
    '\n',
  );
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
