import { reasonOf } from '../base/plugin-error.ts';
import { CLEANUP_AFTER_SIGNAL } from '../base/signal-times.ts';
import type { S3Client } from '../s3/client.ts';
import { ObjectExistsError } from '../s3/errors/object-exists-error.ts';
import { isDenied, S3Error, s3Url } from '../s3/errors/s3-error.ts';
import type { ObjectPolicy } from '../s3/object-policy.ts';
import { abortMultipartUpload } from '../s3/operations/abort-multipart-upload.ts';
import { completeMultipartUpload, crc32OfParts } from '../s3/operations/complete-multipart-upload.ts';
import { createMultipartUpload, type MultipartUpload } from '../s3/operations/create-multipart-upload.ts';
import { headObject } from '../s3/operations/head-object.ts';
import { listMultipartUploads } from '../s3/operations/list-multipart-uploads.ts';
import type { PartBuffer } from './buffer-pool.ts';
import { PartSender, type UploadReport, type UploadSettings } from './part-sender.ts';
import type { Source } from './source.ts';

/** Milliseconds for removing an unfinished upload when nothing presses. */
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
  source: Source,
  settings: UploadSettings,
): Promise<UploadReport> {
  const startedAt = performance.now();
  let begun: MultipartUpload;
  const replaces = settings.policy.replaces?.(key);
  try {
    // What would be refused at the end is found before the bytes are sent.
    if (replaces === 'never') await refuseExisting(client, key);
    begun = await createMultipartUpload(client, key, settings.policy);
  } catch (error) {
    settings.pool.release(first);
    // Only an answer proves that no upload was begun.
    const isAnswer = error instanceof S3Error && error.status !== undefined;
    if (!isAnswer && !(error instanceof ObjectExistsError)) {
      // A server that has never answered will hardly do so now, and the caller gets the error soon.
      await removeUnfinished(client, key, undefined, client.signal.aborted || !client.server.reached);
    }
    throw error;
  }
  const sender = new PartSender(client, begun, settings);
  try {
    const begunAt = performance.now();
    const parts = await sender.sendAll(first, source);
    const sentAt = performance.now();
    await completeMultipartUpload(client, begun, parts, replaces);
    if (settings.policy.locks === true) await lockWhole(client, key, settings.policy);
    if (begun.strays) await removeUnfinished(client, key, undefined, false);
    return {
      bytes: parts.reduce((sum, part) => sum + part.size, 0),
      parts: parts.length,
      crc32: crc32OfParts(parts),
      inputWait: source.waited,
      networkWait: begunAt - startedAt + sender.waited + performance.now() - sentAt,
    };
  } catch (error) {
    await sender.stop(error);
    await removeUnfinished(client, key, begun, client.signal.aborted);
    throw error;
  }
}

/** On Amazon's S3 the lock that the upload was begun with is that of the object. */
async function lockWhole(client: S3Client, key: string, { storedWith }: ObjectPolicy): Promise<void> {
  if (client.server.provider.locksVersions === true) return;
  const { ensureLocked } = await import('../s3/operations/ensure-locked.ts');
  await ensureLocked(client, key, storedWith?.(key, undefined) ?? {});
}

/** An object that may not be looked at may not be there: the server decides at the end. */
async function refuseExisting(client: S3Client, key: string): Promise<void> {
  try {
    await headObject(client, key);
  } catch (error) {
    if (error instanceof S3Error && (error.status === 404 || isDenied(error))) return;
    throw error;
  }
  throw new ObjectExistsError(client.url(key));
}

/**
 * Removes what is left of uploads under `key`: the one that was begun, and those whose answer was lost. A part
 * on its way when its upload is removed may still arrive, so the removal is sent until it finds nothing.
 */
async function removeUnfinished(
  client: S3Client,
  key: string,
  begun: MultipartUpload | undefined,
  hurried: boolean,
): Promise<void> {
  const time = hurried ? CLEANUP_AFTER_SIGNAL : CLEANUP_AFTER_FAILURE;
  const cleaner = client.with({
    signal: AbortSignal.timeout(time),
    retryPolicy: { timeout: time, reachTimeout: time, maxRetries: undefined },
  });
  try {
    if (begun !== undefined) {
      await abortMultipartUpload(cleaner, key, begun.uploadId);
      if (!hurried) await abortMultipartUpload(cleaner, key, begun.uploadId);
    }
    if (begun === undefined || begun.strays) await removeStrays(cleaner, key);
  } catch (error) {
    client.log.warning(
      `an unfinished upload of ${s3Url(client.bucket, key)} may remain (${reasonOf(error)}); delete_backup removes it`,
    );
  }
}

/** One process writes a key: whatever is unfinished under it when that process ends is its own. */
async function removeStrays(client: S3Client, key: string): Promise<void> {
  for await (const page of listMultipartUploads(client, key)) {
    for (const stray of page) {
      if (stray.key === key) await abortMultipartUpload(client, key, stray.uploadId);
    }
  }
}
