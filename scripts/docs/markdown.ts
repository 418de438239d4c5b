/** The line length of prose in documents. */
export const PROSE_WIDTH = 100;

/** A Markdown table, columns to the left; a pipe in a cell is escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/**
 * The text in lines of at most `PROSE_WIDTH` characters. A word that is longer has a line of its own.
 * @param indent what follows the first line begins with, for the text of a list's item.
 */
export function wrapped(text: string, indent = ''): string {
  const lines: string[] = [];
  let line = '';
  // Code in backticks is one word: a line break in it would be shown.
  for (const word of text.match(/(?:`[^`]*`|[^\s`])+/g) ?? []) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= PROSE_WIDTH || line.trim() === '') line = longer;
    else {
      lines.push(line);
      line = `${indent}${word}`;
    }
  }
  return [...lines, line].join('\n');
}
