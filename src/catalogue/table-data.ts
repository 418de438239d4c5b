import { type Compression, compressionOfName } from '../backup/file-name.ts';
import { type TableName, unquoted } from '../backup/table-name.ts';
import type { ByteRange } from '../base/byte-range.ts';
import { NotFoundError } from '../base/plugin-error.ts';
import type { S3Client } from '../s3/client.ts';
import { S3Error } from '../s3/errors/s3-error.ts';
import { headObject } from '../s3/operations/head-object.ts';
import { listObjects } from '../s3/operations/list-objects.ts';
import type { BackupSet } from './backup-set.ts';
import { readSet } from './read-sets.ts';
import { readSegmentContents } from './segment-contents.ts';
import type { StatementEntry } from './statement-entries.ts';
import type { DataEntry } from './table-of-contents.ts';
import { readContents } from './verify/read-contents.ts';

/** The data of a table, or of a leaf of it, in the backup that has it. */
export interface TablePiece {
  readonly set: BackupSet;
  readonly entry: DataEntry;
  readonly compression: Compression;
  /** Content ids of the segments with data: of a replicated table the first, since each has all rows. */
  readonly contents: readonly number[];
}

/** Where the rows of a table are that restoring a backup brings. */
export interface TableData {
  /** The backup that is asked for. */
  readonly set: BackupSet;
  readonly pieces: readonly [TablePiece, ...TablePiece[]];
  /** Where metadata.sql of that backup has its CREATE TABLE; undefined without. */
  readonly statement: StatementEntry | undefined;
}

/** A range of an object that is a table's data on one segment. */
export interface TableObject {
  readonly key: string;
  /** In the uncompressed stream; undefined: all of it. */
  readonly range: ByteRange | undefined;
}

const EXTENSIONS: Readonly<Record<Compression, string>> = { gzip: '.gz', zstd: '.zst', none: '' };

/**
 * Finds the data of a table: in the backup itself or, as its restore plan says, in one that it is built on. A partitioned
 * table whose leaves were backed up one by one has several pieces.
 * @throws {NotFoundError} {S3Error}
 */
export async function findTableData(
  client: S3Client,
  folder: string,
  timestamp: string,
  name: TableName,
): Promise<TableData> {
  const set = await readSet(client, folder, timestamp);
  if (set === undefined)
    throw new NotFoundError(`there is no backup ${timestamp} below ${client.url(folder)}`, {
      hint: 'list_backups shows which there are',
    });
  const plan = set.config?.incremental === true ? set.config.restorePlan : [];
  const sources = plan.length === 0 ? [{ timestamp, tables: undefined }] : plan;
  const pieces: TablePiece[] = [];
  let statements: readonly StatementEntry[] = [];
  for (const { timestamp: source, tables } of sources) {
    const of = source === timestamp ? set : await readSet(client, folder, source);
    if (of === undefined)
      throw new NotFoundError(
        `the backup ${source}, on which ${timestamp} is built, is missing below ${client.url(folder)}`,
      );
    const size = of.files.get('toc.yaml');
    if (size === undefined) continue;
    const contents = await readContents(client, tocOf(of), size);
    if (source === timestamp) statements = contents.tables;
    const planned = tables === undefined ? undefined : new Set(tables);
    for (const entry of contents.entries) {
      if (isMeant(entry, name) && (planned?.has(entry.table) ?? true))
        pieces.push(await pieceOf(client, of, entry));
    }
  }
  const [first, ...others] = pieces;
  if (first === undefined)
    throw new NotFoundError(`the backup ${timestamp} has no data of the table ${name.schema}.${name.name}`, {
      hint: `show_backup ${timestamp} --tables shows which it has; names with capital letters need double quotes`,
    });
  return { set, pieces: [first, ...others], statement: statementOf(statements, first.entry, name) };
}

/** The table itself, or a leaf of it: gpbackup names the schema of leaves for their root. */
function isMeant({ schema, name, partitionRoot }: DataEntry, wanted: TableName): boolean {
  if (unquoted(schema) !== wanted.schema) return false;
  return unquoted(name) === wanted.name || (partitionRoot !== '' && unquoted(partitionRoot) === wanted.name);
}

function tocOf({ prefix, timestamp }: BackupSet): string {
  return `${prefix}gpbackup_${timestamp}_toc.yaml`;
}

/** The first statement about the table; of a leaf without any, that of its root. */
function statementOf(
  statements: readonly StatementEntry[],
  { partitionRoot }: DataEntry,
  { schema, name }: TableName,
): StatementEntry | undefined {
  const about = (wanted: string): StatementEntry | undefined =>
    statements.find((entry) => unquoted(entry.schema) === schema && unquoted(entry.name) === wanted);
  return about(name) ?? (partitionRoot === '' ? undefined : about(unquoted(partitionRoot)));
}

async function pieceOf(client: S3Client, set: BackupSet, entry: DataEntry): Promise<TablePiece> {
  const { compressed = false, compressionType = '' } = set.config ?? {};
  const compression = compressed ? compressionOfName(compressionType === 'zstd' ? '.zst' : '.gz') : 'none';
  const segments = await segmentsOf(client, set);
  const all = Array.from(
    { length: entry.isReplicated ? Math.min(1, segments) : segments },
    (_, content) => content,
  );
  // WarehousePG has tables on the coordinator.
  const isOnCoordinator =
    set.config?.commandLine !== undefined &&
    (await isThere(client, keyOf(set, entry, compression, -1))) &&
    !(await isThere(client, keyOf(set, entry, compression, 0)));
  return { set, entry, compression, contents: isOnCoordinator ? [-1] : all };
}

async function isThere(client: S3Client, key: string): Promise<boolean> {
  try {
    await headObject(client, key);
    return true;
  } catch (error) {
    if (error instanceof S3Error && error.status === 404) return false;
    throw error;
  }
}

/** Older versions do not name it: those that have files then. */
async function segmentsOf(client: S3Client, { prefix, config }: BackupSet): Promise<number> {
  if (config !== undefined && config.segmentCount > 0) return config.segmentCount;
  let last = -1;
  for await (const page of listObjects(client, prefix)) {
    for (const { key } of page)
      last = Math.max(last, Number(/\/gpbackup_(\d{1,5})_\d{14}[^/]*$/.exec(key)?.[1] ?? -1));
  }
  return last + 1;
}

function keyOf(set: BackupSet, { oid }: DataEntry, compression: Compression, content: number): string {
  const { prefix, timestamp, config } = set;
  const end = config?.singleDataFile === true ? '' : `_${oid}`;
  return `${prefix}gpbackup_${content}_${timestamp}${end}${EXTENSIONS[compression]}`;
}

/**
 * Where the data of a piece is on a segment; undefined where it has none there.
 * @throws {NotFoundError} when the contents of a single data file are missing
 */
export async function objectOfPiece(
  client: S3Client,
  { set, entry, compression }: TablePiece,
  content: number,
): Promise<TableObject | undefined> {
  const key = keyOf(set, entry, compression, content);
  if (set.config?.singleDataFile !== true) return { key, range: undefined };
  const toc = `${set.prefix}gpbackup_${content}_${set.timestamp}_toc.yaml`;
  const { size } = await headObject(client, toc);
  const contents = await readSegmentContents(client, toc, size);
  if (contents === undefined) throw new NotFoundError(`${client.url(toc)} is not a table of contents`);
  const range = contents.get(entry.oid);
  return range === undefined || range.end <= range.start ? undefined : { key, range };
}
