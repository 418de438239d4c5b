import type { ByteRange } from '../base/byte-range.ts';
import { MiB } from '../base/bytes.ts';
import { PluginError } from '../base/plugin-error.ts';
import { crc32ToHex } from '../s3/checksum.ts';
import type { S3Client } from '../s3/client.ts';
import type { ObjectPolicy } from '../s3/object-policy.ts';
import { abortMultipartUpload } from '../s3/operations/abort-multipart-upload.ts';
import { completeMultipartUpload, crc32OfParts } from '../s3/operations/complete-multipart-upload.ts';
import type { CopySource } from '../s3/operations/copy-source.ts';
import { createMultipartUpload, type MultipartUpload } from '../s3/operations/create-multipart-upload.ts';
import type { UploadedPart } from '../s3/operations/upload-part.ts';
import { type CopiedPart, uploadPartCopy } from '../s3/operations/upload-part-copy.ts';
import { inParallel } from './in-parallel.ts';

/** Bytes of a part: large enough for few requests, small enough for a server to copy within seconds. */
const PART = 512 * MiB;
const MOST_PARTS = 10_000;
const AT_ONCE = 8;
/** Milliseconds for removing what is left of a copy that failed. */
const CLEANUP = 20_000;

/** The parts of a copy are not those of its source. */
export class CopyError extends PluginError {}

/**
 * Lets the server copy an object as a multipart upload. Where it says the checksum of each part, that of the whole is
 * compared with the source's before the object is made.
 * @param largest bytes of a part at most
 * @throws {S3Error} {CopyError}; the unfinished upload has been removed then, as far as the server could be reached
 */
export async function copyInParts(
  client: S3Client,
  key: string,
  source: CopySource,
  policy: ObjectPolicy,
  largest: number,
): Promise<void> {
  const upload = await createMultipartUpload(client, key, policy);
  try {
    const parts: CopiedPart[] = [];
    await inParallel(partsOf(source.facts.size, largest), AT_ONCE, client.signal, async (part, signal) => {
      const { number, ...range } = part;
      parts[number - 1] = await uploadPartCopy(client.with({ signal }), upload, number, source, range);
    });
    await complete(client, upload, parts, source);
  } catch (error) {
    await remove(client, upload);
    throw error;
  }
}

async function complete(
  client: S3Client,
  upload: MultipartUpload,
  parts: readonly CopiedPart[],
  { facts }: CopySource,
): Promise<void> {
  const proved = parts.filter((part): part is UploadedPart => part.crc32 !== undefined);
  const isProved = proved.length === parts.length;
  if (isProved && facts.crc32 !== undefined && crc32OfParts(proved) !== facts.crc32) {
    throw new CopyError(
      `${client.url(upload.key)} is not what was copied: its CRC32 is ${crc32ToHex(crc32OfParts(proved))}, that of the source ${crc32ToHex(facts.crc32)}`,
      { hint: 'have the storage checked' },
    );
  }
  const withCrc32 = upload.withCrc32 && isProved;
  const all = parts.map((part) => ({ ...part, crc32: part.crc32 ?? 0 }));
  await completeMultipartUpload(client, { ...upload, withCrc32 }, all);
}

function* partsOf(size: number, largest: number): Generator<ByteRange & { readonly number: number }> {
  const part = Math.max(Math.min(PART, largest), Math.ceil(size / MOST_PARTS));
  for (let start = 0, number = 1; start < size; start += part, number += 1) {
    yield { number, start, end: Math.min(size, start + part) };
  }
}

async function remove(client: S3Client, { key, uploadId }: MultipartUpload): Promise<void> {
  const cleaner = client.with({
    signal: AbortSignal.timeout(CLEANUP),
    retryPolicy: { timeout: CLEANUP, reachTimeout: CLEANUP, maxRetries: undefined },
  });
  try {
    await abortMultipartUpload(cleaner, key, uploadId);
  } catch {
    client.log.warning(`an unfinished copy of ${client.url(key)} may remain; delete_replica removes it`);
  }
}
