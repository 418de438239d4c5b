import { combineCrc32, crc32ToBase64 } from '../checksum.ts';
import type { S3Client } from '../client.ts';
import { S3Error } from '../errors/s3-error.ts';
import { readText } from '../http/answer.ts';
import { TransportError } from '../http/transport-error.ts';
import { buildXml, childText, parseXml } from '../xml.ts';
import { failureInside } from './confirmation.ts';
import type { MultipartUpload } from './create-multipart-upload.ts';
import { headObject } from './head-object.ts';
import type { UploadedPart } from './upload-part.ts';

/** Joining thousands of parts takes some servers minutes. */
const WORK = 5;

/**
 * Makes the parts one object (S3 API Reference, CompleteMultipartUpload). The answer may be 200 with an error
 * in its body, so only a result with an ETag counts. Where the outcome is open (the answer was lost, the next
 * try says NoSuchUpload), the object is looked at: it is ours if it has this upload's token and size.
 *
 * @param parts in the order of their numbers.
 * @param replaces as in `ObjectPolicy`
 * @throws {S3Error} when there is no such object; {ObjectExistsError}
 */
export async function completeMultipartUpload(
  client: S3Client,
  upload: MultipartUpload,
  parts: readonly UploadedPart[],
  replaces?: 'never' | 'if needed',
): Promise<void> {
  if (replaces === undefined) return await settle(client, upload, parts, {});
  const { writeOnce } = await import('./write-once.ts');
  const { key, token } = upload;
  await writeOnce(client, { key, token, size: sizeOf(parts), replaces }, (condition) =>
    settle(client, upload, parts, condition),
  );
}

async function settle(
  client: S3Client,
  upload: MultipartUpload,
  parts: readonly UploadedPart[],
  condition: Readonly<Record<string, string>>,
): Promise<void> {
  try {
    await complete(client, upload, parts, condition);
  } catch (error) {
    if (!(error instanceof S3Error) || !isOpen(error)) throw error;
    if (!(await isThere(client, upload, parts))) throw error;
    client.log.verbose(
      `the answer to CompleteMultipartUpload was lost (${error.code}), but the object is complete`,
    );
  }
}

async function complete(
  client: S3Client,
  upload: MultipartUpload,
  parts: readonly UploadedPart[],
  condition: Readonly<Record<string, string>>,
): Promise<void> {
  const body = buildXml('CompleteMultipartUpload', {
    Part: parts.map(({ partNumber, etag, crc32 }) => ({
      ETag: etag,
      PartNumber: partNumber,
      ...(upload.withCrc32 ? { ChecksumCRC32: crc32ToBase64(crc32) } : {}),
    })),
  });
  const checksum = upload.withCrc32
    ? { 'x-amz-checksum-crc32': crc32ToBase64(crc32OfParts(parts)), 'x-amz-checksum-type': 'FULL_OBJECT' }
    : {};
  await client.send(
    {
      operation: 'CompleteMultipartUpload',
      method: 'POST',
      key: upload.key,
      query: { uploadId: upload.uploadId },
      headers: checksum,
      unsignedHeaders: condition,
      body,
      work: WORK,
    },
    async (answer) => {
      const text = await readText(answer);
      const { root, element } = parseXml(text, ['CompleteMultipartUploadResult', 'Error']);
      if (root === 'Error') throw await failureInside(text, answer.headers);
      if ((childText(element, 'ETag') ?? '') === '')
        throw new TransportError('EPROTOCOL', 'the result gives no ETag');
    },
  );
}

/** The CRC32 of the object that the parts make. */
export function crc32OfParts(parts: readonly UploadedPart[]): number {
  return parts.reduce((crc, part) => combineCrc32(crc, part.crc32, part.size), 0);
}

function sizeOf(parts: readonly UploadedPart[]): number {
  return parts.reduce((sum, part) => sum + part.size, 0);
}

/** Whether the failure leaves it open if the object was made. */
function isOpen(error: S3Error): boolean {
  return error.status === undefined || [200, 404].includes(error.status) || error.status >= 500;
}

async function isThere(
  client: S3Client,
  upload: MultipartUpload,
  parts: readonly UploadedPart[],
): Promise<boolean> {
  const size = sizeOf(parts);
  try {
    const facts = await headObject(client, upload.key);
    return facts.uploadToken === upload.token && facts.size === size;
  } catch (error) {
    // The upload's own error says more than that the object could not be looked at.
    if (error instanceof S3Error) return false;
    throw error;
  }
}
