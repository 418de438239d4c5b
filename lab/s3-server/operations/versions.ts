import type { Answer } from '../../http/answer.ts';
import { xmlAnswer } from '../answer.ts';
import { compareKeys } from '../bucket.ts';
import { type Call, receiveNothing } from '../call.ts';
import { keyEncoding, pageSize } from '../listing.ts';
import { S3Error } from '../s3-error.ts';
import type { XmlElement } from '../xml.ts';

/**
 * S3 API Reference, ListObjectVersions: by key, the newest version first. A page goes on behind key-marker, or behind
 * version-id-marker of that key.
 */
export async function listObjectVersions(call: Call): Promise<Answer> {
  await receiveNothing(call);
  const { query } = call.route;
  const bucket = call.store.bucket(call.route.bucket);
  const encode = keyEncoding(query);
  const prefix = query.get('prefix') ?? '';
  const keyMarker = query.get('key-marker') ?? '';
  const idMarker = query.get('version-id-marker') ?? '';
  if (idMarker !== '' && keyMarker === '') {
    throw new S3Error('InvalidArgument', 'A version-id marker cannot be specified without a key marker.');
  }
  const limit = pageSize(query, 'max-keys');
  const all = bucket
    .allVersions()
    .filter(({ key }) => key.startsWith(prefix))
    .toSorted((left, right) => compareKeys(left.key, right.key));
  const from = all.findIndex(({ key, id }) => key === keyMarker && id === idMarker);
  const left =
    idMarker === '' ? all.filter(({ key }) => compareKeys(key, keyMarker) > 0) : all.slice(from + 1);
  const page = left.slice(0, limit);
  const last = page.at(-1);
  const isTruncated = left.length > page.length;
  return xmlAnswer([
    'ListVersionsResult',
    [
      ['Name', bucket.name],
      ['Prefix', encode(prefix)],
      ['KeyMarker', encode(keyMarker)],
      ['VersionIdMarker', idMarker],
      ['MaxKeys', limit],
      ['IsTruncated', isTruncated],
      ...(isTruncated && last !== undefined
        ? ([
            ['NextKeyMarker', encode(last.key)],
            ['NextVersionIdMarker', last.id],
          ] as const)
        : []),
      ...page.map(
        ({ key, id, isLatest, lastModified, object }): XmlElement => [
          object === undefined ? 'DeleteMarker' : 'Version',
          [
            ['Key', encode(key)],
            ['VersionId', id],
            ['IsLatest', isLatest],
            ['LastModified', lastModified.toISOString()],
            ...(object === undefined
              ? []
              : ([
                  ['ETag', `"${object.etag}"`],
                  ['Size', object.size],
                ] as const)),
          ],
        ],
      ),
    ],
  ]);
}

/** S3 API Reference, GetObjectLockConfiguration. */
export async function getObjectLockConfiguration(call: Call): Promise<Answer> {
  await receiveNothing(call);
  const { lock } = call.store.bucket(call.route.bucket);
  if (lock === undefined) throw new S3Error('ObjectLockConfigurationNotFoundError');
  const { byDefault } = lock;
  const rule: XmlElement[] =
    byDefault === undefined
      ? []
      : [
          [
            'Rule',
            [
              [
                'DefaultRetention',
                [
                  ['Mode', byDefault.mode],
                  ['Days', byDefault.days],
                ],
              ],
            ],
          ],
        ];
  return xmlAnswer(['ObjectLockConfiguration', [['ObjectLockEnabled', 'Enabled'], ...rule]]);
}

/** S3 API Reference, GetObjectRetention. */
export async function getObjectRetention(call: Call): Promise<Answer> {
  await receiveNothing(call);
  const { bucket, key, query } = call.route;
  const id = query.get('versionId');
  const object =
    id === undefined
      ? call.store.bucket(bucket).object(key)
      : call.store.bucket(bucket).version(key, id).object;
  if (object === undefined) throw new S3Error('NoSuchKey', undefined, { fields: { Key: key } });
  const { mode, until } = object.lock ?? {};
  if (mode === undefined || until === undefined) throw new S3Error('NoSuchObjectLockConfiguration');
  return xmlAnswer([
    'Retention',
    [
      ['Mode', mode],
      ['RetainUntilDate', until.toISOString()],
    ],
  ]);
}
