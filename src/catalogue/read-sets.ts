import { type BackupConfig, BackupConfigError, parseBackupConfig } from '../backup/backup-config.ts';
import { baseName, classifyFile, isProbe } from '../backup/file-name.ts';
import { belowFolder } from '../backup/key.ts';
import { backupPrefix } from '../backup/timestamp.ts';
import type { S3Client } from '../s3/client.ts';
import { S3Error } from '../s3/errors/s3-error.ts';
import { getRange } from '../s3/operations/get-range.ts';
import { type ListedObject, listFolders, listObjects } from '../s3/operations/list-objects.ts';
import { AheadOf } from './ahead.ts';
import type { BackupSet, SetStatus } from './backup-set.ts';

/** A config file of gpbackup is some kilobytes; its lists of tables make it longer. */
const LONGEST_CONFIG = 64 * 1024 * 1024;

/** Sets that are read in parallel. */
const AT_ONCE = 16;

/** Milliseconds without a new object after which a set that is not finished counts as failed. */
const QUIET = 86_400_000;

/** The timestamps of all backups below a folder, the latest first. Other names are left out. @throws {S3Error} */
export async function listTimestamps(client: S3Client, folder: string): Promise<readonly string[]> {
  const root = belowFolder(folder, 'backups/');
  const days: string[] = [];
  for await (const names of listFolders(client, root)) {
    for (const name of names) if (/^\d{8}$/.test(name)) days.push(name);
  }
  const timestamps: string[] = [];
  for await (const found of new AheadOf(days, AT_ONCE, async (day) => await ofDay(client, root, day))) {
    timestamps.push(...found);
  }
  return timestamps.toSorted((one, other) => (one < other ? 1 : -1));
}

async function ofDay(client: S3Client, root: string, day: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const names of listFolders(client, `${root}${day}/`)) {
    for (const name of names) if (/^\d{14}$/.test(name) && name.startsWith(day)) found.push(name);
  }
  return found;
}

/**
 * All backups below a folder, the latest first: a list and one GET each, 16 at once. What is broken or half deleted is
 * shown as such, and stops nothing.
 * @throws {S3Error} of a list
 */
export async function* readSets(
  client: S3Client,
  folder: string,
  timestamps?: readonly string[],
): AsyncGenerator<BackupSet> {
  const all = timestamps ?? (await listTimestamps(client, folder));
  for await (const set of new AheadOf(all, AT_ONCE, async (each) => await readSet(client, folder, each))) {
    if (set !== undefined) yield set;
  }
}

/**
 * One backup; undefined where there is none.
 * @param visit is given each of its objects
 * @throws {S3Error}
 */
export async function readSet(
  client: S3Client,
  folder: string,
  timestamp: string,
  visit?: (object: ListedObject) => void,
): Promise<BackupSet | undefined> {
  const prefix = backupPrefix(folder, timestamp);
  const files = new Map<string, number>();
  const classes = new Map<string, number>();
  const segments = new Set<number>();
  let [objects, bytes, dataBytes] = [0, 0, 0];
  let [oldest, newest] = [Infinity, -Infinity];
  for await (const page of listObjects(client, prefix)) {
    for (const object of page) {
      const { key, size, modified, storageClass = 'STANDARD' } = object;
      visit?.(object);
      const name = baseName(key);
      if (isProbe(name)) continue;
      objects += 1;
      bytes += size;
      classes.set(storageClass, (classes.get(storageClass) ?? 0) + size);
      const time = Date.parse(modified ?? '');
      if (!Number.isNaN(time)) [oldest, newest] = [Math.min(oldest, time), Math.max(newest, time)];
      const file = classifyFile(name);
      if (file.kind === 'table' || file.kind === 'single data file') {
        segments.add(file.segment);
        dataBytes += size;
      }
      const kind = /^gpbackup_\d{14}_(.+)$/.exec(name)?.[1];
      if (kind !== undefined) files.set(kind, size);
    }
  }
  if (objects === 0) return undefined;
  const { config, problem } = await readConfig(client, `${prefix}gpbackup_${timestamp}_config.yaml`, files);
  const last = newest === -Infinity ? undefined : new Date(newest);
  return {
    timestamp,
    prefix,
    status: statusOf(config, files, last),
    config,
    problem,
    objects,
    bytes,
    dataBytes,
    segments: segments.size,
    oldest: oldest === Infinity ? undefined : new Date(oldest),
    newest: last,
    files,
    classes,
  };
}

async function readConfig(
  client: S3Client,
  key: string,
  files: ReadonlyMap<string, number>,
): Promise<{ readonly config: BackupConfig | undefined; readonly problem: string | undefined }> {
  const size = files.get('config.yaml');
  if (size === undefined) return none('its config file is missing');
  if (size > LONGEST_CONFIG) return none(`its config file has ${size} bytes`);
  try {
    const { bytes } = await getRange(client, { key, start: 0, end: Math.max(1, size) });
    return { config: parseBackupConfig(new TextDecoder().decode(bytes)), problem: undefined };
  } catch (error) {
    if (error instanceof BackupConfigError) return none(`its config file ${error.message}`);
    if (error instanceof S3Error && error.status !== undefined) return none(error.message);
    throw error;
  }
}

function none(problem: string): { readonly config: undefined; readonly problem: string } {
  return { config: undefined, problem };
}

function statusOf(
  config: BackupConfig | undefined,
  files: ReadonlyMap<string, number>,
  newest: Date | undefined,
): SetStatus {
  if (config !== undefined) {
    if (config.status === 'Failure') return 'Failure';
    return config.status === 'Success' || config.endTime !== '' ? 'Success' : 'Running';
  }
  if (files.has('config.yaml')) return 'Unreadable';
  const isFinished = (files.get('report') ?? 0) > 0;
  const isQuiet = newest === undefined || Date.now() - newest.getTime() > QUIET;
  return isFinished || isQuiet ? 'Failure' : 'Running';
}
