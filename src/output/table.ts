import { escapeControls } from '../log/line.ts';

/** A column: its title, and whether its values are numbers, which end at the same place. */
export interface Column {
  readonly title: string;
  readonly right?: true;
  /** The colour of a row's value, by its place: the number of an ANSI escape sequence (ECMA-48, SGR). */
  readonly colour?: (row: number) => string;
}

const GAP = '  ';

/**
 * A table for people: a head, and a line for each row, as wide as their longest values. Values stay on one line, and
 * no control character of a hostile name is shown as it is.
 */
export function* textTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): Generator<string> {
  const shown = rows.map((row) => row.map(escapeControls));
  const widths = columns.map(({ title }, index) =>
    shown.reduce((width, row) => Math.max(width, Bun.stringWidth(row[index] ?? '')), title.length),
  );
  const line = (cells: readonly string[], row?: number): string => {
    const padded = columns.map(({ right, colour }, index) => {
      const cell = cells[index] ?? '';
      const padding = ' '.repeat(Math.max(0, (widths[index] ?? 0) - Bun.stringWidth(cell)));
      const painted =
        colour === undefined || row === undefined ? cell : `\u001b[${colour(row)}m${cell}\u001b[0m`;
      return right === true ? padding + painted : painted + padding;
    });
    return `${padded.join(GAP).trimEnd()}\n`;
  };
  yield line(columns.map(({ title }) => title));
  for (const [index, row] of shown.entries()) yield line(row, index);
}
