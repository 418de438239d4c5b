import type { S3Client } from '../s3/client.ts';
import { putObject } from '../s3/operations/put-object.ts';
import type { UploadReport, UploadSettings } from './part-sender.ts';
import type { Source } from './source.ts';

/**
 * Stores all bytes of `source` under `key`. A stream that ends within the first part is one PutObject, any
 * other a multipart upload, whose code is loaded only then: most tables are small, and each is a process.
 *
 * @throws the first failure, or the signal's reason; the unfinished upload has been removed then, as far as the
 *   store could be reached. Nothing is ever stored of a stream that could not be read to its end.
 */
export async function upload(
  client: S3Client,
  key: string,
  source: Source,
  settings: UploadSettings,
): Promise<UploadReport> {
  const { pool, schedule } = settings;
  const { signal } = client;
  const small = await source.small(signal);
  if (small !== undefined) return await putWhole(client, key, small, settings, source.waited);
  const first = await pool.acquire(schedule.sizeOf(1), signal);
  let whole: UploadReport | undefined;
  try {
    const length = await source.fill(first, signal);
    if (length < first.length || (await source.ended(signal))) {
      whole = await putWhole(client, key, first.subarray(0, length), settings, source.waited);
    }
  } catch (error) {
    pool.discard(first);
    throw error;
  }
  if (whole !== undefined) {
    pool.release(first);
    return whole;
  }
  const { uploadInParts } = await import('./upload-in-parts.ts');
  return await uploadInParts(client, key, first, source, settings);
}

/** Stores an object by one request. @param inputWait milliseconds in which there was nothing to be read */
export async function putWhole(
  client: S3Client,
  key: string,
  body: Uint8Array<ArrayBuffer>,
  { policy }: Pick<UploadSettings, 'policy'>,
  inputWait = 0,
): Promise<UploadReport> {
  const sentAt = performance.now();
  const crc32 = await putObject(client, key, body, policy);
  return { bytes: body.length, parts: 0, crc32, inputWait, networkWait: performance.now() - sentAt };
}
