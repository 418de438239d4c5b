import { crc32 } from '../checksum.ts';
import type { S3Client } from '../client.ts';
import { TransportError } from '../http/transport-error.ts';
import { type ObjectPolicy, protectPart } from '../object-policy.ts';
import { readConfirmation } from './confirmation.ts';
import type { MultipartUpload } from './create-multipart-upload.ts';

/** A part that the store has acknowledged. */
export interface UploadedPart {
  readonly partNumber: number;
  /** As sent, with its quotes. */
  readonly etag: string;
  readonly crc32: number;
  /** Bytes. */
  readonly size: number;
}

/**
 * Stores one part (S3 API Reference, UploadPart).
 * @throws {S3Error}
 */
export async function uploadPart(
  client: S3Client,
  upload: MultipartUpload,
  partNumber: number,
  body: Uint8Array<ArrayBuffer>,
  policy: ObjectPolicy,
): Promise<UploadedPart> {
  const crc = crc32(body);
  const { headers, signBody } = protectPart(client, policy, upload.withCrc32, body, crc);
  return await client.send(
    {
      operation: 'UploadPart',
      method: 'PUT',
      key: upload.key,
      query: { partNumber: String(partNumber), uploadId: upload.uploadId },
      headers,
      body,
      signBody,
    },
    async (answer) => {
      const etag = answer.headers.get('etag');
      await readConfirmation(answer);
      if (etag === null || etag === '')
        throw new TransportError('EPROTOCOL', 'the answer to a part gives no ETag');
      return { partNumber, etag, crc32: crc, size: body.length };
    },
  );
}
