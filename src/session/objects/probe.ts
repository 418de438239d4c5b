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
  try {
    if (locks(objects) && lock === 'none') await refuseIgnoredLock(client, key, objects);
    if (objects.writeOnce) await refuseReplaced(client, key, policy);
  } finally {
    await removeProbe(client, key);
  }
  return s3Url(client.bucket, key);
}

/** The refusal of an object with the options that it is likely about. */
function explained(error: S3Error, objects: ObjectsConfig): Error {
  const refused = (hint: string): RefusedOptionError =>
    new RefusedOptionError(error.message, { hint, cause: error });
  if (objects.writeOnce && error.status === 501 && !locks(objects)) {
    return refused(
      'the server does not know conditional writes (If-None-Match): remove write_once from the config file',
    );
  }
  if (!locks(objects) || error.status === undefined) return error;
  const names = lockOptions(objects);
  if (error.status === 403) {
    return refused(
      `with ${names} the keys need s3:PutObjectRetention or s3:PutObjectLegalHold too: check the policy of the user and of the bucket`,
    );
  }
  const isAboutLock = error.status === 501 || /lock|retention|retain|worm/i.test(error.reason);
  if (!isAboutLock) return error;
  return refused(
    `the bucket or its server does not take ${names}: use a bucket that was made with Object Lock, or remove these options`,
  );
}

/** Some servers know no Object Lock and take no notice of its headers. */
async function refuseIgnoredLock(client: S3Client, key: string, objects: ObjectsConfig): Promise<void> {
  try {
    const { lock } = await headObject(client, key);
    if (lock !== undefined) return;
  } catch (error) {
    if (error instanceof S3Error) return;
    throw error;
  }
  throw new RefusedOptionError(
    `the server stored ${client.url(key)} without a lock, and the bucket has no Object Lock`,
    { hint: `use a bucket that was made with Object Lock, or remove ${lockOptions(objects)}` },
  );
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
    { hint: 'it does not know conditional writes (If-None-Match): remove write_once from the config file' },
  );
}

function lockOptions({ lock, legalHold }: ObjectsConfig): string {
  return [
    ...(lock === undefined ? [] : ['object_lock_mode', 'object_lock_retention']),
    ...(legalHold ? ['object_lock_legal_hold'] : []),
  ].join(', ');
}

/** What can't be deleted stays: it is empty, and delete_backup finds it below the backup. */
async function removeProbe(client: S3Client, key: string): Promise<void> {
  try {
    await deleteObject(client.with({ retryPolicy: BRIEF }), key);
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    client.log.verbose(`${client.url(key)} stays: ${error.message}`);
  }
}
