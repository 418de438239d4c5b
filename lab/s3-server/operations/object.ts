import { type Answer, emptyAnswer } from '../../http/answer.ts';
import { checkKmsAction } from '../actions.ts';
import { requestedRange } from '../byte-range.ts';
import { type Call, receiveBlob, receiveNothing } from '../call.ts';
import { checkWriteConditions, isNotModified } from '../conditions.ts';
import { crc32ToBase64 } from '../crc32.ts';
import { checkReadKey, etagOf, shownEncryption } from '../encryption.ts';
import { S3Error } from '../s3-error.ts';
import { StoredObject } from '../stored-object.ts';
import { headersToStore } from '../supported-headers.ts';

/** S3 API Reference, PutObject. */
export async function putObject(call: Call): Promise<Answer> {
  const { key } = call.route;
  const bucket = call.store.bucket(call.route.bucket);
  const headers = headersToStore(call.headers, call.settings);
  checkKmsAction(headers, 'begins', call.credential.denyAction);
  const { blob, digests } = await receiveBlob(call);
  try {
    checkWriteConditions(call.headers, key, bucket.object(key));
  } catch (error) {
    await blob.remove();
    throw error;
  }
  const crc32 = call.headers.has('x-amz-checksum-crc32') ? crc32ToBase64(digests.crc32) : undefined;
  const object = new StoredObject({
    key,
    blobs: [blob],
    etag: etagOf(digests.md5, headers),
    lastModified: call.now,
    headers,
    checksum: crc32 === undefined ? undefined : { crc32, type: 'FULL_OBJECT' },
  });
  await bucket.put(object);
  return emptyAnswer(200, {
    etag: `"${object.etag}"`,
    ...shownEncryption(headers),
    ...checksumHeaders(object),
  });
}

function checksumHeaders({ checksum }: StoredObject): Record<string, string> {
  if (checksum === undefined) return {};
  return { 'x-amz-checksum-crc32': checksum.crc32, 'x-amz-checksum-type': checksum.type };
}

/**
 * S3 API Reference, GetObject: "If the object you request doesn't exist, the error depends on whether you also have the
 * s3:ListBucket permission": with it 404, without it 403.
 */
function existingObject(call: Call): StoredObject {
  const { bucket, key } = call.route;
  const object = call.store.bucket(bucket).object(key);
  if (object !== undefined) return object;
  if (call.credential.deny?.('ListObjectsV2', '') === true) throw new S3Error('AccessDenied');
  throw new S3Error('NoSuchKey', undefined, { fields: { Key: key } });
}

/** S3 API Reference, GetObject and HeadObject: the same head; the connection leaves out HEAD's body. */
export async function getObject(call: Call): Promise<Answer> {
  await receiveNothing(call);
  const object = existingObject(call);
  checkReadKey(call.headers, object.headers);
  // A HEAD decrypts nothing, but the checksum that it may ask for (S3 API Reference, HeadObject).
  if (call.route.operation === 'GetObject' || call.headers.has('x-amz-checksum-mode'))
    checkKmsAction(object.headers, 'reads', call.credential.denyAction);
  const validators = { etag: `"${object.etag}"`, 'last-modified': object.lastModified.toUTCString() };
  if (isNotModified(call.headers, object)) return emptyAnswer(304, validators);
  const range = requestedRange(call.headers.get('range'), object.size);
  const { from, to } = range ?? { from: 0, to: object.size };
  if (!object.isReadable && call.route.operation === 'GetObject') {
    throw new S3Error('InternalError', 'The server was started with `discard`: these bytes were not kept.');
  }
  // The checksum of the whole is of no use with a part of it, and S3 doesn't send it then.
  const wantsChecksum =
    call.headers.get('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED' && range === undefined;
  return {
    status: range === undefined ? 200 : 206,
    headers: {
      ...object.headers,
      ...validators,
      'accept-ranges': 'bytes',
      ...(range === undefined ? {} : { 'content-range': `bytes ${from}-${to - 1}/${object.size}` }),
      ...(wantsChecksum ? checksumHeaders(object) : {}),
    },
    body: { length: to - from, chunks: () => object.read(from, to) },
  };
}

/** S3 API Reference, DeleteObject: deleting what is not there succeeds. */
export async function deleteObject(call: Call): Promise<Answer> {
  await receiveNothing(call);
  await call.store.bucket(call.route.bucket).delete(call.route.key);
  return emptyAnswer(204);
}
