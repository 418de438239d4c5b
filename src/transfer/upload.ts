import { formatSize } from '../base/bytes.ts';
import { PluginError, reasonOf } from '../base/plugin-error.ts';
import type { S3Client } from '../s3/client.ts';
import { s3Url } from '../s3/errors/s3-error.ts';
import { abortMultipartUpload } from '../s3/operations/abort-multipart-upload.ts';
import { completeMultipartUpload } from '../s3/operations/complete-multipart-upload.ts';
import { createMultipartUpload, type MultipartUpload } from '../s3/operations/create-multipart-upload.ts';
import type { ProtectionPolicy } from '../s3/operations/protection.ts';
import { putObject } from '../s3/operations/put-object.ts';
import { type UploadedPart, uploadPart } from '../s3/operations/upload-part.ts';
import type { BufferPool, PartBuffer } from './buffer-pool.ts';
import type { PartSchedule } from './part-schedule.ts';
import type { ByteSource } from './source.ts';

/** How streams are cut, held and protected. */
export interface UploadSettings {
  readonly schedule: PartSchedule;
  readonly pool: BufferPool;
  readonly policy: ProtectionPolicy;
}

export interface UploadReport {
  readonly bytes: number;
  /** 0: stored by one PutObject. */
  readonly parts: number;
}

/** Milliseconds for removing an unfinished upload, when a signal ends the process and when nothing presses. */
const CLEANUP_AFTER_SIGNAL = 1500;
const CLEANUP_AFTER_FAILURE = 20_000;

/**
 * Stores all bytes of `source` under `key`. A stream that ends within the first part is one PutObject, any
 * other a multipart upload whose parts travel side by side, as many as the pool has buffers.
 *
 * @throws the first failure, or the signal's reason; the unfinished upload has been removed then, as far as the
 *   store could be reached. Nothing is ever stored of a stream that could not be read to its end.
 */
export async function upload(
  client: S3Client,
  key: string,
  source: ByteSource,
  settings: UploadSettings,
  signal: AbortSignal,
): Promise<UploadReport> {
  const { pool, schedule, policy } = settings;
  const first = await pool.acquire(schedule.sizeOf(1), signal);
  const length = await source.fill(first, signal);
  if (length < first.length || (await source.ended(signal))) {
    await putObject(client, key, first.subarray(0, length), policy);
    pool.release(first);
    return { bytes: length, parts: 0 };
  }
  const begun = await createMultipartUpload(client, key, policy);
  // Ends the other parts as soon as one has failed.
  const scope = new AbortController();
  const stop = (): void => scope.abort(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  const running = new Set<Promise<void>>();
  try {
    if (signal.aborted) stop();
    const parts = await sendParts(
      client.with({ signal: scope.signal }),
      begun,
      first,
      source,
      settings,
      scope,
      running,
    );
    await completeMultipartUpload(client, begun, parts);
    return { bytes: parts.reduce((sum, part) => sum + part.size, 0), parts: parts.length };
  } catch (error) {
    scope.abort(error);
    await Promise.allSettled(running);
    await removeUnfinished(client, begun, signal.aborted);
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function sendParts(
  client: S3Client,
  begun: MultipartUpload,
  first: PartBuffer,
  source: ByteSource,
  { pool, schedule, policy }: UploadSettings,
  scope: AbortController,
  running: Set<Promise<void>>,
): Promise<readonly UploadedPart[]> {
  const parts: UploadedPart[] = [];
  const send = (partNumber: number, buffer: PartBuffer, length: number): void => {
    const task = uploadPart(client, begun, partNumber, buffer.subarray(0, length), policy)
      .then((part) => {
        parts[partNumber - 1] = part;
        pool.release(buffer);
      })
      .catch((error: unknown) => scope.abort(error))
      .finally(() => running.delete(task));
    running.add(task);
  };
  send(1, first, first.length);
  for (let partNumber = 2; !(await source.ended(scope.signal)); partNumber += 1) {
    if (partNumber > schedule.maxParts) throw tooLarge(client, begun.key, schedule);
    const buffer = await pool.acquire(schedule.sizeOf(partNumber), scope.signal);
    send(partNumber, buffer, await source.fill(buffer, scope.signal));
  }
  await Promise.all(running);
  scope.signal.throwIfAborted();
  return parts;
}

function tooLarge(client: S3Client, key: string, schedule: PartSchedule): PluginError {
  return new PluginError(
    `${s3Url(client.bucket, key)}: the data is larger than ${formatSize(schedule.capacity)}, which is what ${schedule.maxParts} parts hold`,
    {
      hint: 'raise backup_multipart_chunksize or remove it, or back up with more segments or without --single-data-file',
    },
  );
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
