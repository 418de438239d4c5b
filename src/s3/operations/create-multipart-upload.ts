import type { S3Client } from '../client.ts';
import { FailedAnswer } from '../errors/failed-answer.ts';
import { S3Error } from '../errors/s3-error.ts';
import { readText } from '../http/answer.ts';
import { TransportError } from '../http/transport-error.ts';
import type { ObjectPolicy } from '../object-policy.ts';
import { childText, parseXml } from '../xml.ts';
import { abortMultipartUpload } from './abort-multipart-upload.ts';
import { failureInside } from './confirmation.ts';
import { newUploadToken, UPLOAD_METADATA } from './metadata.ts';

/** An upload that has begun. */
export interface MultipartUpload {
  readonly key: string;
  readonly uploadId: string;
  /** Kept in the object's metadata: shows after a lost answer whether the object is this upload's. */
  readonly token: string;
  /** An answer was lost on the way to this upload: there may be another one that nobody knows the id of. */
  readonly strays: boolean;
  /** The store takes a CRC32 of each part and of the whole. */
  readonly withCrc32: boolean;
}

/**
 * Begins an upload (S3 API Reference, CreateMultipartUpload). CRC32 checksums of type FULL_OBJECT are requested
 * and used only if the answer acknowledges them; if a server refuses that, the request is sent without.
 * @throws {S3Error}
 */
export async function createMultipartUpload(
  client: S3Client,
  key: string,
  policy: ObjectPolicy,
): Promise<MultipartUpload> {
  const ask =
    policy.checksum === 'crc32' ||
    (policy.checksum === 'auto' && client.server.provider.checksums !== 'never');
  if (!ask) return await create(client, key, policy, 'off');
  try {
    const upload = await create(client, key, policy, policy.checksum === 'crc32' ? 'required' : 'wanted');
    client.log.verbose(
      upload.withCrc32
        ? 'the server acknowledges checksums: CRC32 of each part and of the object'
        : 'the server does not acknowledge checksums: bodies are signed instead',
    );
    return upload;
  } catch (error) {
    const refused = error instanceof S3Error && (error.status === 400 || error.status === 501);
    if (policy.checksum === 'crc32' || !refused) throw error;
    client.log.verbose(
      `the server refuses checksums (HTTP ${error.status} ${error.code}): bodies are signed instead`,
    );
    return await create(client, key, policy, 'off');
  }
}

async function create(
  client: S3Client,
  key: string,
  policy: ObjectPolicy,
  crc32: 'required' | 'wanted' | 'off',
): Promise<MultipartUpload> {
  const token = newUploadToken();
  const checksum =
    crc32 !== 'off' ? { 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-checksum-type': 'FULL_OBJECT' } : {};
  let unwanted: string | undefined;
  const upload = client.send(
    {
      operation: 'CreateMultipartUpload',
      method: 'POST',
      key,
      query: { uploads: '' },
      headers: { ...checksum, ...policy.storedWith?.(key, undefined), [UPLOAD_METADATA]: token },
    },
    async (answer, attempt) => {
      const text = await readText(answer);
      // rclone leaves the end of the name away.
      const roots = ['InitiateMultipartUploadResult', 'InitiateMultipartUpload', 'Error'];
      const { root, element } = parseXml(text, roots);
      if (root === 'Error') throw await failureInside(text, answer.headers);
      const uploadId = childText(element, 'UploadId')?.trim() ?? '';
      if (uploadId === '') throw new TransportError('EPROTOCOL', 'the answer gives no upload id');
      const type = answer.headers.get('x-amz-checksum-type');
      const acknowledged =
        answer.headers.get('x-amz-checksum-algorithm') === 'CRC32' &&
        (type === null || type === 'FULL_OBJECT');
      if (crc32 === 'required' && !acknowledged) {
        unwanted = uploadId;
        const message = 'the server does not acknowledge CRC32 checksums';
        throw new FailedAnswer(200, answer.headers, { code: 'ChecksumNotAcknowledged', message });
      }
      return {
        key,
        uploadId,
        token,
        strays: attempt.number > 1,
        withCrc32: crc32 !== 'off' && acknowledged,
      };
    },
  );
  try {
    return await upload;
  } catch (error) {
    if (unwanted !== undefined) await abortMultipartUpload(client, key, unwanted);
    throw error;
  }
}
