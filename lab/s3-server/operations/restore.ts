import { type Answer, emptyAnswer } from '../../http/answer.ts';
import { type Call, receiveDocument } from '../call.ts';
import { parseRestoreDocument } from '../request-xml.ts';
import { S3Error } from '../s3-error.ts';

/** S3 API Reference, RestoreObject: "You must compute the Content-MD5" or a checksum. */
export async function restoreObject(call: Call): Promise<Answer> {
  const { bucket: name, key } = call.route;
  if (!call.headers.has('content-md5') && !call.headers.has('x-amz-checksum-crc32')) {
    throw new S3Error('InvalidRequest', 'Missing required header for this request: Content-MD5');
  }
  const request = parseRestoreDocument(await receiveDocument(call, 'of document'));
  const object = call.store.bucket(name).object(key);
  if (object === undefined) throw new S3Error('NoSuchKey', undefined, { fields: { Key: key } });
  return emptyAnswer(call.store.archive.restore(object, request, call.now));
}
