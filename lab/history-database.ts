import { Database } from 'bun:sqlite';
import { historySql } from './sets.ts';

/** The tables of gpbackup's history, in no order but that of their foreign keys. */
export const HISTORY_TABLES = [
  'backups',
  'exclude_relations',
  'exclude_schemas',
  'include_relations',
  'include_schemas',
  'restore_plans',
  'restore_plan_tables',
] as const;

const FLAGS = new Set(
  'compressed data_only exclude_schema_filtered exclude_table_filtered include_schema_filtered include_table_filtered incremental leaf_partition_data metadata_only single_data_file without_globals with_statistics'.split(
    ' ',
  ),
);

/** As gpbackup 1.30 names them, in its order (its package history). */
const COLUMNS =
  'timestamp backup_dir backup_version compressed compression_type database_name database_version segment_count data_only date_deleted exclude_schema_filtered exclude_table_filtered include_schema_filtered include_table_filtered incremental leaf_partition_data metadata_only plugin plugin_version single_data_file end_time without_globals with_statistics status'.split(
    ' ',
  );

/** Makes the tables of gpbackup's history: an own reading of its schema, apart from the program's. */
export function makeHistory(path: string, { warehousePg = false } = {}): Database {
  const database = new Database(path);
  const more = warehousePg ? ['single_backup_dir INT', 'command_line TEXT', 'object_count INT'] : [];
  const columns = COLUMNS.map((name) => {
    if (name === 'timestamp') return 'timestamp TEXT NOT NULL PRIMARY KEY';
    if (FLAGS.has(name)) return `${name} INT CHECK (${name} in (0,1))`;
    return `${name} ${name === 'segment_count' ? 'INT' : 'TEXT'}`;
  });
  database.run(`CREATE TABLE backups (${[...columns, ...more].join(', ')})`);
  const key = 'FOREIGN KEY(timestamp) REFERENCES backups(timestamp)';
  for (const name of HISTORY_TABLES.slice(1, 5))
    database.run(`CREATE TABLE ${name} (timestamp TEXT NOT NULL, name TEXT NOT NULL, ${key})`);
  const plan = 'timestamp TEXT NOT NULL, restore_plan_timestamp TEXT NOT NULL';
  database.run(`CREATE TABLE restore_plans (${plan}, ${key})`);
  database.run(`CREATE TABLE restore_plan_tables (${plan}, table_fqn TEXT NOT NULL, ${key})`);
  return database;
}

/** What gpbackup wrote itself for the real sets; also for those whose config file never reached the bucket. */
export function realHistory(path = ':memory:'): Database {
  const database = makeHistory(path, { warehousePg: true });
  database.run(historySql());
  return database;
}

/** All rows of all tables, in the order in which they were entered. */
export function rowsOf(database: Database): Record<string, unknown[]> {
  const columns = COLUMNS.join(', ');
  return Object.fromEntries(
    HISTORY_TABLES.map((name) => [
      name,
      database.query(`SELECT ${name === 'backups' ? columns : '*'} FROM ${name} ORDER BY rowid`).all(),
    ]),
  );
}

/** The same of a file. */
export function rowsOfFile(path: string): Record<string, unknown[]> {
  const database = new Database(path, { readwrite: true, create: false });
  try {
    return rowsOf(database);
  } finally {
    database.close();
  }
}

/** The columns, types, keys and checks of all tables, as SQLite knows them. */
export function schemaOf(database: Database): unknown {
  return HISTORY_TABLES.map((name) => [
    name,
    database.query('SELECT cid, name, type, "notnull", pk FROM pragma_table_info(?)').all(name),
    database.query('SELECT "table", "from", "to" FROM pragma_foreign_key_list(?)').all(name),
    database
      .query<{ sql: string }, [string]>('SELECT sql FROM sqlite_schema WHERE name = ?')
      .get(name)
      ?.sql.match(/CHECK \([^)]*\)\)/g),
  ]);
}
