import { backupPrefix } from '../backup/timestamp.ts';
import { countUploads } from '../catalogue/count-uploads.ts';
import { readSets } from '../catalogue/read-sets.ts';
import { retainedOf } from '../catalogue/retained-set.ts';
import { type Remaining, remainingVersions } from '../catalogue/versions.ts';
import type { DeletionPreview } from '../output/deletion-preview.ts';
import type { S3Client } from '../s3/client.ts';
import { s3Url } from '../s3/errors/s3-error.ts';
import { getBucketVersioning } from '../s3/operations/get-bucket-versioning.ts';
import { listObjects } from '../s3/operations/list-objects.ts';
import { Progress } from './progress.ts';
import type { Session } from './session.ts';

/** What `delete_backup` would delete, and which other backups need that. Nothing is changed. @throws {S3Error} */
export async function previewDeletion(
  { client, config }: Session,
  timestamp: string,
): Promise<DeletionPreview> {
  const prefix = backupPrefix(config.folder, timestamp);
  let [objects, bytes] = [0, 0];
  for await (const page of listObjects(client, prefix)) {
    objects += page.length;
    bytes += page.reduce((sum, { size }) => sum + size, 0);
  }
  const uploads = await countUploads(client, prefix);
  const kept = await versionsOf(client, prefix);
  const bypass = config.objects.bypassGovernance;
  return {
    where: s3Url(client.bucket, prefix),
    objects,
    bytes,
    uploads: uploads?.count ?? 0,
    versions: bypass ? (kept?.versions ?? 0) : 0,
    remaining: bypass || kept === undefined ? null : { versions: kept.versions, bytes: kept.bytes },
    dry_run: true,
    locked_until: kept?.lock?.until?.toISOString() ?? null,
    legal_hold: kept?.lock?.legalHold ?? false,
    ...(await dependentsOf(client, config.folder, timestamp)),
  };
}

/** Of a bucket that keeps what is deleted, where that can be seen. */
async function versionsOf(client: S3Client, prefix: string): Promise<Remaining | undefined> {
  const versioning = await getBucketVersioning(client);
  return 'is' in versioning && versioning.is !== 'off' ? await remainingVersions(client, prefix) : undefined;
}

async function dependentsOf(
  client: S3Client,
  folder: string,
  timestamp: string,
): Promise<Pick<DeletionPreview, 'dependents' | 'possible_dependents'>> {
  const [certain, possible]: [string[], string[]] = [[], []];
  const progress = new Progress();
  try {
    for await (const set of readSets(client, folder)) {
      progress.show('backups', certain.length + possible.length, undefined, set.timestamp);
      const { needs } = retainedOf(set);
      if (needs?.includes(timestamp) === true) certain.push(set.timestamp);
      if (needs === undefined && set.timestamp > timestamp) possible.push(set.timestamp);
    }
  } finally {
    progress.clear();
  }
  return { dependents: certain, possible_dependents: possible };
}
