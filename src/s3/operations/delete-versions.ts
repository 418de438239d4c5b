import type { S3Client } from '../client.ts';
import { S3Error } from '../errors/s3-error.ts';
import { childText, type XmlElement } from '../xml.ts';
import { deleteObject, saysGone } from './delete-object.ts';
import { fitsXml, lacksOperation, sendDeletion } from './delete-objects.ts';
import type { ListedVersion } from './list-object-versions.ts';

/** A version that the server does not delete. */
export interface RefusedVersion {
  readonly version: ListedVersion;
  /** `AccessDenied: …`, as the server says it. */
  readonly why: string;
}

/** S3 API Reference, DeleteObjects. */
const BATCH = 1000;

/**
 * Deletes versions for good, also those in mode GOVERNANCE (S3 API Reference, DeleteObjects with VersionId and
 * x-amz-bypass-governance-retention). Gives those that are refused.
 * @throws {S3Error} when a whole request fails
 */
export async function deleteVersions(
  client: S3Client,
  versions: readonly ListedVersion[],
): Promise<readonly RefusedVersion[]> {
  const refused: RefusedVersion[] = [];
  for (let from = 0; from < versions.length; from += BATCH) {
    const batch = versions.slice(from, from + BATCH);
    const left =
      client.server.provider.singleDeletes === true ? batch : await deleteBatch(client, batch, refused);
    for (const version of left) {
      try {
        const { versionId } = version;
        await deleteObject(client, version.key, {
          bypass: true,
          // Where a bucket keeps no versions, some servers don't take the id that they list.
          ...(versionId === 'null' ? {} : { versionId }),
        });
      } catch (error) {
        if (!(error instanceof S3Error) || error.status === undefined) throw error;
        refused.push({ version, why: `${error.code}: ${error.reason}` });
      }
    }
  }
  return refused;
}

/** Gives the versions that are to be deleted one by one, and adds to `refused`. */
async function deleteBatch(
  client: S3Client,
  all: readonly ListedVersion[],
  refused: RefusedVersion[],
): Promise<readonly ListedVersion[]> {
  const versions = all.filter(({ key, versionId }) => fitsXml(key) && versionId !== 'null');
  if (versions.length === 0) return all;
  const named = versions.map(({ key, versionId }) => ({ Key: key, VersionId: versionId }));
  const open = new Map(all.map((version) => [nameOf(version.key, version.versionId), version]));
  try {
    const { deleted, errors } = await sendDeletion(client, named, true);
    for (const entry of deleted) open.delete(nameIn(entry));
    for (const entry of errors) {
      const version = open.get(nameIn(entry));
      if (version === undefined) continue;
      open.delete(nameIn(entry));
      const code = childText(entry, 'Code')?.trim() ?? '';
      if (code === 'NoSuchVersion' || saysGone(undefined, code)) continue;
      refused.push({ version, why: `${code}: ${childText(entry, 'Message')?.trim() ?? ''}` });
    }
  } catch (error) {
    if (!lacksOperation(error)) throw error;
    return all;
  }
  return [...open.values()];
}

function nameOf(key: string, versionId: string): string {
  return `${versionId}/${key}`;
}

function nameIn(entry: XmlElement): string {
  return nameOf(childText(entry, 'Key') ?? '', childText(entry, 'VersionId')?.trim() ?? '');
}
