import { objectFilteringOf, typeOfBackup } from '../backup/backup-config.ts';
import { localTimeOf } from '../backup/timestamp.ts';
import { formatSize } from '../base/bytes.ts';
import { type BackupSet, databaseOf, durationOf, type SetStatus } from '../catalogue/backup-set.ts';
import { baseOf } from '../catalogue/chain.ts';
import type { Paper } from './result.ts';
import { type Column, textTable } from './table.ts';

/** A line of `list_backups`, as `--json` has it. */
export interface BackupRow {
  readonly timestamp: string;
  /** The timestamp as ISO 8601, in the time zone of the cluster, which it does not name. */
  readonly date: string;
  readonly status: SetStatus;
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
  /** What is wrong with it, in words. */
  readonly problem: string | null;
}

export function backupRow(set: BackupSet): BackupRow {
  const { timestamp, status, config, bytes, objects, segments, problem } = set;
  return {
    timestamp,
    date: isoOf(timestamp),
    status,
    database: databaseOf(set) ?? null,
    type: config === undefined ? null : typeOfBackup(config),
    object_filtering: config === undefined ? null : objectFilteringOf(config),
    duration_seconds: durationOf(set) ?? null,
    size: bytes,
    objects,
    segments,
    base: baseOf(set) ?? null,
    plugin_version: config?.pluginVersion ?? null,
    problem: problem ?? null,
  };
}

/** `2026-01-02T03:04:05`. */
export function isoOf(timestamp: string): string {
  return timestamp.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:$6');
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Wed Nov 25 2026 02:53:19`, as gpbackup's report and gpbackman have it; empty for what is not a date. */
export function dateOf(timestamp: string): string {
  const date = localTimeOf(timestamp);
  if (date === undefined) return '';
  const day = String(date.getUTCDate()).padStart(2, '0');
  const year = String(date.getUTCFullYear()).padStart(4, '0');
  return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${day} ${year} ${date.toISOString().slice(11, 19)}`;
}

const GREEN = '32';
const COLOURS: Readonly<Record<string, string>> = { Success: GREEN, Running: '33' };

/** A status in its colour: green for a good backup, yellow for one that runs or has a problem, red for the rest. */
export function statusColour({ status, problem }: Pick<BackupRow, 'status' | 'problem'>): string {
  const colour = COLOURS[status] ?? '31';
  return colour === GREEN && problem !== null ? '33' : colour;
}

/** The rows as gpbackman shows them, and what only the bucket knows. */
export function backupTable(rows: readonly BackupRow[], paper: Pick<Paper, 'colours'>): Iterable<string> {
  const isTroubled = rows.some(({ problem }) => problem !== null);
  const columns: Column[] = [
    { title: 'TIMESTAMP' },
    { title: 'DATE' },
    {
      title: 'STATUS',
      ...(paper.colours ? { colour: (index) => statusColour(rows[index] as BackupRow) } : {}),
    },
    { title: 'DATABASE' },
    { title: 'TYPE' },
    { title: 'OBJECT FILTERING' },
    { title: 'DURATION', right: true },
    { title: 'SIZE', right: true },
    { title: 'OBJECTS', right: true },
    { title: 'SEGMENTS', right: true },
    { title: 'BASE' },
    ...(isTroubled ? [{ title: 'PROBLEM' }] : []),
  ];
  return textTable(
    columns,
    rows.map((row) => [
      row.timestamp,
      dateOf(row.timestamp),
      row.status,
      row.database ?? '',
      row.type ?? '',
      row.object_filtering ?? '',
      clockOf(row.duration_seconds),
      formatSize(row.size),
      String(row.objects),
      String(row.segments),
      row.base ?? '',
      row.problem ?? '',
    ]),
  );
}

/** `01:02:03`; empty where it is not known. */
export function clockOf(seconds: number | null): string {
  if (seconds === null) return '';
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}
