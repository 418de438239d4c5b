import { type Answer } from '../../http/answer.ts';
import { xmlAnswer } from '../answer.ts';
import { compareKeys, type Upload } from '../bucket.ts';
import { type Call, receiveNothing } from '../call.ts';
import { crc32ToBase64 } from '../crc32.ts';
import { keyEncoding, listingPage, pageSize } from '../listing.ts';
import { S3Error } from '../s3-error.ts';
import type { XmlElement } from '../xml.ts';
import { owner } from './bucket.ts';
import { uploadOf } from './multipart.ts';

/** "If upload-id-marker is not specified, only the keys lexicographically greater than the key-marker will be included." */
function isBehindMarkers(upload: Upload, keyMarker: string, uploadIdMarker: string): boolean {
  const order = compareKeys(upload.key, keyMarker);
  return order > 0 || (order === 0 && uploadIdMarker !== '' && upload.uploadId > uploadIdMarker);
}

/** S3 API Reference, ListMultipartUploads. */
export async function listMultipartUploads(call: Call): Promise<Answer> {
  await receiveNothing(call);
  const { query } = call.route;
  const bucket = call.store.bucket(call.route.bucket);
  const encode = keyEncoding(query);
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const keyMarker = query.get('key-marker') ?? '';
  const uploadIdMarker = query.get('upload-id-marker') ?? '';
  const limit = pageSize(query, 'max-uploads');
  const uploads = bucket.uploads().filter((upload) => isBehindMarkers(upload, keyMarker, uploadIdMarker));
  const page = listingPage(uploads, (upload) => upload.key, { prefix, delimiter, after: keyMarker, limit });
  const lastUpload = page.items.at(-1);
  return xmlAnswer([
    'ListMultipartUploadsResult',
    [
      ['Bucket', bucket.name],
      ['KeyMarker', encode(keyMarker)],
      ['UploadIdMarker', uploadIdMarker],
      ...(page.isTruncated
        ? ([
            ['NextKeyMarker', encode(page.last)],
            ['NextUploadIdMarker', lastUpload?.key === page.last ? lastUpload.uploadId : ''],
          ] as const)
        : []),
      ['Prefix', encode(prefix)],
      ...(delimiter === '' ? [] : [['Delimiter', encode(delimiter)] as const]),
      ...(query.get('encoding-type') === 'url' ? [['EncodingType', 'url'] as const] : []),
      ['MaxUploads', limit],
      ['IsTruncated', page.isTruncated],
      ...page.items.map(
        (upload): XmlElement => [
          'Upload',
          [
            ['Key', encode(upload.key)],
            ['UploadId', upload.uploadId],
            owner,
            ['StorageClass', 'STANDARD'],
            ['Initiated', upload.initiated.toISOString()],
            ...checksumElements(upload),
          ],
        ],
      ),
      ...page.commonPrefixes.map((common): XmlElement => ['CommonPrefixes', [['Prefix', encode(common)]]]),
    ],
  ]);
}

function checksumElements({ checksumType }: Upload): readonly XmlElement[] {
  if (checksumType === undefined) return [];
  return [
    ['ChecksumAlgorithm', 'CRC32'],
    ['ChecksumType', checksumType],
  ];
}

/** S3 API Reference, ListParts: in the order of part numbers. */
export async function listParts(call: Call): Promise<Answer> {
  await receiveNothing(call);
  const { query } = call.route;
  const limit = pageSize(query, 'max-parts');
  const markerText = query.get('part-number-marker') ?? '';
  const marker = Number(markerText);
  if (!Number.isInteger(marker) || marker < 0) {
    throw new S3Error('InvalidArgument', undefined, { fields: { ArgumentName: 'part-number-marker' } });
  }
  const upload = uploadOf(call);
  const following = [...upload.parts.values()]
    .filter((part) => part.partNumber > marker)
    .toSorted((left, right) => left.partNumber - right.partNumber);
  const parts = following.slice(0, limit);
  const isTruncated = limit > 0 && following.length > limit;
  return xmlAnswer([
    'ListPartsResult',
    [
      ['Bucket', call.route.bucket ?? ''],
      ['Key', keyEncoding(query)(upload.key)],
      ['UploadId', upload.uploadId],
      owner,
      ['StorageClass', 'STANDARD'],
      ['PartNumberMarker', marker],
      ['NextPartNumberMarker', parts.at(-1)?.partNumber ?? marker],
      ['MaxParts', limit],
      ['IsTruncated', isTruncated],
      ...checksumElements(upload),
      ...parts.map(
        (part): XmlElement => [
          'Part',
          [
            ['PartNumber', part.partNumber],
            ['LastModified', part.lastModified.toISOString()],
            ['ETag', `"${part.etag}"`],
            ['Size', part.blob.size],
            ...(part.hasChecksum ? [['ChecksumCRC32', crc32ToBase64(part.crc32)] as const] : []),
          ],
        ],
      ),
    ],
  ]);
}
