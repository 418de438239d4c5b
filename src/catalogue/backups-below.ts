import { belowFolder } from '../backup/key.ts';
import type { S3Client } from '../s3/client.ts';
import { listObjects } from '../s3/operations/list-objects.ts';

/** How a backup's keys go on below the `backups/` of a folder. */
const BACKUP = /(?:^|\/)backups\/\d{8}\/\d{14}\//;

/**
 * Counts the backups whose folder's whole `backups/` is below `prefix`, which ends with a slash, and their objects. A
 * day's folder, a backup's, and all that is not a backup count nothing, and `backups/` itself counts whatever is in it.
 */
export async function backupsBelow(
  client: S3Client,
  prefix: string,
  folder: string,
): Promise<{ readonly backups: number; readonly objects: number }> {
  const whole = belowFolder(folder, 'backups/');
  if (prefix.startsWith(whole) && prefix !== whole) return { backups: 0, objects: 0 };
  // `backups/` may be the prefix's own last part.
  const from = prefix.length - (/(?:^|\/)backups\/$/.test(prefix) ? 'backups/'.length : 0);
  const backups = new Set<string>();
  let objects = 0;
  for await (const page of listObjects(client, prefix)) {
    for (const { key } of page) {
      const match = BACKUP.exec(key.slice(from));
      if (match !== null) backups.add(key.slice(from, from + match.index + match[0].length));
      if (match !== null || prefix === whole) objects += 1;
    }
  }
  return { backups: backups.size, objects };
}
