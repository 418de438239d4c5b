import type { Answer } from '../../http/answer.ts';
import { checkKmsAction } from '../actions.ts';
import { xmlAnswer } from '../answer.ts';
import { type Call, type ReceivedBlob, receiveNothing } from '../call.ts';
import { checkWriteConditions, isNotModified } from '../conditions.ts';
import { crc32ToBase64 } from '../crc32.ts';
import { checkReadKey, checkUploadKey, etagOf, shownEncryption } from '../encryption.ts';
import { BodyDigester } from '../integrity.ts';
import { checkUnlocked, requestedLock } from '../object-lock.ts';
import { S3Error } from '../s3-error.ts';
import { type ObjectHeaders, StoredObject } from '../stored-object.ts';
import { headersToStore } from '../supported-headers.ts';
import { partNumberOf, uploadOf } from './multipart.ts';

/** S3 API Reference, CopyObject: "You can create a copy of your object up to 5 GB in size in a single atomic action". */
const largestCopy = 5 * 1024 ** 3;

function invalid(name: string, message: string): S3Error {
  return new S3Error('InvalidArgument', message, { fields: { ArgumentName: name } });
}

/** S3 API Reference, CopyObject, x-amz-copy-source: bucket and key, URL-encoded, with or without a slash in front. */
function placeOf(text: string): { readonly bucket: string; readonly key: string } {
  let path: string;
  try {
    // A plus is a space in a query, and S3 has taken it for one here.
    path = decodeURIComponent(text.replaceAll('+', ' ')).replace(/^\//, '');
  } catch {
    throw invalid('x-amz-copy-source', 'Invalid copy source encoding.');
  }
  const slash = path.indexOf('/');
  if (slash < 1 || slash === path.length - 1) {
    throw invalid(
      'x-amz-copy-source',
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    );
  }
  return { bucket: path.slice(0, slash), key: path.slice(slash + 1) };
}

/** The headers of a GET that the copy stands for: conditions and the key of the source have other names in it. */
function readingHeaders(headers: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const match = headers.get('x-amz-copy-source-if-match');
  return new Map([
    ...(match === undefined ? [] : [['if-match', match] as const]),
    ...[...headers].flatMap(([name, value]) => {
      const prefix = 'x-amz-copy-source-server-side-encryption-';
      return name.startsWith(prefix)
        ? [[`x-amz-server-side-encryption-${name.slice(prefix.length)}`, value] as const]
        : [];
    }),
  ]);
}

/** @throws S3Error as a GET of it would; PreconditionFailed */
function sourceOf(call: Call): StoredObject {
  const place = placeOf(call.headers.get('x-amz-copy-source') ?? '');
  const { deny, denyAction } = call.credential;
  const headers = readingHeaders(call.headers);
  if (deny?.('GetObject', place.key, { headers, versionId: undefined, bucket: place.bucket }) === true) {
    throw new S3Error('AccessDenied');
  }
  const owner = call.headers.get('x-amz-source-expected-bucket-owner');
  if (owner !== undefined && owner !== call.settings.bucketOwner) throw new S3Error('AccessDenied');
  const object = call.store.bucket(place.bucket).object(place.key);
  if (object === undefined) throw new S3Error('NoSuchKey', undefined, { fields: { Key: place.key } });
  checkReadKey(headers, object.headers);
  checkKmsAction(object.headers, 'reads', denyAction);
  isNotModified(headers, object);
  call.store.archive.checkReadable(object, call.now);
  return object;
}

async function copied(call: Call, source: StoredObject, from: number, to: number): Promise<ReceivedBlob> {
  const digester = new BodyDigester({ sha256: undefined, md5: undefined, crc32: undefined });
  const sink = await call.store.blobs.create(to - from);
  for await (const chunk of source.read(from, to)) {
    digester.update(chunk);
    await sink.write(chunk);
  }
  return { blob: await sink.finish(), digests: digester.finish() };
}

function directive(headers: ReadonlyMap<string, string>, name: string): 'COPY' | 'REPLACE' {
  const value = headers.get(name) ?? 'COPY';
  if (value !== 'COPY' && value !== 'REPLACE') throw invalid(name, 'Unknown directive.');
  return value;
}

function isOwn(name: string): boolean {
  return name.startsWith('x-amz-') && !name.startsWith('x-amz-meta-') && name !== 'x-amz-tagging-count';
}

/** What the copy is stored with: encryption, class and ACL are never the source's (S3 API Reference, CopyObject). */
function headersOf(call: Call, source: StoredObject): ObjectHeaders {
  const metadata = directive(call.headers, 'x-amz-metadata-directive');
  const tagging = directive(call.headers, 'x-amz-tagging-directive');
  const wanted = headersToStore(call.headers, call.settings);
  const tags = tagging === 'REPLACE' ? wanted : source.headers;
  const described = metadata === 'REPLACE' ? wanted : source.headers;
  return Object.fromEntries([
    ...Object.entries(described).filter(
      ([name]) => !name.startsWith('x-amz-') || name.startsWith('x-amz-meta-'),
    ),
    ...Object.entries(tags).filter(([name]) => name === 'x-amz-tagging-count'),
    ...Object.entries(wanted).filter(([name]) => isOwn(name)),
  ]);
}

/** S3 API Reference, CopyObject. The copy has a checksum where the source has one of the whole. */
export async function copyObject(call: Call): Promise<Answer> {
  await receiveNothing(call);
  const { key } = call.route;
  const bucket = call.store.bucket(call.route.bucket);
  const source = sourceOf(call);
  if (source.size > largestCopy) {
    throw new S3Error(
      'InvalidRequest',
      `The specified copy source is larger than the maximum allowable size for a copy source: ${largestCopy}`,
    );
  }
  if (bucket.object(key) === source && directive(call.headers, 'x-amz-metadata-directive') === 'COPY') {
    throw new S3Error(
      'InvalidRequest',
      'This copy request is illegal because it is trying to copy an object to itself without changing its attributes.',
    );
  }
  const headers = headersOf(call, source);
  const lock = requestedLock(call.headers, bucket.lock, call.now);
  checkKmsAction(headers, 'begins', call.credential.denyAction);
  const { blob, digests } = await copied(call, source, 0, source.size);
  const existing = bucket.object(key);
  if (!bucket.keepsVersions) checkUnlocked(existing?.lock, call.now, false);
  checkWriteConditions(call.headers, key, existing, call.store.conditions);
  const hasChecksum = source.checksum !== undefined || call.headers.has('x-amz-checksum-algorithm');
  const crc32 = crc32ToBase64(digests.crc32);
  const object = new StoredObject({
    key,
    blobs: [blob],
    etag: etagOf(digests.md5, headers),
    lastModified: call.now,
    headers,
    lock,
    checksum: hasChecksum ? { crc32, type: 'FULL_OBJECT' } : undefined,
  });
  await bucket.put(object);
  return xmlAnswer(
    [
      'CopyObjectResult',
      [
        ['LastModified', call.now.toISOString()],
        ['ETag', `"${object.etag}"`],
        ...(hasChecksum ? ([['ChecksumCRC32', crc32]] as const) : []),
      ],
    ],
    shownEncryption(headers),
  );
}

/** S3 API Reference, UploadPartCopy: the range must be inside of the source, whose last part is its end. */
function copiedRange(text: string | undefined, size: number): { readonly from: number; readonly to: number } {
  if (text === undefined) return { from: 0, to: size };
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(text) ?? [];
  const [from, to] = [Number(first), Number(last) + 1];
  if (first === undefined || to <= from || to > size) {
    throw invalid(
      'x-amz-copy-source-range',
      `Range specified is not valid for source object of size: ${size}`,
    );
  }
  return { from, to };
}

/** S3 API Reference, UploadPartCopy. */
export async function uploadPartCopy(call: Call): Promise<Answer> {
  await receiveNothing(call);
  const partNumber = partNumberOf(call.route.query);
  const upload = uploadOf(call);
  checkUploadKey(call.headers, upload.headers);
  checkKmsAction(upload.headers, 'goes on', call.credential.denyAction);
  const source = sourceOf(call);
  const { from, to } = copiedRange(call.headers.get('x-amz-copy-source-range'), source.size);
  if (to - from > largestCopy) throw new S3Error('InvalidRequest', 'The part is larger than 5 GiB.');
  const { blob, digests } = await copied(call, source, from, to);
  // It may have been completed or aborted while the bytes were copied.
  uploadOf(call);
  const etag = etagOf(digests.md5, upload.headers);
  const hasChecksum = upload.checksumType !== undefined;
  await call.store.bucket(call.route.bucket).putPart(upload, {
    partNumber,
    blob,
    etag,
    crc32: digests.crc32,
    hasChecksum,
    lastModified: call.now,
  });
  return xmlAnswer(
    [
      'CopyPartResult',
      [
        ['LastModified', call.now.toISOString()],
        ['ETag', `"${etag}"`],
        ...(hasChecksum ? ([['ChecksumCRC32', crc32ToBase64(digests.crc32)]] as const) : []),
      ],
    ],
    shownEncryption(upload.headers),
  );
}
