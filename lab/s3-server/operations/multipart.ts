import { type Answer, emptyAnswer } from '../../http/answer.ts';
import { checkKmsAction } from '../actions.ts';
import { xmlAnswer } from '../answer.ts';
import type { Upload } from '../bucket.ts';
import { type Call, receiveBlob, receiveNothing } from '../call.ts';
import { crc32ToBase64 } from '../crc32.ts';
import { checkUploadKey, etagOf, shownEncryption } from '../encryption.ts';
import { checkLockedBody, requestedLock } from '../object-lock.ts';
import { S3Error } from '../s3-error.ts';
import { headersToStore } from '../supported-headers.ts';

/**
 * What the client wants to be computed over the whole object. CRC32 without a type is COMPOSITE (S3 User Guide,
 * "Checking object integrity in Amazon S3", "Full object and composite checksum types").
 * @throws S3Error InvalidRequest for other algorithms, and for a type alone
 */
function requestedChecksumType(headers: ReadonlyMap<string, string>): Upload['checksumType'] {
  const algorithm = headers.get('x-amz-checksum-algorithm');
  const type = headers.get('x-amz-checksum-type');
  if (algorithm === undefined) {
    if (type === undefined) return undefined;
    throw new S3Error(
      'InvalidRequest',
      'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
    );
  }
  if (algorithm !== 'CRC32')
    throw new S3Error('InvalidRequest', `Checksum algorithm ${algorithm} is not supported here.`);
  if (type !== undefined && type !== 'FULL_OBJECT' && type !== 'COMPOSITE') {
    throw new S3Error('InvalidRequest', 'Value for x-amz-checksum-type header is invalid.');
  }
  return type ?? 'COMPOSITE';
}

/** S3 API Reference, CreateMultipartUpload. The checksum that is going to be computed is acknowledged in the headers. */
export async function createMultipartUpload(call: Call): Promise<Answer> {
  await receiveNothing(call);
  const { key } = call.route;
  const bucket = call.store.bucket(call.route.bucket);
  const checksumType = requestedChecksumType(call.headers);
  const upload: Upload = {
    key,
    uploadId: call.store.newUploadId(),
    initiated: call.now,
    headers: headersToStore(call.headers, call.settings),
    lock: bucket.lock?.inParts === false ? undefined : requestedLock(call.headers, bucket.lock, call.now),
    checksumType,
    parts: new Map(),
  };
  checkKmsAction(upload.headers, 'begins', call.credential.denyAction);
  bucket.begin(upload);
  return xmlAnswer(
    [
      'InitiateMultipartUploadResult',
      [
        ['Bucket', bucket.name],
        ['Key', key],
        ['UploadId', upload.uploadId],
      ],
    ],
    {
      ...shownEncryption(upload.headers),
      ...(checksumType === undefined
        ? {}
        : { 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-checksum-type': checksumType }),
    },
  );
}

export function uploadOf(call: Call): Upload {
  const { bucket, key, query } = call.route;
  return call.store.bucket(bucket).upload(key, query.get('uploadId') ?? '');
}

const maxPartNumber = 10_000;

/** @throws S3Error InvalidArgument: S3 API Reference, UploadPart, "a positive integer between 1 and 10,000" */
export function partNumberOf(query: ReadonlyMap<string, string>): number {
  const text = query.get('partNumber') ?? '';
  const number = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > maxPartNumber) {
    throw new S3Error('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive', {
      fields: { ArgumentName: 'partNumber', ArgumentValue: text },
    });
  }
  return number;
}

/**
 * S3 API Reference, UploadPart. A part's checksum "must match the checksum value supplied in the CreateMultipartUpload
 * request": with COMPOSITE each part needs one, with FULL_OBJECT it may have one, otherwise it must have none.
 */
export async function uploadPart(call: Call): Promise<Answer> {
  const partNumber = partNumberOf(call.route.query);
  const upload = uploadOf(call);
  checkUploadKey(call.headers, upload.headers);
  checkKmsAction(upload.headers, 'goes on', call.credential.denyAction);
  const hasChecksum = call.headers.has('x-amz-checksum-crc32');
  if (hasChecksum ? upload.checksumType === undefined : upload.checksumType === 'COMPOSITE') {
    throw new S3Error(
      'InvalidRequest',
      `Checksum Type mismatch occurred, expected checksum Type: ${upload.checksumType === undefined ? 'null' : 'crc32'}, actual checksum Type: ${hasChecksum ? 'crc32' : 'null'}`,
    );
  }
  checkLockedBody(call.headers, upload.lock);
  const { blob, digests } = await receiveBlob(call);
  const bucket = call.store.bucket(call.route.bucket);
  try {
    // It may have been completed or aborted while the bytes came in.
    uploadOf(call);
  } catch (error) {
    await blob.remove();
    throw error;
  }
  const etag = etagOf(digests.md5, upload.headers);
  await bucket.putPart(upload, {
    partNumber,
    blob,
    etag,
    crc32: digests.crc32,
    hasChecksum,
    lastModified: call.now,
  });
  return emptyAnswer(200, {
    etag: `"${etag}"`,
    ...shownEncryption(upload.headers),
    ...(hasChecksum ? { 'x-amz-checksum-crc32': crc32ToBase64(digests.crc32) } : {}),
  });
}

/** S3 API Reference, AbortMultipartUpload. */
export async function abortMultipartUpload(call: Call): Promise<Answer> {
  await receiveNothing(call);
  await call.store.bucket(call.route.bucket).end(uploadOf(call), new Set());
  return emptyAnswer(204);
}
