import type { S3Server } from './s3-server/server.ts';
import { SETS_FOLDER, setFiles } from './sets.ts';

/** Seconds from a real set's timestamp to the time of its objects in the server. */
const LENGTH = 3;

/** When the objects of a real set were stored, for the server: some seconds after its timestamp, in UTC. */
export function finishOf(timestamp: string): Date {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(timestamp)?.map(Number) ?? [];
  return new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour ?? 0, minute ?? 0, (second ?? 0) + LENGTH));
}

/** Puts the real sets into a server, or some of them, with the times that they would have. */
export async function putSets(
  server: Pick<S3Server, 'objects'>,
  bucket = 'backups',
  {
    timestamps,
    lastModified,
  }: { readonly timestamps?: readonly string[]; readonly lastModified?: Date } = {},
): Promise<void> {
  const files = timestamps === undefined ? setFiles() : timestamps.flatMap((each) => setFiles(each));
  for (const { key, content } of files) {
    const timestamp = /\/(\d{14})\//.exec(key)?.[1] ?? '';
    await server.objects.put(bucket, key, content, { lastModified: lastModified ?? finishOf(timestamp) });
  }
}

/** The key of a file of a real set, by what follows the timestamp in its name. */
export function keyInSet(timestamp: string, kind: string): string {
  return `${SETS_FOLDER}/backups/${timestamp.slice(0, 8)}/${timestamp}/gpbackup_${timestamp}_${kind}`;
}
