import { reasonOf } from '../base/plugin-error.ts';
import type { S3Client } from '../s3/client.ts';
import { S3Error } from '../s3/errors/s3-error.ts';
import { getRange } from '../s3/operations/get-range.ts';
import { headObject } from '../s3/operations/head-object.ts';
import { isSameObject, type ObjectFacts } from '../s3/operations/object-facts.ts';

/**
 * What a HEAD may cost that a restore can do without: two tries, of 3 and 6 seconds where it stalls. Some
 * gateways drop HEAD or answer it without a length, and serve every GET.
 */
const BRIEF = { timeout: 15_000, reachTimeout: 15_000, maxRetries: 1 };

/** The CRC32 of the whole object with these facts, where the store keeps one: only a HEAD that requests it returns it. */
export async function storedChecksum(
  client: S3Client,
  key: string,
  facts: ObjectFacts,
): Promise<number | undefined> {
  if (client.server.provider.checksums === 'never') return undefined;
  try {
    const stored = await headObject(client.with({ retryPolicy: BRIEF }), key, { checksum: true });
    if (isSameObject(stored, facts)) return stored.crc32;
    client.log.verbose(`${client.url(key)}: the store's checksum is of another object`);
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    client.log.verbose(`${client.url(key)}: the store gives no checksum: ${reasonOf(error)}`);
  }
  return undefined;
}

/** The facts of an object: by HEAD, or where that fails for another reason than that it is missing, by its first byte. */
export async function factsOf(client: S3Client, key: string): Promise<ObjectFacts> {
  try {
    return await headObject(client.with({ retryPolicy: BRIEF }), key);
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    // A HEAD's answer says no more than its status: the GET fails too, or shows why not.
    return (await getRange(client, { key, start: 0, end: 1 })).facts;
  }
}
