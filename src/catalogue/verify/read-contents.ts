import type { S3Client } from '../../s3/client.ts';
import { getRange } from '../../s3/operations/get-range.ts';
import { type StatementEntry, StatementEntryReader } from '../statement-entries.ts';
import { type DataEntry, DataEntryReader } from '../table-of-contents.ts';

/** Bytes of one request. */
const PIECE = 4 * 1024 * 1024;

/** What a table of contents says about the other files. */
export interface ContentsFacts {
  readonly entries: readonly DataEntry[];
  /** The statements about tables. */
  readonly tables: readonly StatementEntry[];
  /** Where the last statement of `metadata.sql` and of `statistics.sql` ends; only of those that have any. */
  readonly ends: ReadonlyMap<string, number>;
}

/**
 * Reads a coordinator's table of contents, `size` bytes long, once for all that is to be known of it.
 * @throws {S3Error}
 */
export async function readContents(client: S3Client, key: string, size: number): Promise<ContentsFacts> {
  const tables: StatementEntry[] = [];
  const ends = new Map<string, number>();
  const data = new DataEntryReader();
  const statements = new StatementEntryReader((entry) => {
    const file = entry.section === 'statisticsentries' ? 'statistics.sql' : 'metadata.sql';
    ends.set(file, Math.max(ends.get(file) ?? 0, entry.end));
    if (entry.section === 'predataentries' && entry.type === 'TABLE') tables.push(entry);
  });
  const decoder = new TextDecoder();
  for (let start = 0; start < size; start += PIECE) {
    const { bytes } = await getRange(client, { key, start, end: Math.min(start + PIECE, size) });
    const text = decoder.decode(bytes, { stream: true });
    data.push(text);
    statements.push(text);
  }
  statements.end();
  return { entries: data.end(), tables, ends };
}
