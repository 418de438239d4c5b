import type { S3Client } from '../s3/client.ts';
import { S3Error } from '../s3/errors/s3-error.ts';
import {
  type BucketLock,
  getObjectLockConfiguration,
} from '../s3/operations/get-object-lock-configuration.ts';
import { getObjectRetention } from '../s3/operations/get-object-retention.ts';
import { headObject } from '../s3/operations/head-object.ts';
import type { ObjectFacts, ObjectLock } from '../s3/operations/object-facts.ts';
import { inParallel } from '../transfer/in-parallel.ts';

/** A version by its key; `null` and undefined are the object itself. */
export interface VersionName {
  readonly key: string;
  readonly versionId?: string | undefined;
}

/** How many are looked at: all objects of a backup are locked until the same time. */
const LOOKED_AT = 100;
const AT_ONCE = 16;
const DAY = 86_400_000;

/**
 * The lock that lasts longest, of the first and the last of these versions. Undefined where none is locked, or the user
 * may not see it. Where HEAD shows none in a bucket with Object Lock, the retention is asked for, and the default of the
 * bucket counts: some servers (versitygw) show less than Amazon.
 * @throws {S3Error} when no server answers
 */
export async function longestLock(
  client: S3Client,
  versions: readonly VersionName[],
): Promise<ObjectLock | undefined> {
  const some =
    versions.length <= LOOKED_AT
      ? versions
      : [...versions.slice(0, LOOKED_AT / 2), ...versions.slice(-LOOKED_AT / 2)];
  let longest: ObjectLock | undefined;
  const hidden: (VersionName & { readonly facts: ObjectFacts })[] = [];
  await inParallel(some, AT_ONCE, client.signal, async ({ key, versionId }, signal) => {
    const facts = await factsOf(client.with({ signal }), key, versionId);
    longest = longer(longest, facts?.lock);
    if (facts !== undefined && facts.lock === undefined) hidden.push({ key, versionId, facts });
  });
  if (longest !== undefined || hidden.length === 0) return longest;
  const bucket = await getObjectLockConfiguration(client);
  if (bucket === 'none') return undefined;
  await inParallel(hidden, AT_ONCE, client.signal, async ({ key, versionId, facts }, signal) => {
    const id = versionId === 'null' ? undefined : versionId;
    const retention = await getObjectRetention(client.with({ signal }), key, id);
    longest = longer(longest, retention ?? byDefault(bucket, facts));
  });
  return longest;
}

async function factsOf(
  client: S3Client,
  key: string,
  versionId: string | undefined,
): Promise<ObjectFacts | undefined> {
  try {
    return await headObject(client, key, versionId === 'null' ? {} : { versionId });
  } catch (error) {
    if (error instanceof S3Error && error.status !== undefined) return undefined;
    throw error;
  }
}

function byDefault(bucket: BucketLock | undefined, { modified }: ObjectFacts): ObjectLock | undefined {
  if (typeof bucket !== 'object') return undefined;
  const until = new Date(Date.parse(modified ?? '') + bucket.days * DAY);
  return {
    mode: bucket.mode,
    until: Number.isNaN(until.getTime()) ? undefined : until,
    legalHold: false,
  };
}

/** A lock whose time is over locks nothing. */
function longer(one: ObjectLock | undefined, other: ObjectLock | undefined): ObjectLock | undefined {
  if (other === undefined) return one;
  const isOver = other.until !== undefined && other.until.getTime() <= Date.now();
  if (isOver && !other.legalHold) return one;
  if (one === undefined) return other;
  const [first, second] = [one.until?.getTime() ?? 0, other.until?.getTime() ?? 0];
  const longest = second > first ? other : one;
  return { ...longest, legalHold: one.legalHold || other.legalHold };
}
