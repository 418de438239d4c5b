import type { DataEntry } from '../table-of-contents.ts';

/** The rows of a table in the objects that were read. */
export interface CountedTable {
  /** Of the backup that has its data. */
  readonly timestamp: string;
  readonly prefix: string;
  readonly extension: string;
  readonly entry: DataEntry;
  /** Of all objects that were read. */
  rows: number;
  /** Of each object that was read, by content id. */
  readonly perContent: Map<number, number>;
  /** False where an object of it is missing or could not be counted. */
  complete: boolean;
}

/**
 * What is wrong with the number of rows of a table of which all data was read; undefined for nothing. gpbackup notes what
 * COPY answers: the sum over all segments, also of a replicated table, of which each has all rows (6 for 3 rows on 2
 * segments in the real sets). A version that notes those of one segment is right as well.
 */
export function wrongRows({ entry, rows, perContent }: CountedTable): string | undefined {
  if (!entry.isReplicated)
    return rows === entry.rows ? undefined : `${entry.table} has ${rows} rows; ${entry.rows} were backed up`;
  const [first = 0, ...others] = perContent.values();
  if (others.some((count) => count !== first)) {
    const counts = [...perContent].map(([content, count]) => `${count} on segment ${content}`).slice(0, 10);
    return `${entry.table} is replicated, and has ${counts.join(', ')}; ${entry.rows} were backed up in all`;
  }
  if (rows === entry.rows || first === entry.rows) return undefined;
  return `${entry.table} has ${rows} rows on all segments; ${entry.rows} were backed up`;
}
