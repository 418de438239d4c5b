import { type Answer } from '../../http/answer.ts';
import { xmlAnswer } from '../answer.ts';
import { type Call, receiveDocument } from '../call.ts';
import { parseDeleteDocument } from '../request-xml.ts';
import { S3Error } from '../s3-error.ts';
import type { XmlElement } from '../xml.ts';

/**
 * S3 API Reference, DeleteObjects: up to 1,000 keys; "The Content-MD5 header is required", or a checksum in its place.
 * The permission is checked key by key: what may not be deleted is reported, the rest is deleted.
 */
export async function deleteObjects(call: Call): Promise<Answer> {
  const bucket = call.store.bucket(call.route.bucket);
  if (!call.headers.has('content-md5') && !call.headers.has('x-amz-checksum-crc32')) {
    throw new S3Error('InvalidRequest', 'Missing required header for this request: Content-MD5');
  }
  const { keys, isQuiet } = parseDeleteDocument(await receiveDocument(call, 'of document'));
  const results: XmlElement[] = [];
  for (const key of keys) {
    if (call.credential.deny?.('DeleteObject', key) === true) {
      const { code, message } = new S3Error('AccessDenied');
      results.push([
        'Error',
        [
          ['Key', key],
          ['Code', code],
          ['Message', message],
        ],
      ]);
      continue;
    }
    await bucket.delete(key);
    if (!isQuiet) results.push(['Deleted', [['Key', key]]]);
  }
  return xmlAnswer(['DeleteResult', results]);
}
