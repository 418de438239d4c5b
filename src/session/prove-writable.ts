import { backupPrefix } from '../backup/timestamp.ts';
import type { S3Client } from '../s3/client.ts';
import { S3Error, s3ErrorAsOf, s3Url } from '../s3/errors/s3-error.ts';
import {
  type BucketLock,
  getObjectLockConfiguration,
} from '../s3/operations/get-object-lock-configuration.ts';
import { putObject } from '../s3/operations/put-object.ts';
import { isStoredSpecially, objectPolicyOf } from './object-policy.ts';
import type { Session } from './session.ts';

/** The question about the bucket's lock is worth little time: without an answer all is as in a bucket without lock. */
const BRIEF = { timeout: 10_000, reachTimeout: 5000, maxRetries: 2 };

/**
 * Proves that objects of the backup `timestamp` can be stored, by an empty report that gpbackup's replaces at the end.
 * Where a key may not be written again, it is one of the set-up's own. Gives the URL of what was stored.
 * @throws {S3Error}; {PluginError} when the server takes an option and does not do it
 */
export async function proveWritable(session: Session, timestamp: string): Promise<string> {
  const { client, config } = session;
  const { objects } = config;
  const prefix = backupPrefix(config.folder, timestamp);
  if (isStoredSpecially(objects)) {
    const { checkStorage } = await import('./objects/set-up.ts');
    await checkStorage(session, `${prefix}gpbackup_0_${timestamp}`);
  }
  const policy = await objectPolicyOf(session);
  const asked = objects.writeOnce || objects.lock !== undefined || objects.legalHold;
  const key = `${prefix}gpbackup_${timestamp}_report`;
  const lock = await lockOfBucket(client, key);
  if (asked || typeof lock === 'object') {
    const { probe } = await import('./objects/probe.ts');
    return await probe(session, `${prefix}gpbackup_${timestamp}_set_up_`, policy, lock);
  }
  await putObject(client, key, new Uint8Array(0), policy);
  return s3Url(client.bucket, key);
}

/** Undefined where it does not matter, or is not known. */
async function lockOfBucket(client: S3Client, key: string): Promise<BucketLock | undefined> {
  if (client.server.provider.locksVersions === true) return undefined;
  try {
    return await getObjectLockConfiguration(client.with({ retryPolicy: BRIEF }));
  } catch (error) {
    // Storing the object would meet the same, and it is what the caller wants to hear of.
    throw error instanceof S3Error ? s3ErrorAsOf(error, 'PutObject', key) : error;
  }
}
