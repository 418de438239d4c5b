import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { S3Client } from '../s3/client.ts';
import type { UploadReport, UploadSettings } from './part-sender.ts';
import { readingFile } from './reading-file.ts';
import { ByteSource, SourceError } from './source.ts';
import { putWhole, upload } from './upload.ts';

/** A named pipe without a writer would keep the process in open(2), where no signal reaches it. */
const READING = constants.O_RDONLY | constants.O_NONBLOCK;

/** Stores a regular file as it is. */
export async function uploadFile(
  client: S3Client,
  path: string,
  key: string,
  settings: UploadSettings,
): Promise<UploadReport> {
  const fd = readingFile(path, () => openSync(path, READING));
  try {
    const facts = fstatSync(fd);
    if (!facts.isFile()) throw new SourceError(`${path} is not a regular file`);
    const small =
      facts.size < settings.schedule.sizeOf(1)
        ? await storeSmall(client, fd, path, key, facts.size, settings)
        : undefined;
    if (small !== undefined) return small;
    return await upload(client, key, new ByteSource(fd, path), settings);
  } finally {
    closeSync(fd);
  }
}

/**
 * Stores a file that fits into a part. Its bytes come immediately, so nothing has to be asynchronous, and its buffer
 * is no larger than it is. Undefined when the file has grown in the meantime.
 */
async function storeSmall(
  client: S3Client,
  fd: number,
  path: string,
  key: string,
  size: number,
  { pool, policy }: UploadSettings,
): Promise<UploadReport | undefined> {
  const buffer = await pool.acquire(size + 1, client.signal);
  try {
    let length = 0;
    while (length < buffer.length) {
      const came = readingFile(path, () => readSync(fd, buffer, length, buffer.length - length, length));
      if (came === 0) break;
      length += came;
    }
    if (length === buffer.length) return undefined;
    return await putWhole(client, key, buffer.subarray(0, length), { policy });
  } finally {
    pool.discard(buffer);
  }
}
