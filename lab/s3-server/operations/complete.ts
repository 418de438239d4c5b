import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type Answer } from '../../http/answer.ts';
import { xmlAnswer } from '../answer.ts';
import type { StoredPart, Upload } from '../bucket.ts';
import { type Call, receiveDocument } from '../call.ts';
import { checkWriteConditions } from '../conditions.ts';
import { combineCrc32, crc32ToBase64, crc32ToBytes } from '../crc32.ts';
import { checkUploadKey } from '../encryption.ts';
import { checkUnlocked } from '../object-lock.ts';
import { parseCompleteDocument, type RequestedPart } from '../request-xml.ts';
import { S3Error } from '../s3-error.ts';
import { type ObjectChecksum, StoredObject } from '../stored-object.ts';
import { uploadOf } from './multipart.ts';

/** S3 User Guide, "Amazon S3 multipart upload limits": no minimum for the last part. */
const minPartBytes = 5 * 1024 * 1024;

/**
 * S3 API Reference, CompleteMultipartUpload. The upload is gone afterwards: completing it again is NoSuchUpload, which is
 * what a client has to cope with whose first answer was lost.
 */
export async function completeMultipartUpload(call: Call): Promise<Answer> {
  const bucket = call.store.bucket(call.route.bucket);
  uploadOf(call);
  const requested = parseCompleteDocument(await receiveDocument(call, 'of object'));
  // From here on nothing waits until the object is in its bucket.
  const upload = uploadOf(call);
  const parts = chosenParts(upload, requested);
  const checksum = objectChecksum(upload, parts);
  if (upload.checksumType !== undefined || call.headers.has('x-amz-server-side-encryption-customer-key-md5'))
    checkUploadKey(call.headers, upload.headers);
  checkClaims(call.headers, upload, parts, checksum);
  const existing = bucket.object(upload.key);
  if (!bucket.keepsVersions) checkUnlocked(existing?.lock, call.now, false);
  checkWriteConditions(call.headers, upload.key, existing, call.store.conditions);
  const object = new StoredObject({
    key: upload.key,
    blobs: parts.map((part) => part.blob),
    etag: multipartEtag(parts),
    lastModified: call.now,
    headers: upload.headers,
    lock: upload.lock,
    checksum,
  });
  await Promise.all([bucket.put(object), bucket.end(upload, new Set(parts))]);
  return xmlAnswer([
    'CompleteMultipartUploadResult',
    [
      [
        'Location',
        `http://${call.headers.get('host') ?? ''}/${bucket.name}/${encodeURIComponent(upload.key)}`,
      ],
      ['Bucket', bucket.name],
      ['Key', upload.key],
      ['ETag', `"${object.etag}"`],
      ...(checksum === undefined
        ? []
        : ([
            ['ChecksumCRC32', checksum.crc32],
            ['ChecksumType', checksum.type],
          ] as const)),
    ],
  ]);
}

/**
 * The uploaded parts that the client lists.
 * @throws S3Error InvalidPartOrder, InvalidPart, EntityTooSmall; InvalidRequest when a COMPOSITE part lacks its checksum
 */
function chosenParts(upload: Upload, requested: readonly RequestedPart[]): readonly StoredPart[] {
  const fields = { UploadId: upload.uploadId };
  const isOrdered = requested.every(
    (part, index) => index === 0 || part.partNumber > (requested[index - 1]?.partNumber ?? 0),
  );
  if (!isOrdered) throw new S3Error('InvalidPartOrder', undefined, { fields });
  const parts = requested.map((wanted) => {
    const part = upload.parts.get(wanted.partNumber);
    const isSame =
      part?.etag === wanted.etag &&
      (wanted.crc32 === undefined || wanted.crc32 === crc32ToBase64(part.crc32));
    if (part === undefined || !isSame) {
      throw new S3Error('InvalidPart', undefined, {
        fields: { ...fields, PartNumber: String(wanted.partNumber), ETag: wanted.etag },
      });
    }
    if (upload.checksumType === 'COMPOSITE' && wanted.crc32 === undefined) {
      throw new S3Error(
        'InvalidRequest',
        `The upload was created using a crc32 checksum. The complete request must include the checksum for each part. It was missing for part ${wanted.partNumber} in the request.`,
      );
    }
    return part;
  });
  for (const part of parts.slice(0, -1)) {
    if (part.blob.size >= minPartBytes) continue;
    throw new S3Error('EntityTooSmall', undefined, {
      fields: {
        ProposedSize: String(part.blob.size),
        MinSizeAllowed: String(minPartBytes),
        PartNumber: String(part.partNumber),
        ETag: part.etag,
      },
    });
  }
  return parts;
}

/** The ETag of a multipart object: the MD5 of the parts' MD5s, and their number. */
function multipartEtag(parts: readonly StoredPart[]): string {
  const md5 = createHash('md5');
  for (const part of parts) md5.update(Buffer.from(part.etag, 'hex'));
  return `${md5.digest('hex')}-${parts.length}`;
}

/** FULL_OBJECT is the CRC of all bytes, COMPOSITE the CRC of the parts' CRCs. */
function objectChecksum(upload: Upload, parts: readonly StoredPart[]): ObjectChecksum | undefined {
  if (upload.checksumType === undefined) return undefined;
  if (upload.checksumType === 'COMPOSITE') {
    const ofParts = parts.reduce((crc, part) => crc32(crc32ToBytes(part.crc32), crc), 0);
    return { crc32: `${crc32ToBase64(ofParts)}-${parts.length}`, type: 'COMPOSITE' };
  }
  const whole = parts.reduce((crc, part) => combineCrc32(crc, part.crc32, part.blob.size), 0);
  return { crc32: crc32ToBase64(whole), type: 'FULL_OBJECT' };
}

/**
 * What the client says about the whole object.
 * @throws S3Error BadDigest, InvalidRequest
 */
function checkClaims(
  headers: ReadonlyMap<string, string>,
  upload: Upload,
  parts: readonly StoredPart[],
  checksum: ObjectChecksum | undefined,
): void {
  const type = headers.get('x-amz-checksum-type');
  if (type !== undefined && type !== upload.checksumType) {
    throw new S3Error(
      'InvalidRequest',
      `The upload was created using the ${upload.checksumType ?? 'null'} checksum mode.`,
    );
  }
  const size = headers.get('x-amz-mp-object-size');
  const actualSize = parts.reduce((sum, part) => sum + part.blob.size, 0);
  if (size !== undefined && size !== String(actualSize)) {
    throw new S3Error(
      'InvalidRequest',
      `The provided 'x-amz-mp-object-size' header does not match what was computed: ${actualSize}.`,
    );
  }
  const claimed = headers.get('x-amz-checksum-crc32');
  if (claimed === undefined) return;
  if (checksum === undefined) {
    throw new S3Error('InvalidRequest', 'The upload was created without a checksum algorithm.');
  }
  if (claimed !== checksum.crc32) {
    throw new S3Error('BadDigest', 'The CRC32 you specified did not match the calculated checksum.');
  }
}
