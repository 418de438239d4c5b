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
  const { pool, schedule, policy } = settings;
  const { signal } = client;
  const small = await source.small(signal);
  if (small !== undefined) {
    await putObject(client, key, small, policy);
    return { bytes: small.length, parts: 0 };
  }
  const first = await pool.acquire(schedule.sizeOf(1), signal);
  let whole: number | undefined;
  try {
    const length = await source.fill(first, signal);
    if (length < first.length || (await source.ended(signal))) {
      await putObject(client, key, first.subarray(0, length), policy);
      whole = length;
    }
  } catch (error) {
    pool.discard(first);
    throw error;
  }
  if (whole !== undefined) {
    pool.release(first);
    return { bytes: whole, parts: 0 };
  }
  const { uploadInParts } = await import('./upload-in-parts.ts');
  return await uploadInParts(client, key, first, source, settings);
}
