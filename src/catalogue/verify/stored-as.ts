import type { S3Client } from '../../s3/client.ts';
import { readStatistics } from '../statistics.ts';
import type { Inventory } from './inventory.ts';
import type { StoredAs } from './read-object.ts';

/**
 * What the hosts of these backups noted of each object when they stored it, by its key; the last time counts, since
 * gpbackup stores some files again. Empty where there are no such notes: backups of other plugins, of older versions.
 * @throws {S3Error} when the server can't be reached
 */
export async function readStoredAs(
  client: S3Client,
  inventories: readonly Inventory[],
): Promise<ReadonlyMap<string, StoredAs>> {
  const latest = new Map<string, StoredAs & { readonly end: number }>();
  for (const { statistics } of inventories) {
    for await (const { key, bytesStored: size, crc32, host, end } of readStatistics(client, statistics)) {
      if ((latest.get(key)?.end ?? -Infinity) <= end) latest.set(key, { size, crc32, host, end });
    }
  }
  return latest;
}
