import { type TableName, unquoted } from '../backup/table-name.ts';
import { backupPrefix } from '../backup/timestamp.ts';
import type { S3Client } from '../s3/client.ts';
import { S3Error } from '../s3/errors/s3-error.ts';
import { listObjects } from '../s3/operations/list-objects.ts';
import { AheadOf } from './ahead.ts';
import type { BackupSet } from './backup-set.ts';
import { readConfigOf, readSet } from './read-sets.ts';
import { SetList } from './set-list.ts';
import { readSetTables, type SetTable } from './set-tables.ts';
import { type DataEntry, readDataEntries } from './table-of-contents.ts';
import { TableSizes } from './table-sizes.ts';

/** The data of a table in a backup. */
export interface FoundTable {
  readonly set: BackupSet;
  readonly table: SetTable;
  /** Incremental backups that are restored with this data; the earliest first. */
  readonly usedBy: readonly string[];
}

/** What one backup says: the tables that are looked for, or why it can't be read. */
interface Look {
  readonly found: readonly { readonly set: BackupSet; readonly table: SetTable }[];
  /** Tables of the same schema whose data is elsewhere, by that backup. */
  readonly elsewhere: ReadonlyMap<string, readonly string[]>;
  readonly problem: string | undefined;
}

const AT_ONCE = 16;

/**
 * The backups that hold the data of a table, or of the leaves of a partitioned one, the latest first. Of most backups
 * three small files are read, and no list of their data files.
 * @param timestamps the latest first
 * @param tell of a backup that can't be read
 * @throws {S3Error} of a list
 */
export async function* findTable(
  client: S3Client,
  folder: string,
  timestamps: readonly string[],
  name: TableName,
  tell: (problem: string) => void,
): AsyncGenerator<FoundTable> {
  // Incremental backups come before what they are built on.
  const users = new Map<string, string[]>();
  const looks = new AheadOf(timestamps, AT_ONCE, async (timestamp) => ({
    timestamp,
    look: await lookAt(client, folder, timestamp, name),
  }));
  for await (const { timestamp, look } of looks) {
    if (look.problem !== undefined) tell(`backup ${timestamp} was left out: ${look.problem}`);
    for (const [base, tables] of look.elsewhere) {
      for (const table of tables) {
        const key = `${base} ${table}`;
        users.set(key, [timestamp, ...(users.get(key) ?? [])]);
      }
    }
    for (const { set, table } of look.found)
      yield { set, table, usedBy: users.get(`${timestamp} ${table.table}`) ?? [] };
  }
}

async function lookAt(client: S3Client, folder: string, timestamp: string, name: TableName): Promise<Look> {
  const prefix = backupPrefix(folder, timestamp);
  const list = new SetList(timestamp);
  // The coordinator's files alone: those of segments have a number before the timestamp.
  for await (const page of listObjects(client, `${prefix}gpbackup_${timestamp}_`))
    for (const object of page) list.add(object);
  const wanted = (entry: DataEntry): boolean => isMeant(entry, name);
  try {
    const { config } = await readConfigOf(client, prefix, list);
    const elsewhere = new Map(
      (config?.restorePlan ?? [])
        .filter((entry) => entry.timestamp !== timestamp)
        .map(({ timestamp: base, tables }) => [base, tables.filter((table) => isOfSchema(table, name))]),
    );
    const size = list.files.get('toc.yaml');
    const none = { found: [], elsewhere, problem: undefined };
    if (size === undefined) return none;
    const entries = await readDataEntries(client, `${prefix}gpbackup_${timestamp}_toc.yaml`, size);
    if (!entries.some(wanted)) return none;
    const sizes = new TableSizes();
    const set = await readSet(client, folder, timestamp, sizes.add);
    if (set === undefined) return none;
    const tables = (await readSetTables(client, set, sizes, wanted)) ?? [];
    return { ...none, found: tables.map((table) => ({ set, table })) };
  } catch (error) {
    if (!(error instanceof S3Error) || error.status === undefined) throw error;
    return { found: [], elsewhere: new Map(), problem: error.message };
  }
}

/** The table itself, or a leaf of it: gpbackup names the schema of leaves for their root. */
function isMeant({ schema, name, partitionRoot }: DataEntry, wanted: TableName): boolean {
  if (unquoted(schema) !== wanted.schema) return false;
  return unquoted(name) === wanted.name || (partitionRoot !== '' && unquoted(partitionRoot) === wanted.name);
}

/** Whether a quoted name with its schema is of the schema that is looked for. */
function isOfSchema(table: string, { schema }: TableName): boolean {
  return table.startsWith(`${schema}.`) || table.startsWith(`"${schema.replaceAll('"', '""')}".`);
}
