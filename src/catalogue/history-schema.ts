import type { Database } from 'bun:sqlite';
import type { BackupConfig } from '../backup/backup-config.ts';

/** What a column of `backups` holds of a backup. */
export type HistoryValue = string | number | null;

/** A set, as gpbackup's history has it. */
export interface HistoryEntry {
  readonly timestamp: string;
  readonly config: BackupConfig;
  /** 14 digits, or empty. Later than the config file's, which is written before the backup has ended. */
  readonly endTime: string;
  /** `Success` or `Failure`. */
  readonly status: string;
}

interface HistoryColumn {
  readonly name: string;
  readonly type: 'TEXT' | 'INT' | 'FLAG';
  readonly valueOf: (entry: HistoryEntry) => HistoryValue;
}

const text = (name: string, valueOf: (entry: HistoryEntry) => string): HistoryColumn => ({
  name,
  type: 'TEXT',
  valueOf,
});
const flag = (name: string, valueOf: (config: BackupConfig) => boolean): HistoryColumn => ({
  name,
  type: 'FLAG',
  valueOf: ({ config }) => (valueOf(config) ? 1 : 0),
});

/** The table `backups` as gpbackup 1.30 and Apache Cloudberry 2 make it (package history), its columns in order. */
export const COLUMNS: readonly HistoryColumn[] = [
  text('timestamp', ({ timestamp }) => timestamp),
  text('backup_dir', ({ config }) => config.backupDir),
  text('backup_version', ({ config }) => config.backupVersion),
  flag('compressed', (config) => config.compressed),
  text('compression_type', ({ config }) => config.compressionType),
  text('database_name', ({ config }) => config.databaseName),
  text('database_version', ({ config }) => config.databaseVersion),
  { name: 'segment_count', type: 'INT', valueOf: ({ config }) => config.segmentCount },
  flag('data_only', (config) => config.dataOnly),
  text('date_deleted', ({ config }) => config.dateDeleted),
  flag('exclude_schema_filtered', (config) => config.excludeSchemaFiltered),
  flag('exclude_table_filtered', (config) => config.excludeTableFiltered),
  flag('include_schema_filtered', (config) => config.includeSchemaFiltered),
  flag('include_table_filtered', (config) => config.includeTableFiltered),
  flag('incremental', (config) => config.incremental),
  flag('leaf_partition_data', (config) => config.leafPartitionData),
  flag('metadata_only', (config) => config.metadataOnly),
  text('plugin', ({ config }) => config.plugin),
  text('plugin_version', ({ config }) => config.pluginVersion),
  flag('single_data_file', (config) => config.singleDataFile),
  text('end_time', ({ endTime }) => endTime),
  flag('without_globals', (config) => config.withoutGlobals),
  flag('with_statistics', (config) => config.withStatistics),
  text('status', ({ status }) => status),
];

/** Columns that WarehousePG adds to a file; they are filled where they are there, and never added. */
export const MORE_COLUMNS: readonly Omit<HistoryColumn, 'type'>[] = [
  { name: 'single_backup_dir', valueOf: ({ config }) => numberOf(config.singleBackupDir) },
  { name: 'command_line', valueOf: ({ config }) => config.commandLine ?? null },
  { name: 'object_count', valueOf: ({ config }) => config.objectCount ?? null },
];

function numberOf(value: boolean | undefined): number | null {
  return value === undefined ? null : Number(value);
}

/** A table of lists that belong to backups. */
export interface ListTable {
  readonly name: string;
  /** The first is `timestamp`; gpbackup fills them by their order, so there are no others. */
  readonly columns: readonly string[];
  readonly rowsOf: (entry: HistoryEntry) => Iterable<readonly string[]>;
}

const names = (name: string, listOf: (config: BackupConfig) => readonly string[]): ListTable => ({
  name,
  columns: ['timestamp', 'name'],
  rowsOf: ({ timestamp, config }) => listOf(config).map((each) => [timestamp, each]),
});

export const LIST_TABLES: readonly ListTable[] = [
  names('exclude_relations', (config) => config.excludeRelations),
  names('exclude_schemas', (config) => config.excludeSchemas),
  names('include_relations', (config) => config.includeRelations),
  names('include_schemas', (config) => config.includeSchemas),
  {
    name: 'restore_plans',
    columns: ['timestamp', 'restore_plan_timestamp'],
    rowsOf: ({ timestamp, config }) => config.restorePlan.map((base) => [timestamp, base.timestamp]),
  },
  {
    name: 'restore_plan_tables',
    columns: ['timestamp', 'restore_plan_timestamp', 'table_fqn'],
    rowsOf: ({ timestamp, config }) =>
      config.restorePlan.flatMap((base) => base.tables.map((table) => [timestamp, base.timestamp, table])),
  },
];

/** Makes the tables that are not there, as gpbackup makes them, which does the same at each start. */
export function createTables(database: Database): void {
  const columns = COLUMNS.map(({ name, type }, index) => {
    const key = index === 0 ? ' NOT NULL PRIMARY KEY' : '';
    return type === 'FLAG' ? `${name} INT CHECK (${name} in (0,1))` : `${name} ${type}${key}`;
  });
  database.run(`CREATE TABLE IF NOT EXISTS backups (${columns.join(', ')})`);
  for (const { name, columns: own } of LIST_TABLES) {
    const fields = own.map((column) => `${column} TEXT NOT NULL`).join(', ');
    database.run(
      `CREATE TABLE IF NOT EXISTS ${name} (${fields}, FOREIGN KEY(timestamp) REFERENCES backups(timestamp))`,
    );
  }
}

/**
 * Whether a file's tables are those of gpbackup: empty, or `backups` with its columns and no other form of the rest.
 * @returns what is wrong, in words to go on after the file's name
 */
export function problemOfTables(database: Database): string | undefined {
  const all = database
    .query<{ name: string; type: string }, []>('SELECT name, type FROM sqlite_schema')
    .all();
  if (all.length === 0) return undefined;
  const found = all.filter(({ type }) => type === 'table').map(({ name }) => name);
  if (!found.includes('backups')) return 'is a database of something else: it has no table "backups"';
  const missing = COLUMNS.map(({ name }) => name).filter(
    (name) => !columnsOf(database, 'backups').includes(name),
  );
  if (missing.length > 0)
    return `is not a history database: its table "backups" has no column "${missing[0]}"`;
  const other = LIST_TABLES.find(
    ({ name, columns }) => found.includes(name) && columnsOf(database, name).join(' ') !== columns.join(' '),
  );
  return other && `is not a history database: its table "${other.name}" has other columns`;
}

export function columnsOf(database: Database, table: string): readonly string[] {
  return database
    .query<{ name: string }, [string]>('SELECT name FROM pragma_table_info(?)')
    .all(table)
    .map(({ name }) => name);
}
