import type { Database } from 'bun:sqlite';
import {
  COLUMNS,
  columnsOf,
  type HistoryEntry,
  LIST_TABLES,
  type ListTable,
  MORE_COLUMNS,
} from './history-schema.ts';

/** Sets in the history; `complete` are those that have all lists which their row says they have. */
export function knownSets(database: Database): ReadonlyMap<string, 'complete' | 'incomplete'> {
  const known = new Map<string, 'complete' | 'incomplete'>();
  if (columnsOf(database, 'backups').length === 0) return known;
  const without = (list: string): string =>
    columnsOf(database, list).length === 0 ? '1' : `timestamp NOT IN (SELECT timestamp FROM ${list})`;
  const lacks = [
    `(ifnull(metadata_only, 0) = 0 AND (${without('restore_plans')} OR ${without('restore_plan_tables')}))`,
    `(exclude_table_filtered = 1 AND ${without('exclude_relations')})`,
    `(exclude_schema_filtered = 1 AND ${without('exclude_schemas')})`,
    `(include_table_filtered = 1 AND ${without('include_relations')})`,
    `(include_schema_filtered = 1 AND ${without('include_schemas')})`,
  ];
  const rows = database
    .query<{ timestamp: unknown; incomplete: number }, []>(
      `SELECT timestamp, (${lacks.join(' OR ')}) IS TRUE AS incomplete FROM backups`,
    )
    .all();
  for (const { timestamp, incomplete } of rows)
    known.set(String(timestamp), incomplete === 1 ? 'incomplete' : 'complete');
  return known;
}

const BACKUPS = { name: 'backups', columns: [...COLUMNS, ...MORE_COLUMNS].map(({ name }) => name) };

/** Tables as the history has them, in the database `temp`. */
export function createDrafts(database: Database): void {
  for (const { name, columns } of [BACKUPS, ...LIST_TABLES])
    database.run(`CREATE TEMP TABLE draft_${name} (${columns.join(', ')})`);
}

/** Enters a set in the drafts. */
export function addDraft(database: Database, entry: HistoryEntry): void {
  const values = [...COLUMNS, ...MORE_COLUMNS].map(({ valueOf }) => valueOf(entry));
  database.transaction(() => {
    database.query(insert(BACKUPS.name, values)).run(...values);
    for (const { name, columns, rowsOf } of LIST_TABLES) {
      const statement = database.query(insert(name, columns));
      for (const row of rowsOf(entry)) statement.run(...row);
    }
  })();
}

/** Rows of a set are added to a table that has none of it. All other rows stay. */
export function enterDrafts(database: Database): { added: string[]; completed: string[] } {
  const timestampsOf = (name: string): string[] =>
    database
      .query<{ timestamp: string }, []>(
        `SELECT DISTINCT timestamp FROM temp.draft_${name} WHERE ${isMissing(name)} ORDER BY timestamp`,
      )
      .all()
      .map(({ timestamp }) => timestamp);
  const enter = ({ name, columns }: Pick<ListTable, 'name' | 'columns'>): void => {
    const list = columns.join(', ');
    database.run(
      `INSERT INTO main.${name} (${list}) SELECT ${list} FROM temp.draft_${name} WHERE ${isMissing(name)} ORDER BY rowid`,
    );
  };
  const added = timestampsOf('backups');
  const completed = new Set<string>();
  const present = columnsOf(database, 'backups');
  enter({ ...BACKUPS, columns: BACKUPS.columns.filter((name) => present.includes(name)) });
  for (const table of LIST_TABLES) {
    for (const timestamp of timestampsOf(table.name)) completed.add(timestamp);
    enter(table);
  }
  for (const timestamp of added) completed.delete(timestamp);
  return { added, completed: [...completed].toSorted() };
}

function insert(name: string, values: readonly unknown[]): string {
  return `INSERT INTO temp.draft_${name} VALUES (${values.map(() => '?').join(', ')})`;
}

function isMissing(name: string): string {
  return `timestamp NOT IN (SELECT timestamp FROM main.${name})`;
}
