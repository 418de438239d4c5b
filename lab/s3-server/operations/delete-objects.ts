import { type Answer } from '../../http/answer.ts';
import { xmlAnswer } from '../answer.ts';
import { type Call, receiveDocument } from '../call.ts';
import { parseDeleteDocument } from '../request-xml.ts';
import { S3Error } from '../s3-error.ts';
import type { XmlElement } from '../xml.ts';
import { removeObject } from './object.ts';

/**
 * S3 API Reference, DeleteObjects: up to 1,000 keys; "The Content-MD5 header is required", or a checksum in its place.
 * The permission is checked key by key: what may not be deleted is reported, the rest is deleted.
 */
export async function deleteObjects(call: Call): Promise<Answer> {
  const bucket = call.store.bucket(call.route.bucket);
  if (!call.headers.has('content-md5') && !call.headers.has('x-amz-checksum-crc32')) {
    throw new S3Error('InvalidRequest', 'Missing required header for this request: Content-MD5');
  }
  const { objects, isQuiet } = parseDeleteDocument(await receiveDocument(call, 'of document'));
  const results: XmlElement[] = [];
  for (const { key, versionId } of objects) {
    const named: XmlElement[] = [
      ['Key', key],
      ...(versionId === undefined ? [] : [['VersionId', versionId] as const]),
    ];
    try {
      if (
        call.credential.deny?.('DeleteObject', key, {
          headers: call.headers,
          versionId,
          bucket: call.route.bucket,
        }) === true
      )
        throw new S3Error('AccessDenied');
      const marker = await removeObject(bucket, call, key, versionId);
      const made: XmlElement[] =
        marker === undefined
          ? []
          : [
              ['DeleteMarker', true],
              ['DeleteMarkerVersionId', marker],
            ];
      if (!isQuiet) results.push(['Deleted', [...named, ...made]]);
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      results.push(['Error', [...named, ['Code', error.code], ['Message', error.message]]]);
    }
  }
  return xmlAnswer(['DeleteResult', results]);
}
