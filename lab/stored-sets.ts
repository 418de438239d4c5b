import type { S3Server } from './s3-server/server.ts';
import { SETS_FOLDER, setFiles } from './sets.ts';

/** When the real sets were made: a bucket of long ago, in which nothing is being written. */
export const SETS_TIME = new Date('2026-11-25T03:00:00Z');

/** Puts real sets into a bucket, by default all, below `warehouse`. */
export async function storeSets(
  { objects }: Pick<S3Server, 'objects'>,
  { timestamps, lastModified = SETS_TIME }: { timestamps?: readonly string[]; lastModified?: Date } = {},
): Promise<void> {
  const files = timestamps === undefined ? setFiles() : timestamps.flatMap((each) => setFiles(each));
  for (const { key, content } of files) await objects.put('backups', key, content, { lastModified });
}

/** The key of a file of a set, by what follows the timestamp in its name. */
export function keyInSet(timestamp: string, kind: string): string {
  return `${SETS_FOLDER}/backups/${timestamp.slice(0, 8)}/${timestamp}/gpbackup_${timestamp}_${kind}`;
}
