import { BackupConfigError, parseBackupConfig } from '../backup/backup-config.ts';
import { type BackupReport, parseBackupReport } from '../backup/backup-report.ts';
import { belowFolder } from '../backup/key.ts';
import { backupPrefix } from '../backup/timestamp.ts';
import { printable } from '../base/printable.ts';
import type { S3Client } from '../s3/client.ts';
import { S3Error } from '../s3/errors/s3-error.ts';
import { getRange } from '../s3/operations/get-range.ts';
import { listFolders, listObjects } from '../s3/operations/list-objects.ts';
import { AheadOf } from './ahead.ts';
import type { BackupSet } from './backup-set.ts';
import { missingOf } from './promised.ts';
import { isBeingWritten } from './running.ts';
import { type SetFile, SetList } from './set-list.ts';

/** A config file of gpbackup is some kilobytes; its lists of tables make it longer. */
const LONGEST_CONFIG = 32 * 1024 * 1024;

/** Longer files are read one at a time, so that 16 of them do not fill the memory. */
const LONG = 1024 * 1024;

/** Sets that are read in parallel. */
const AT_ONCE = 16;

/** A report is some kilobytes; what it says comes first. */
const LONGEST_REPORT = 1024 * 1024;

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
 * @param each is told of every file of it while it is listed
 * @throws {S3Error}
 */
export async function readSet(
  client: S3Client,
  folder: string,
  timestamp: string,
  each?: (file: SetFile) => void,
): Promise<BackupSet | undefined> {
  const prefix = backupPrefix(folder, timestamp);
  const list = new SetList(timestamp, each);
  for await (const page of listObjects(client, prefix)) for (const object of page) list.add(object);
  if (list.objects === 0) return undefined;
  const { objects, bytes, dataBytes, dataFiles, foreign, files, classes, oldest, newest, objectsOfClass } =
    list;
  return {
    timestamp,
    prefix,
    ...(await verdictOf(client, prefix, list)),
    objects,
    bytes,
    dataBytes,
    dataFiles,
    foreign,
    segments: list.segments.size,
    oldest: oldest === Infinity ? undefined : new Date(oldest),
    newest: newest === -Infinity ? undefined : new Date(newest),
    files,
    classes,
    objectsOfClass,
  };
}

type Verdict = Pick<BackupSet, 'status' | 'config' | 'report' | 'problem'>;

async function verdictOf(client: S3Client, prefix: string, list: SetList): Promise<Verdict> {
  const { timestamp } = list;
  const { config, problem } = await readConfigOf(client, prefix, list);
  if (config?.status === 'Success') return { status: 'Success', config, problem: missingOf(config, list) };
  const report = await readReport(client, `${prefix}gpbackup_${timestamp}_report`, list.files.get('report'));
  const why = report === undefined || report.error === '' ? undefined : printable(report.error);
  if (config !== undefined) {
    // Older versions of gpbackup say it in the report alone, or only when they ended.
    const told = config.status === 'Failure' ? config.status : report?.status;
    if (told === 'Failure') return { status: 'Failure', config, report, problem: why };
    if (told === 'Success' || config.endTime !== '')
      return { status: 'Success', config, report, problem: missingOf(config, list) };
  } else if (list.files.has('config.yaml')) {
    return { status: 'Unreadable', config, report, problem };
  }
  const ended = report !== undefined;
  if (!ended && (await isBeingWritten(client, prefix, list)))
    return { status: 'Running', config, report, problem: undefined };
  return { status: 'Failure', config, report, problem: why ?? problem };
}

/**
 * The config file of a set by its list, or why there is none.
 * @throws {S3Error} when no server answers
 */
export async function readConfigOf(
  client: S3Client,
  prefix: string,
  { timestamp, files, foreign }: SetList,
): Promise<Pick<BackupSet, 'config' | 'problem'>> {
  const size = files.get('config.yaml');
  if (size === undefined) {
    const others = foreign === 0 ? '' : `, and there are ${foreign} objects of others`;
    const isCut = (files.get('report') ?? 0) === 0;
    const what = isCut
      ? 'it did not finish: its config file and report are missing'
      : 'its config file is missing';
    return none(`${what}${others}`);
  }
  if (size > LONGEST_CONFIG) return none(`its config file has ${size} bytes`);
  try {
    const text = await readWhole(client, `${prefix}gpbackup_${timestamp}_config.yaml`, size);
    const config = parseBackupConfig(text);
    return config.timestamp === timestamp
      ? { config, problem: undefined }
      : none(`its config file is that of backup ${config.timestamp}`);
  } catch (error) {
    if (error instanceof BackupConfigError) return none(`its config file ${error.message}`);
    if (error instanceof S3Error && error.status !== undefined) return none(error.message);
    throw error;
  }
}

/**
 * The report of a backup; undefined where there is none or it can't be read, or only the empty one of a set-up.
 * @throws {S3Error} when no server answers
 */
export async function readReport(
  client: S3Client,
  key: string,
  size: number | undefined,
): Promise<BackupReport | undefined> {
  if (size === undefined || size === 0) return undefined;
  try {
    return parseBackupReport(await readWhole(client, key, Math.min(size, LONGEST_REPORT)));
  } catch (error) {
    if (!(error instanceof S3Error) || error.status === undefined) throw error;
    client.log.verbose(`${client.url(key)} can't be read: ${error.message}`);
    return undefined;
  }
}

async function readWhole(client: S3Client, key: string, size: number): Promise<string> {
  const read = async (): Promise<string> => {
    const { bytes } = await getRange(client, { key, start: 0, end: Math.max(1, size) });
    return new TextDecoder().decode(bytes);
  };
  return size > LONG ? await inTurn(read) : await read();
}

let lastLong: Promise<unknown> = Promise.resolve();

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const turn = lastLong.then(work);
  lastLong = turn.catch(() => undefined);
  return await turn;
}

function none(problem: string): Pick<BackupSet, 'config' | 'problem'> {
  return { config: undefined, problem };
}
