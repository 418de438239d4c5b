import type { BackupConfig } from '../backup/backup-config.ts';
import type { BackupReport } from '../backup/backup-report.ts';
import { localTimeOf } from '../backup/timestamp.ts';

/**
 * `Success` and `Failure` are gpbackup's own words: the second also for a backup that was killed before it could say
 * so, or whose config file never came; `Running` is one that is being written, `Unreadable` one whose config file can't
 * be read or is that of another backup.
 */
export type SetStatus = 'Success' | 'Failure' | 'Running' | 'Unreadable';

/** A backup in the bucket: what its list and its config file show. */
export interface BackupSet {
  readonly timestamp: string;
  /** Of its keys, with a slash at the end. */
  readonly prefix: string;
  readonly status: SetStatus;
  /** Undefined where it is missing, can't be read, or is that of another backup. */
  readonly config: BackupConfig | undefined;
  /** Read only where the config does not say that the backup is good. */
  readonly report?: BackupReport | undefined;
  /** What is wrong, in words: why there is no config, what is missing by the list, why the backup failed. */
  readonly problem: string | undefined;
  readonly objects: number;
  /** Of all objects. */
  readonly bytes: number;
  /** Of its data files. */
  readonly dataBytes: number;
  /** Segments with data files. */
  readonly segments: number;
  /** How many data files there are. */
  readonly dataFiles: number;
  /** Objects in its folder that are of no backup or of another one, by their names. */
  readonly foreign: number;
  /** The first and the last change of an object; undefined where the server does not say. */
  readonly oldest: Date | undefined;
  readonly newest: Date | undefined;
  /** Sizes of the coordinator's files by what follows the timestamp in their names: `toc.yaml`, `report` … */
  readonly files: ReadonlyMap<string, number>;
  /** Bytes by storage class. */
  readonly classes: ReadonlyMap<string, number>;
  readonly objectsOfClass: ReadonlyMap<string, number>;
}

/** Whether a backup can be restored as far as its list and its config file show. */
export function isGood({ status, problem }: Pick<BackupSet, 'status' | 'problem'>): boolean {
  return status === 'Success' && problem === undefined;
}

/** The database's name, by the config file or the report. */
export function databaseOf({ config, report }: Pick<BackupSet, 'config' | 'report'>): string | undefined {
  const name = config?.databaseName ?? report?.databaseName ?? '';
  return name === '' ? undefined : name;
}

/** Seconds from a set's timestamp to its end time; undefined where there is none. */
export function durationOf({
  timestamp,
  config,
  report,
}: Pick<BackupSet, 'timestamp' | 'config' | 'report'>): number | undefined {
  const end = config === undefined || config.endTime === '' ? (report?.endTime ?? '') : config.endTime;
  const [from, to] = [localTimeOf(timestamp)?.getTime(), localTimeOf(end)?.getTime()];
  return from === undefined || to === undefined || to < from ? undefined : (to - from) / 1000;
}
