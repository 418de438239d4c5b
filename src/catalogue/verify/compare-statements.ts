import { unquoted } from '../../backup/table-name.ts';
import type { StatementEntry } from '../statement-entries.ts';

/** Larger files are not kept in memory for it. */
export const LONGEST_METADATA = 64 * 1024 * 1024;

/**
 * Whether each statement about a table is where the table of contents says: its text has the table's name. Gives the first
 * that is not, in words.
 */
export function misplacedStatement(
  metadata: Uint8Array,
  tables: readonly StatementEntry[],
): string | undefined {
  const decoder = new TextDecoder();
  for (const { schema, name, start, end } of tables) {
    const text = decoder.decode(metadata.subarray(start, end));
    if (!text.includes(unquoted(name).replaceAll('"', '""')))
      return `has no statement about ${schema}.${name} at ${start} to ${end}, where toc.yaml says`;
  }
  return undefined;
}
