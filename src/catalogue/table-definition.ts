import { columnsOf } from '../backup/columns.ts';
import { columnTypes } from '../backup/create-table.ts';
import type { S3Client } from '../s3/client.ts';
import { getRange } from '../s3/operations/get-range.ts';
import { readEncoding } from './read-encoding.ts';
import type { TableData } from './table-data.ts';

/** A statement of a table with all its partitions; longer ones say nothing about columns that is known. */
const LONGEST_STATEMENT = 16 * 1024 * 1024;

/** What a backup says about a table besides its rows. */
export interface TableDefinition {
  /** In the order of the data. The type is SQL's, undefined where metadata.sql does not say it. Empty: not known. */
  readonly columns: readonly { readonly name: string; readonly type: string | undefined }[];
  /** Of the data, as metadata.sql sets it. */
  readonly encoding: string;
}

/**
 * The columns of a table: their names as the table of contents has them (of a leaf, for which it has none, as the
 * statement of its root), their types from the CREATE TABLE statement in metadata.sql.
 * @throws {S3Error}
 */
export async function readDefinition(
  client: S3Client,
  { set, statement, pieces: [{ entry }] }: TableData,
): Promise<TableDefinition> {
  const size = set.files.get('metadata.sql') ?? 0;
  const key = `${set.prefix}gpbackup_${set.timestamp}_metadata.sql`;
  const textOf = async (start: number, end: number): Promise<string> =>
    new TextDecoder().decode((await getRange(client, { key, start, end: Math.min(size, end) })).bytes);
  const encoding = (size === 0 ? undefined : await readEncoding(client, key)) ?? 'UTF8';
  const isThere = statement !== undefined && statement.start < Math.min(size, statement.end);
  const types: ReadonlyMap<string, string> = isThere
    ? columnTypes(await textOf(statement.start, Math.min(statement.end, statement.start + LONGEST_STATEMENT)))
    : new Map<string, string>();
  const named = columnsOf(entry.columns) ?? [];
  const names = named.length > 0 ? named : [...types.keys()];
  return { columns: names.map((name) => ({ name, type: types.get(name) })), encoding };
}
