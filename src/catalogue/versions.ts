import type { S3Client } from '../s3/client.ts';
import { S3Error } from '../s3/errors/s3-error.ts';
import { deleteVersions, type RefusedVersion } from '../s3/operations/delete-versions.ts';
import { type ListedVersion, listObjectVersions } from '../s3/operations/list-object-versions.ts';
import type { ObjectLock } from '../s3/operations/object-facts.ts';
import { longestLock } from './locked.ts';

/** What a place still contains, hidden or not. */
export interface Remaining {
  readonly versions: number;
  /** Of these versions. */
  readonly bytes: number;
  /** The one that lasts longest; undefined when none is known. */
  readonly lock: ObjectLock | undefined;
}

/** What is not needed for deleting may be asked for twice. */
const BRIEF = { timeout: 20_000, reachTimeout: 20_000, maxRetries: 1 };

/**
 * The versions that deleting left behind below `prefix`, and their lock. Undefined where there are none, the user may
 * not list them, or the server does not.
 */
export async function remainingVersions(client: S3Client, prefix: string): Promise<Remaining | undefined> {
  const brief = client.with({ retryPolicy: BRIEF });
  try {
    const versions = await versionsBelow(brief, prefix);
    const data = versions.filter(({ isMarker }) => !isMarker);
    if (data.length === 0) return undefined;
    return { versions: data.length, bytes: bytesOf(data), lock: await longestLock(brief, data) };
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    client.log.verbose(`versions below ${client.url(prefix)} are not known: ${error.message}`);
    return undefined;
  }
}

export interface DeletedVersions {
  /** Without delete markers. */
  readonly versions: number;
  readonly bytes: number;
  readonly refused: readonly RefusedVersion[];
}

/**
 * Deletes all versions below `prefix` for good, also in mode GOVERNANCE. Delete markers go too, but for those that hide
 * what is refused.
 * @throws {S3Error}
 */
export async function deleteAllVersions(client: S3Client, prefix: string): Promise<DeletedVersions> {
  const all = await versionsBelow(client, prefix);
  const data = all.filter(({ isMarker }) => !isMarker);
  const refused = await deleteVersions(client, data);
  const kept = new Set(refused.map(({ version }) => version.key));
  const markers = all.filter(({ isMarker, key }) => isMarker && !kept.has(key));
  const refusedMarkers = await deleteVersions(client, markers);
  return {
    versions: data.length - refused.length,
    bytes: bytesOf(data) - bytesOf(refused.map(({ version }) => version)),
    refused: [...refused, ...refusedMarkers],
  };
}

async function versionsBelow(client: S3Client, prefix: string): Promise<readonly ListedVersion[]> {
  const all: ListedVersion[] = [];
  for await (const page of listObjectVersions(client, prefix)) all.push(...page);
  return all;
}

function bytesOf(versions: readonly ListedVersion[]): number {
  return versions.reduce((sum, { size }) => sum + size, 0);
}
