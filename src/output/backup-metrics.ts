import { VERSION } from '../base/product.ts';
import { type BackupSet, durationOf, isGood, type SetStatus } from '../catalogue/backup-set.ts';
import type { KindTotals } from '../catalogue/backup-totals.ts';
import type { Uploads } from '../catalogue/count-uploads.ts';
import { ageOf, finishedAt } from '../catalogue/finished-at.ts';
import type { Metric, Sample } from './exposition.ts';

/** What a look into the bucket gave, and how it went. */
export interface Scrape {
  readonly kinds: readonly KindTotals[];
  /** Undefined where they could not be listed. */
  readonly uploads: Uploads | undefined;
  readonly seconds: number;
  readonly at: Date;
}

/** What gpbackup_exporter writes in place of an empty label. */
const NONE = 'none';

const STATUSES: readonly SetStatus[] = ['Success', 'Failure', 'Running', 'Unreadable'];

/**
 * The figures of the backups. Names and labels follow gpbackup_exporter's habits; no label has a timestamp or another
 * value that grows without limit, so that there are as many series as databases and ways to back them up.
 */
export function backupMetrics({ kinds, uploads, seconds, at }: Scrape): readonly Metric[] {
  const each = (value: (kind: KindTotals) => number | undefined): readonly (Sample | undefined)[] =>
    kinds.map((kind) => sampleOf(labelsOf(kind), value(kind)));
  const ofLastGood = (value: (set: BackupSet) => number | undefined): readonly (Sample | undefined)[] =>
    each(({ lastGood }) => (lastGood === undefined ? undefined : value(lastGood)));
  return [
    gauge(
      'backups',
      'Backups in the bucket, by their status.',
      kinds.flatMap((kind) =>
        STATUSES.map((status) => ({
          labels: { ...labelsOf(kind), status: status.toLowerCase() },
          value: kind.counts[status],
        })),
      ),
    ),
    gauge(
      'stored_bytes',
      'Bytes of all objects of these backups.',
      each(({ bytes }) => bytes),
    ),
    gauge(
      'stored_objects',
      'Objects of these backups.',
      each(({ objects }) => objects),
    ),
    gauge(
      'last_backup_status',
      'Status of the last finished backup: 0 success, 1 failure, or a file of it is missing.',
      each(({ last }) => (last === undefined ? undefined : isGood(last) ? 0 : 1)),
    ),
    gauge(
      'last_success_timestamp_seconds',
      'When the last good backup was finished, in seconds since 1970.',
      ofLastGood((set) => secondsOf(finishedAt(set))),
    ),
    gauge(
      'last_success_age_seconds',
      'Seconds since the last good backup was finished, when these figures were made.',
      ofLastGood((set) => ageOf(set, at)),
    ),
    gauge('last_success_duration_seconds', 'Duration of the last good backup.', ofLastGood(durationOf)),
    gauge(
      'last_success_size_bytes',
      'Bytes of all objects of the last good backup.',
      ofLastGood(({ bytes }) => bytes),
    ),
    gauge(
      'last_success_data_bytes',
      'Bytes of the data files of the last good backup.',
      ofLastGood(({ dataBytes }) => dataBytes),
    ),
    gauge(
      'last_success_objects',
      'Objects of the last good backup.',
      ofLastGood(({ objects }) => objects),
    ),
    gauge(
      'last_success_segments',
      'Segments with data files in the last good backup.',
      ofLastGood(({ segments }) => segments),
    ),
    gauge('unfinished_uploads', 'Unfinished multipart uploads below the folder.', [
      sampleOf({}, uploads?.count),
    ]),
    gauge(
      'unfinished_uploads_oldest_timestamp_seconds',
      'When the oldest unfinished upload began, in seconds since 1970.',
      [sampleOf({}, secondsOf(uploads?.oldest))],
    ),
    gauge('scrape_success', 'Whether this part of the bucket could be read: 1 yes, 0 no.', [
      { labels: { collector: 'backups' }, value: 1 },
      { labels: { collector: 'uploads' }, value: uploads === undefined ? 0 : 1 },
    ]),
    gauge('scrape_duration_seconds', 'Seconds that reading the bucket took.', [
      { labels: {}, value: seconds },
    ]),
    gauge('scrape_timestamp_seconds', 'When these figures were made, in seconds since 1970.', [
      { labels: {}, value: secondsOf(at) ?? 0 },
    ]),
    gauge('plugin_info', 'The plugin that made these figures.', [{ labels: { version: VERSION }, value: 1 }]),
  ];
}

function gauge(name: string, help: string, samples: readonly (Sample | undefined)[]): Metric {
  return {
    name: `gpbackup_s3_${name}`,
    help,
    type: 'gauge',
    samples: samples.filter((sample) => sample !== undefined),
  };
}

function labelsOf({ database, type, filtering, plugin }: KindTotals): Readonly<Record<string, string>> {
  return {
    backup_type: type ?? NONE,
    database_name: database || NONE,
    object_filtering: filtering || NONE,
    plugin: plugin || NONE,
  };
}

function sampleOf(labels: Readonly<Record<string, string>>, value: number | undefined): Sample | undefined {
  return value === undefined ? undefined : { labels, value };
}

function secondsOf(at: Date | undefined): number | undefined {
  return at === undefined ? undefined : Math.floor(at.getTime() / 1000);
}
