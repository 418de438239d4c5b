import { PluginError } from '../../base/plugin-error.ts';
import type { ObjectsConfig } from '../../config/config.ts';
import type { S3Client } from '../../s3/client.ts';
import { ObjectExistsError } from '../../s3/errors/object-exists-error.ts';
import { S3Error, s3Url } from '../../s3/errors/s3-error.ts';
import type { ObjectPolicy } from '../../s3/object-policy.ts';
import { deleteObject } from '../../s3/operations/delete-object.ts';
import type { BucketLock } from '../../s3/operations/get-object-lock-configuration.ts';
import { headObject } from '../../s3/operations/head-object.ts';
import { putObject } from '../../s3/operations/put-object.ts';
import type { Session } from '../session.ts';
import { locks } from './lock.ts';

/** An option of the config file that the server does not take, or takes and does not do. */
export class RefusedOptionError extends PluginError {}

/** Cleaning up may take a moment, and fails nothing. */
const BRIEF = { timeout: 10_000, reachTimeout: 10_000, maxRetries: 2 };

/**
 * Stores an empty object under a key that no other process uses, as the options want it, sees whether the server did
 * what they say, and deletes it where that is possible; a lock keeps it. Gives its URL.
 * @param lock of the bucket, where it is known
 * @throws {RefusedOptionError} {S3Error}
 */
export async function probe(
  { client, config: { objects } }: Session,
  keyStart: string,
  policy: ObjectPolicy,
  lock: BucketLock | undefined,
): Promise<string> {
  const key = keyStart + crypto.getRandomValues(new Uint8Array(8)).toHex();
  try {
    await putObject(client, key, new Uint8Array(0), policy);
  } catch (error) {
    throw error instanceof S3Error ? explained(error, objects) : error;
  }
  const doubted = locks(objects) && lock === 'none';
  let isLocked = false;
  let removed = false;
  try {
    if (doubted) isLocked = await showsLock(client, key);
    if (objects.writeOnce) await refuseReplaced(client, key, policy);
  } finally {
    removed = await removeProbe(client, key);
  }
  if (doubted && (removed || !isLocked)) {
    throw new RefusedOptionError(
      `the server takes ${client.url(key)} with a lock and does not lock it: the bucket has no Object Lock`,
      { hint: `use a bucket that was made with Object Lock, or leave out ${lockOptions(objects)}` },
    );
  }
  return s3Url(client.bucket, key);
}

/** A server without conditional writes says no more than that. */
function explained(error: S3Error, objects: ObjectsConfig): Error {
  if (!objects.writeOnce || error.status !== 501 || locks(objects)) return error;
  return new RefusedOptionError(error.message, {
    hint: 'the server does not know conditional writes (If-None-Match): leave out write_once',
    cause: error,
  });
}

/** False also where the server takes no notice of the headers; true where the object may not be looked at. */
async function showsLock(client: S3Client, key: string): Promise<boolean> {
  try {
    return (await headObject(client, key)).lock !== undefined;
  } catch (error) {
    if (error instanceof S3Error) return true;
    throw error;
  }
}

/** Some servers take no notice of the condition. */
async function refuseReplaced(client: S3Client, key: string, policy: ObjectPolicy): Promise<void> {
  try {
    await putObject(client, key, new Uint8Array(0), policy);
  } catch (error) {
    if (error instanceof ObjectExistsError || error instanceof S3Error) return;
    throw error;
  }
  throw new RefusedOptionError(
    `the server replaced ${client.url(key)} against the condition that it is not there`,
    { hint: 'it does not know conditional writes (If-None-Match): leave out write_once' },
  );
}

function lockOptions({ lock, legalHold }: ObjectsConfig): string {
  return [
    ...(lock === undefined ? [] : ['object_lock_mode', 'object_lock_retention']),
    ...(legalHold ? ['object_lock_legal_hold'] : []),
  ].join(', ');
}

/** What can't be deleted stays: it is empty, and delete_backup finds it below the backup. Gives whether it is gone. */
async function removeProbe(client: S3Client, key: string): Promise<boolean> {
  try {
    return !(await deleteObject(client.with({ retryPolicy: BRIEF }), key));
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    client.log.verbose(`${client.url(key)} stays: ${error.message}`);
    return false;
  }
}
