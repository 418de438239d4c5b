import { PluginError } from '../base/plugin-error.ts';
import type { S3Client } from '../s3/client.ts';
import { S3Error, s3Url } from '../s3/errors/s3-error.ts';
import { abortMultipartUpload } from '../s3/operations/abort-multipart-upload.ts';
import { deleteObjects } from '../s3/operations/delete-objects.ts';
import { listMultipartUploads } from '../s3/operations/list-multipart-uploads.ts';
import { listObjects } from '../s3/operations/list-objects.ts';

export interface Deleted {
  readonly objects: number;
  /** Of these objects. */
  readonly bytes: number;
  /** Unfinished ones that were removed. */
  readonly uploads: number;
  /** Some objects were only hidden: their versions stay. */
  readonly hidden: boolean;
  /** Keys of objects that Object Lock keeps. */
  readonly locked: readonly string[];
}

/** How often the list is read again, until it is empty. */
const ROUNDS = 5;

/**
 * Deletes every object and every unfinished upload whose key begins with `prefix`, which ends with a slash. The
 * list is read again until it is empty: pages shift on some servers while their keys are deleted.
 * @param bypass also what is locked in mode GOVERNANCE
 * @throws {S3Error} of what can't be deleted, but for what is locked; {PluginError} when keys keep coming.
 */
export async function deletePrefix(client: S3Client, prefix: string, bypass = false): Promise<Deleted> {
  const uploads = await abortUploads(client, prefix);
  const locked = new Set<string>();
  let [objects, bytes, hidden] = [0, 0, false];
  for (let round = 1; round <= ROUNDS; round += 1) {
    let listed = 0;
    for await (const page of listObjects(client, prefix)) {
      const open = page.filter(({ key }) => !locked.has(key));
      if (open.length === 0) continue;
      const outcome = await deleteObjects(
        client,
        open.map(({ key }) => key),
        bypass,
      );
      hidden ||= outcome.hidden;
      for (const key of outcome.locked) locked.add(key);
      const deleted = open.filter(({ key }) => !locked.has(key));
      listed += deleted.length;
      bytes += deleted.reduce((sum, { size }) => sum + size, 0);
    }
    if (listed === 0) return { objects, bytes, uploads, hidden, locked: [...locked] };
    objects += listed;
  }
  throw new PluginError(
    `${s3Url(client.bucket, prefix)} is still not empty after ${ROUNDS} rounds of deleting`,
    {
      hint: 'something still writes there, or the server keeps deleted keys in its list: try again later',
    },
  );
}

/** Removes unfinished uploads; what can't be looked up or removed is logged and fails nothing. */
async function abortUploads(client: S3Client, prefix: string): Promise<number> {
  let uploads = 0;
  try {
    for await (const page of listMultipartUploads(client, prefix)) {
      for (const { key, uploadId } of page) {
        await abortMultipartUpload(client, key, uploadId);
        uploads += 1;
      }
    }
  } catch (error) {
    if (!(error instanceof S3Error) || error.status === undefined) throw error;
    client.log.warning(
      `unfinished uploads below ${s3Url(client.bucket, prefix)} could not all be removed: ${error.message}`,
    );
  }
  return uploads;
}
