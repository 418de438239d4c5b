import { type Answer } from '../../http/answer.ts';
import { xmlAnswer } from '../answer.ts';
import { classOf } from '../archive.ts';
import { type Call, receiveNothing } from '../call.ts';
import { keyEncoding, keysAfter, listingPage, pageSize } from '../listing.ts';
import { S3Error } from '../s3-error.ts';
import type { StoredObject } from '../stored-object.ts';
import type { XmlElement } from '../xml.ts';
import { owner } from './bucket.ts';

/** A continuation token is opaque to clients, so it must not look like a key. */
function encodeToken(last: string): string {
  return Buffer.from(`after:${last}`).toString('base64url');
}

/** @throws S3Error InvalidArgument for what {@link encodeToken} did not make */
function decodeToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith('after:')) {
    throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect', {
      fields: { ArgumentName: 'continuation-token' },
    });
  }
  return text.slice('after:'.length);
}

interface PageRequest {
  readonly after: string;
  readonly withOwner: boolean;
}

function readPage(call: Call, { after, withOwner }: PageRequest) {
  const { query } = call.route;
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const limit = pageSize(query, 'max-keys');
  const encode = keyEncoding(query);
  const bucket = call.store.bucket(call.route.bucket);
  const page = listingPage(keysAfter(bucket.keys(), after), (key) => key, {
    prefix,
    delimiter,
    after,
    limit,
  });
  const contents = page.items
    .flatMap((key) => bucket.object(key) ?? [])
    .map((object) => contentsOf(object, encode, withOwner));
  const prefixes = page.commonPrefixes.map(
    (common): XmlElement => ['CommonPrefixes', [['Prefix', encode(common)]]],
  );
  const frame: XmlElement[] = [
    ['Name', bucket.name],
    ['Prefix', encode(prefix)],
    ['MaxKeys', limit],
    ...(delimiter === '' ? [] : [['Delimiter', encode(delimiter)] as const]),
    ...(query.get('encoding-type') === 'url' ? [['EncodingType', 'url'] as const] : []),
    ['IsTruncated', page.isTruncated],
  ];
  return { page, frame, entries: [...contents, ...prefixes], encode };
}

function contentsOf(object: StoredObject, encode: (key: string) => string, withOwner: boolean): XmlElement {
  return [
    'Contents',
    [
      ['Key', encode(object.key)],
      ['LastModified', object.lastModified.toISOString()],
      ['ETag', `"${object.etag}"`],
      ['Size', object.size],
      ['StorageClass', classOf(object)],
      ...(withOwner ? [owner] : []),
    ],
  ];
}

/** S3 API Reference, ListObjectsV2. */
export async function listObjectsV2(call: Call): Promise<Answer> {
  await receiveNothing(call);
  const { query } = call.route;
  if (query.get('list-type') !== '2') {
    throw new S3Error('InvalidArgument', 'Invalid List Type specified in Request', {
      fields: { ArgumentName: 'list-type', ArgumentValue: query.get('list-type') ?? '' },
    });
  }
  const token = query.get('continuation-token');
  const startAfter = query.get('start-after') ?? '';
  const { page, frame, entries, encode } = readPage(call, {
    after: token === undefined ? startAfter : decodeToken(token),
    withOwner: query.get('fetch-owner') === 'true',
  });
  return xmlAnswer([
    'ListBucketResult',
    [
      ...frame,
      ['KeyCount', page.items.length + page.commonPrefixes.length],
      ...(token === undefined ? [] : [['ContinuationToken', token] as const]),
      ...(page.isTruncated ? [['NextContinuationToken', encodeToken(page.last)] as const] : []),
      ...(startAfter === '' ? [] : [['StartAfter', encode(startAfter)] as const]),
      ...entries,
    ],
  ]);
}

/**
 * S3 API Reference, ListObjects: "NextMarker … is returned only if you have the delimiter request parameter specified";
 * without one the client goes on after the last key.
 */
export async function listObjects(call: Call): Promise<Answer> {
  await receiveNothing(call);
  const marker = call.route.query.get('marker') ?? '';
  const { page, frame, entries, encode } = readPage(call, { after: marker, withOwner: true });
  const hasNextMarker = page.isTruncated && (call.route.query.get('delimiter') ?? '') !== '';
  return xmlAnswer([
    'ListBucketResult',
    [
      ...frame,
      ['Marker', encode(marker)],
      ...(hasNextMarker ? [['NextMarker', encode(page.last)] as const] : []),
      ...entries,
    ],
  ]);
}
