import type { ByteRange } from '../../base/byte-range.ts';
import { crc32FromBase64 } from '../checksum.ts';
import type { S3Client } from '../client.ts';
import { readText } from '../http/answer.ts';
import { TransportError } from '../http/transport-error.ts';
import { childText, parseXml } from '../xml.ts';
import { failureInside } from './confirmation.ts';
import { type CopySource, copySourceHeaders } from './copy-source.ts';
import type { MultipartUpload } from './create-multipart-upload.ts';

/** A part that the server has copied. */
export interface CopiedPart {
  readonly partNumber: number;
  readonly etag: string;
  /** Undefined where the server does not say. */
  readonly crc32: number | undefined;
  /** Bytes. */
  readonly size: number;
}

/** A copy of a gigabyte takes a server a while. */
const WORK = 5;

/**
 * Lets the server copy a range of an object into a part (S3 API Reference, UploadPartCopy). As in `copyObject`, an
 * answer of 200 may be an error.
 * @throws {S3Error}
 */
export async function uploadPartCopy(
  client: S3Client,
  upload: MultipartUpload,
  partNumber: number,
  source: CopySource,
  { start, end }: ByteRange,
): Promise<CopiedPart> {
  return await client.send(
    {
      operation: 'UploadPartCopy',
      method: 'PUT',
      key: upload.key,
      query: { partNumber: String(partNumber), uploadId: upload.uploadId },
      headers: { ...copySourceHeaders(source), 'x-amz-copy-source-range': `bytes=${start}-${end - 1}` },
      work: WORK,
    },
    async (answer) => {
      const text = await readText(answer);
      const { root, element } = parseXml(text, ['CopyPartResult', 'Error']);
      if (root === 'Error') throw await failureInside(text, answer.headers);
      const etag = childText(element, 'ETag')?.trim() ?? '';
      if (etag === '') throw new TransportError('EPROTOCOL', 'the result of a part gives no ETag');
      const crc32 = crc32FromBase64(childText(element, 'ChecksumCRC32')?.trim() ?? '');
      return { partNumber, etag, crc32, size: end - start };
    },
  );
}
