import { type Answer, emptyAnswer } from '../../http/answer.ts';
import { type Call, receiveDocument } from '../call.ts';
import { requestedLock } from '../object-lock.ts';
import { parseLockDocument } from '../request-xml.ts';
import { S3Error } from '../s3-error.ts';
import type { StoredObject } from '../stored-object.ts';

async function objectAndDocument(
  call: Call,
  root: string,
  names: readonly string[],
): Promise<[StoredObject, readonly string[]]> {
  const { bucket: name, key } = call.route;
  if (!call.headers.has('content-md5') && !call.headers.has('x-amz-checksum-crc32')) {
    throw new S3Error('InvalidRequest', 'Missing required header for this request: Content-MD5');
  }
  const values = parseLockDocument(await receiveDocument(call, 'of document'), root, names);
  const object = call.store.bucket(name).object(key);
  if (object === undefined) throw new S3Error('NoSuchKey', undefined, { fields: { Key: key } });
  return [object, values];
}

/** S3 API Reference, PutObjectRetention: here for an object without a retention. */
export async function putObjectRetention(call: Call): Promise<Answer> {
  const [object, [mode = '', until = '']] = await objectAndDocument(call, 'Retention', [
    'Mode',
    'RetainUntilDate',
  ]);
  if (object.lock?.until !== undefined) throw new S3Error('AccessDenied');
  const headers = new Map([
    ['x-amz-object-lock-mode', mode],
    ['x-amz-object-lock-retain-until-date', until],
  ]);
  const lock = requestedLock(headers, call.store.bucket(call.route.bucket).lock, call.now);
  object.lock = lock && { ...lock, legalHold: object.lock?.legalHold ?? false };
  return emptyAnswer(200);
}

/** S3 API Reference, PutObjectLegalHold. */
export async function putObjectLegalHold(call: Call): Promise<Answer> {
  const [object, [status = '']] = await objectAndDocument(call, 'LegalHold', ['Status']);
  const headers = new Map([['x-amz-object-lock-legal-hold', status]]);
  const lock = requestedLock(headers, call.store.bucket(call.route.bucket).lock, call.now);
  object.lock = lock && { ...lock, mode: object.lock?.mode, until: object.lock?.until };
  return emptyAnswer(200);
}
