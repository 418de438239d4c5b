import { type Answer, emptyAnswer } from '../../http/answer.ts';
import { checkKmsAction, shownLock } from '../actions.ts';
import type { Bucket } from '../bucket.ts';
import { requestedRange } from '../byte-range.ts';
import { type Call, receiveBlob, receiveNothing } from '../call.ts';
import { checkWriteConditions, isNotModified } from '../conditions.ts';
import { crc32ToBase64 } from '../crc32.ts';
import { checkReadKey, etagOf, shownEncryption } from '../encryption.ts';
import { bypasses, checkLockedBody, checkUnlocked, lockHeaders, requestedLock } from '../object-lock.ts';
import { S3Error } from '../s3-error.ts';
import { StoredObject } from '../stored-object.ts';
import { headersToStore } from '../supported-headers.ts';

/** S3 API Reference, PutObject. */
export async function putObject(call: Call): Promise<Answer> {
  const { key } = call.route;
  const bucket = call.store.bucket(call.route.bucket);
  const headers = headersToStore(call.headers, call.settings);
  const lock = requestedLock(call.headers, bucket.lock, call.now);
  checkLockedBody(call.headers, lock);
  checkKmsAction(headers, 'begins', call.credential.denyAction);
  const { blob, digests } = await receiveBlob(call);
  try {
    const existing = bucket.object(key);
    if (!bucket.keepsVersions) checkUnlocked(existing?.lock, call.now, false);
    checkWriteConditions(call.headers, key, existing, call.store.conditions);
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
    lock,
    checksum: crc32 === undefined ? undefined : { crc32, type: 'FULL_OBJECT' },
  });
  await bucket.put(object);
  return emptyAnswer(200, {
    etag: `"${object.etag}"`,
    ...shownEncryption(headers),
    ...checksumHeaders(object),
    ...versionHeader(bucket.currentId(key)),
  });
}

function versionHeader(id: string | undefined): Record<string, string> {
  return id === undefined ? {} : { 'x-amz-version-id': id };
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
  const { bucket, key, query } = call.route;
  const id = query.get('versionId');
  const object =
    id === undefined || id === 'null'
      ? call.store.bucket(bucket).object(key)
      : call.store.bucket(bucket).version(key, id).object;
  if (id !== undefined && object === undefined) throw new S3Error('MethodNotAllowed');
  if (object !== undefined) return object;
  if (call.credential.deny?.('ListObjectsV2', '', { headers: call.headers, versionId: undefined }) === true)
    throw new S3Error('AccessDenied');
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
  const { archive } = call.store;
  if (call.route.operation === 'GetObject') archive.checkReadable(object, call.now);
  const versionId =
    call.route.query.get('versionId') ?? call.store.bucket(call.route.bucket).currentId(object.key);
  const wantsChecksum =
    call.headers.get('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED' && range === undefined;
  return {
    status: range === undefined ? 200 : 206,
    headers: {
      ...object.headers,
      ...validators,
      ...lockHeaders(shownLock(object.lock, call.credential.denyAction)),
      ...archive.headers(object, call.now),
      ...versionHeader(versionId),
      'accept-ranges': 'bytes',
      ...(range === undefined ? {} : { 'content-range': `bytes ${from}-${to - 1}/${object.size}` }),
      ...(wantsChecksum ? checksumHeaders(object) : {}),
    },
    body: { length: to - from, chunks: () => object.read(from, to) },
  };
}

/**
 * S3 API Reference, DeleteObject: deleting what is not there succeeds. Without a version id a bucket with versions gets
 * a delete marker and loses nothing.
 */
export async function deleteObject(call: Call): Promise<Answer> {
  await receiveNothing(call);
  const { bucket: name, key, query } = call.route;
  const marker = await removeObject(call.store.bucket(name), call, key, query.get('versionId'));
  if (marker === undefined) return emptyAnswer(204);
  return emptyAnswer(204, { 'x-amz-delete-marker': 'true', 'x-amz-version-id': marker });
}

/** Gives the id of the delete marker that was made. @throws S3Error AccessDenied for what is locked */
export async function removeObject(
  bucket: Bucket,
  call: Call,
  key: string,
  versionId: string | undefined,
): Promise<string | undefined> {
  if (versionId === undefined || (versionId === 'null' && !bucket.keepsVersions)) {
    if (!bucket.keepsVersions) checkUnlocked(bucket.object(key)?.lock, call.now, bypasses(call.headers));
    return (await bucket.delete(key, call.now))?.id;
  }
  const version = bucket.version(key, versionId);
  checkUnlocked(version.object?.lock, call.now, bypasses(call.headers));
  await bucket.removeVersion(version);
  return undefined;
}
