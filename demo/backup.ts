import { join } from 'node:path';
import { backupPrefix } from '../src/backup/timestamp.ts';
import { FOLDER, type Instance } from './cluster.ts';
import type { Table } from './tables.ts';

/** A backup, as its files' names tell it. */
export interface Backup {
  readonly timestamp: string;
  readonly singleDataFile: boolean;
}

/** Where gpbackup keeps this instance's files of a backup, and names the others after. */
export function backupFolder({ timestamp }: Backup, { dataFolder }: Instance): string {
  return join(dataFolder, 'backups', timestamp.slice(0, 8), timestamp);
}

/** The path that names a table's data on a segment in the default mode. */
export function tableFile(backup: Backup, segment: Instance, { oid }: Table): string {
  return join(backupFolder(backup, segment), `gpbackup_${segment.content}_${backup.timestamp}_${oid}.gz`);
}

/** The path that names all data of a segment with `--single-data-file --no-compression`. */
export function singleFile(backup: Backup, segment: Instance): string {
  return join(backupFolder(backup, segment), `gpbackup_${segment.content}_${backup.timestamp}`);
}

/** The table of contents of a segment's single data file. */
export function contentsFile(backup: Backup, segment: Instance): string {
  return `${singleFile(backup, segment)}_toc.yaml`;
}

/** A file of the whole backup, which is on the coordinator. */
export function coordinatorFile(backup: Backup, coordinator: Instance, name: string): string {
  return join(backupFolder(backup, coordinator), `gpbackup_${backup.timestamp}_${name}`);
}

/** The prefix of the backup's keys. */
export function prefixOf({ timestamp }: Backup): string {
  return backupPrefix(FOLDER, timestamp);
}

const two = (value: number): string => String(value).padStart(2, '0');

/** A timestamp as gpbackup makes it, in local time. */
export function timestampOf(at: Date): string {
  return (
    `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}` +
    `${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}`
  );
}
