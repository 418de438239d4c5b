import { belowFolder } from '../backup/key.ts';
import type { S3Client } from '../s3/client.ts';
import { type ListedObject, listLevel, listObjects } from '../s3/operations/list-objects.ts';
import { AheadOf } from './ahead.ts';

/** What is below a folder: backups, and what belongs to none. */
export interface FolderContents {
  /** The latest first. */
  readonly timestamps: readonly string[];
  readonly otherObjects: number;
  readonly otherBytes: number;
}

const AT_ONCE = 16;

/** What a level of folders has: names that go on, and what is beside them. */
interface Level {
  readonly names: readonly string[];
  readonly objects: number;
  readonly bytes: number;
}

/**
 * Finds the backups below a folder by lists with a delimiter, 16 at once, and counts all objects that are not in the
 * folder of one.
 * @throws {S3Error}
 */
export async function surveyFolder(client: S3Client, folder: string): Promise<FolderContents> {
  let [otherObjects, otherBytes] = [0, 0];
  const goOn = async (prefix: string, isNext: (name: string) => boolean): Promise<readonly string[]> => {
    const level = await readLevel(client, prefix, isNext);
    otherObjects += level.objects;
    otherBytes += level.bytes;
    return level.names;
  };
  const root = belowFolder(folder, '');
  const backups = belowFolder(folder, 'backups/');
  const [isThere] = await goOn(root, (name) => name === 'backups');
  const days = isThere === undefined ? [] : await goOn(backups, (name) => /^\d{8}$/.test(name));
  const timestamps: string[] = [];
  const reads = new AheadOf(days, AT_ONCE, async (day) => {
    const isBackup = (name: string): boolean => /^\d{14}$/.test(name) && name.startsWith(day);
    return await goOn(`${backups}${day}/`, isBackup);
  });
  for await (const names of reads) timestamps.push(...names);
  return {
    timestamps: timestamps.toSorted((one, other) => (one < other ? 1 : -1)),
    otherObjects,
    otherBytes,
  };
}

async function readLevel(
  client: S3Client,
  prefix: string,
  isNext: (name: string) => boolean,
): Promise<Level> {
  const names: string[] = [];
  const others: string[] = [];
  let [objects, bytes] = [0, 0];
  const count = (page: readonly ListedObject[]): void => {
    objects += page.length;
    for (const { size } of page) bytes += size;
  };
  for await (const page of listLevel(client, prefix)) {
    count(page.objects);
    for (const name of page.folders) (isNext(name) ? names : others).push(name);
  }
  for (const name of others) for await (const page of listObjects(client, `${prefix}${name}/`)) count(page);
  return { names, objects, bytes };
}
