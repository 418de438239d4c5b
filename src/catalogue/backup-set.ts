import type { BackupConfig } from '../backup/backup-config.ts';

/**
 * `Success` and `Failure` are gpbackup's own words, also for a backup that was killed before it could say so; `Running`
 * is one that is being written, `Unreadable` one whose config file can't be read.
 */
export type SetStatus = 'Success' | 'Failure' | 'Running' | 'Unreadable';

/** A backup in the bucket: what its list and its config file show. */
export interface BackupSet {
  readonly timestamp: string;
  /** Of its keys, with a slash at the end. */
  readonly prefix: string;
  readonly status: SetStatus;
  /** Undefined where it is missing or can't be read. */
  readonly config: BackupConfig | undefined;
  /** Why there is no config, or what else is wrong; in words. */
  readonly problem: string | undefined;
  readonly objects: number;
  /** Of all objects. */
  readonly bytes: number;
  /** Of its data files. */
  readonly dataBytes: number;
  /** Segments with data files. */
  readonly segments: number;
  /** The first and the last change of an object; undefined where the server does not say. */
  readonly oldest: Date | undefined;
  readonly newest: Date | undefined;
  /** Sizes of the coordinator's files by what follows the timestamp in their names: `toc.yaml`, `report` … */
  readonly files: ReadonlyMap<string, number>;
  /** Bytes by storage class. */
  readonly classes: ReadonlyMap<string, number>;
}

/** Seconds from a set's timestamp to its end time; undefined where there is none. */
export function durationOf({
  timestamp,
  config,
}: Pick<BackupSet, 'timestamp' | 'config'>): number | undefined {
  const [from, to] = [secondsOf(timestamp), secondsOf(config?.endTime ?? '')];
  return from === undefined || to === undefined || to < from ? undefined : to - from;
}

function secondsOf(timestamp: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(timestamp);
  if (match === null) return undefined;
  const [year = 0, month = 1, ...rest] = match.slice(1).map(Number);
  const [day = 1, hour = 0, minute = 0, second = 0] = rest;
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
}
