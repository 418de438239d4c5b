import { objectFilteringOf, typeOfBackup } from '../backup/backup-config.ts';
import { formatSize } from '../base/bytes.ts';
import { type BackupSet, durationOf } from '../catalogue/backup-set.ts';
import { baseOf } from '../catalogue/chain.ts';
import { textTable } from './table.ts';

/** A line of `list_backups`, as `--json` has it. */
export interface BackupRow {
  readonly timestamp: string;
  /** The timestamp as ISO 8601, in the time zone of the cluster, which it does not name. */
  readonly date: string;
  readonly status: string;
  readonly database: string | null;
  readonly type: string | null;
  readonly object_filtering: string | null;
  readonly duration_seconds: number | null;
  /** Bytes of all objects. */
  readonly size: number;
  readonly objects: number;
  /** Segments with data files. */
  readonly segments: number;
  /** The backup that an incremental one was made on. */
  readonly base: string | null;
  readonly plugin_version: string | null;
}

export function backupRow(set: BackupSet): BackupRow {
  const { timestamp, status, config, bytes, objects, segments } = set;
  return {
    timestamp,
    date: isoOf(timestamp),
    status,
    database: config?.databaseName ?? null,
    type: config === undefined ? null : typeOfBackup(config),
    object_filtering: config === undefined ? null : objectFilteringOf(config),
    duration_seconds: durationOf(set) ?? null,
    size: bytes,
    objects,
    segments,
    base: baseOf(set) ?? null,
    plugin_version: config?.pluginVersion ?? null,
  };
}

/** `2026-01-02T03:04:05`. */
export function isoOf(timestamp: string): string {
  return timestamp.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:$6');
}

/** The rows as gpbackman shows them, and what only the bucket knows. */
export function backupTable(rows: readonly BackupRow[]): Iterable<string> {
  const columns = [
    { title: 'TIMESTAMP' },
    { title: 'DATE' },
    { title: 'STATUS' },
    { title: 'DATABASE' },
    { title: 'TYPE' },
    { title: 'OBJECT FILTERING' },
    { title: 'DURATION', right: true },
    { title: 'SIZE', right: true },
    { title: 'OBJECTS', right: true },
    { title: 'SEGMENTS', right: true },
    { title: 'BASE' },
  ] as const;
  return textTable(
    columns,
    rows.map((row) => [
      row.timestamp,
      row.date.replace('T', ' '),
      row.status,
      row.database ?? '',
      row.type ?? '',
      row.object_filtering ?? '',
      row.duration_seconds === null ? '' : clock(row.duration_seconds),
      formatSize(row.size),
      String(row.objects),
      String(row.segments),
      row.base ?? '',
    ]),
  );
}

/** `01:02:03`. */
function clock(seconds: number): string {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}
