import { reasonOf } from '../base/plugin-error.ts';
import type { S3Client } from '../s3/client.ts';
import { s3Url } from '../s3/errors/s3-error.ts';
import { abortMultipartUpload } from '../s3/operations/abort-multipart-upload.ts';
import { completeMultipartUpload } from '../s3/operations/complete-multipart-upload.ts';
import { createMultipartUpload, type MultipartUpload } from '../s3/operations/create-multipart-upload.ts';
import type { PartBuffer } from './buffer-pool.ts';
import { PartSender, type UploadSettings } from './part-sender.ts';
import type { ByteSource } from './source.ts';
import type { UploadReport } from './upload.ts';

/** Milliseconds for removing an unfinished upload, when a signal ends the process and when nothing presses. */
const CLEANUP_AFTER_SIGNAL = 1500;
const CLEANUP_AFTER_FAILURE = 20_000;

/**
 * Stores `first`, a full part, and the rest of `source` as a multipart upload, whose parts travel side by side,
 * as many as the pool has buffers. `first` goes back to the pool.
 * @throws as `upload` does.
 */
export async function uploadInParts(
  client: S3Client,
  key: string,
  first: PartBuffer,
  source: ByteSource,
  settings: UploadSettings,
  signal: AbortSignal,
): Promise<UploadReport> {
  const bound = client.with({ signal });
  const begun = await createMultipartUpload(bound, key, settings.policy).catch((error: unknown) => {
    settings.pool.release(first);
    throw error;
  });
  const sender = new PartSender(bound, begun, settings, signal);
  try {
    const parts = await sender.sendAll(first, source);
    await completeMultipartUpload(bound, begun, parts);
    return { bytes: parts.reduce((sum, part) => sum + part.size, 0), parts: parts.length };
  } catch (error) {
    await sender.stop(error);
    await removeUnfinished(client, begun, signal.aborted);
    throw error;
  }
}

/** A part under way when its upload is removed may still arrive, so the removal is sent until it finds nothing. */
async function removeUnfinished(client: S3Client, begun: MultipartUpload, hurried: boolean): Promise<void> {
  const time = hurried ? CLEANUP_AFTER_SIGNAL : CLEANUP_AFTER_FAILURE;
  const cleaner = client.with({
    signal: AbortSignal.timeout(time),
    retryPolicy: { timeout: time, reachTimeout: time, maxRetries: undefined },
  });
  try {
    await abortMultipartUpload(cleaner, begun.key, begun.uploadId);
    if (!hurried) await abortMultipartUpload(cleaner, begun.key, begun.uploadId);
  } catch (error) {
    client.log.warning(
      `the unfinished upload ${begun.uploadId} of ${s3Url(client.bucket, begun.key)} could not be removed (${reasonOf(error)}); delete_backup removes it`,
    );
  }
}
