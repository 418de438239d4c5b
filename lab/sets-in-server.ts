import type { S3Server } from './s3-server/server.ts';
import { setFiles } from './sets.ts';

/** Seconds from a real set's timestamp to the time of its objects in the server. */
const LENGTH = 3;

/** When the objects of a real set were stored, for the server: some seconds after its timestamp, in UTC. */
export function finishOf(timestamp: string): Date {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(timestamp)?.map(Number) ?? [];
  return new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour ?? 0, minute ?? 0, (second ?? 0) + LENGTH));
}

/** Puts the real sets into a server, with the times that they would have. */
export async function putSets(server: Pick<S3Server, 'objects'>, bucket = 'backups'): Promise<void> {
  for (const { key, content } of setFiles()) {
    const timestamp = /\/(\d{14})\//.exec(key)?.[1] ?? '';
    await server.objects.put(bucket, key, content, { lastModified: finishOf(timestamp) });
  }
}
