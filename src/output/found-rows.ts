import { formatSize } from '../base/bytes.ts';
import { databaseOf } from '../catalogue/backup-set.ts';
import type { FoundTable } from '../catalogue/find-table.ts';
import { textTable } from './table.ts';

/** A line of `find_table`, as `--json` has it. */
export interface FoundRow {
  readonly timestamp: string;
  readonly status: string;
  readonly database: string | null;
  /** As SQL has them: in double quotes where they need them. */
  readonly schema: string;
  readonly table: string;
  /** The partitioned table that it is a leaf of. */
  readonly partition_root: string | null;
  readonly rows: number;
  /** Stored; of single data files before compression. */
  readonly bytes: number;
  /** Incremental backups that restore this data. */
  readonly used_by: readonly string[];
}

export function foundRow({ set, table, usedBy }: FoundTable): FoundRow {
  return {
    timestamp: set.timestamp,
    status: set.status,
    database: databaseOf(set) ?? null,
    schema: table.schema,
    table: table.name,
    partition_root: table.partitionRoot === '' ? null : table.partitionRoot,
    rows: table.rows,
    bytes: table.bytes,
    used_by: usedBy,
  };
}

export function foundTable(rows: readonly FoundRow[]): Iterable<string> {
  const hasRoots = rows.some((row) => row.partition_root !== null);
  return textTable(
    [
      { title: 'TIMESTAMP' },
      { title: 'STATUS' },
      { title: 'DATABASE' },
      { title: 'SCHEMA' },
      { title: 'TABLE' },
      { title: 'ROWS', right: true },
      { title: 'SIZE', right: true },
      { title: 'USED BY' },
      ...(hasRoots ? [{ title: 'PARTITION OF' }] : []),
    ],
    rows.map((row) => [
      row.timestamp,
      row.status,
      row.database ?? '',
      row.schema,
      row.table,
      String(row.rows),
      formatSize(row.bytes),
      row.used_by.join(', '),
      row.partition_root ?? '',
    ]),
  );
}
