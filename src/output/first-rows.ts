import type { TableData } from '../catalogue/table-data.ts';
import type { FirstRows } from '../catalogue/table-rows.ts';
import { escapeControls } from '../log/line.ts';
import { isoOf } from './backup-rows.ts';
import type { Answer } from './result.ts';

/** The result of peek_table: CSV with a header. A terminal gets no control character, everything else the values as they are. */
export function firstRowsAnswer(
  { set: { timestamp }, pieces: [{ set, entry }] }: TableData,
  { columns, rows, complete, read, skipped }: FirstRows,
): Answer {
  return {
    kind: 'answer',
    data: {
      timestamp,
      date: isoOf(timestamp),
      data_timestamp: set.timestamp,
      schema: entry.schema,
      table: entry.name,
      columns,
      rows,
      complete,
      bytes_read: read,
    },
    *text({ terminal }) {
      const shown = (value: string): string => (terminal ? escapeControls(value) : value);
      for (const row of [columns, ...rows]) yield `${row.map((value) => field(value, shown)).join(',')}\n`;
    },
    warnings:
      skipped === 0
        ? []
        : [
            `the table begins at byte ${skipped} of a compressed single data file: everything in front of it was read`,
          ],
  };
}

/** As COPY writes it: NULL is nothing, an empty text is quoted. */
function field(value: string | null, shown: (value: string) => string): string {
  if (value === null) return '';
  const needsQuotes = value === '' || value === '\\.' || /[",\r\n]/.test(value);
  return needsQuotes ? `"${shown(value.replaceAll('"', '""'))}"` : shown(value);
}
