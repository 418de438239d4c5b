import { createHash } from 'node:crypto';
import type { S3Operation } from './options.ts';
import { S3Error } from './s3-error.ts';
import type { ObjectHeaders } from './stored-object.ts';

type Headers = ReadonlyMap<string, string>;

/** The KMS keys of the server's account, by id, and how it encrypts what asks for nothing. */
export interface Encryption {
  /** `enabled` or why KMS says no; any other id is not known. */
  readonly kmsKeys?: Readonly<Record<string, 'enabled' | 'disabled' | 'denied'>>;
  /** The bucket's default (S3 User Guide, "Setting default server-side encryption behavior"). */
  readonly byDefault?: 'AES256' | 'aws:kms';
  /** The bucket blocks SSE-C, as new ones do (S3 User Guide, "Blocking or unblocking SSE-C"). */
  readonly blocksCustomerKeys?: boolean;
  /** Requests have come over TLS, which somebody in front of the server has ended. */
  readonly secure?: boolean;
}

const SSE = 'x-amz-server-side-encryption';
const KMS = `${SSE}-aws-kms-key-id`;
const CONTEXT = `${SSE}-context`;
const BUCKET_KEY = `${SSE}-bucket-key-enabled`;
const CUSTOMER = `${SSE}-customer-`;
const ALGORITHM = `${CUSTOMER}algorithm`;
const KEY = `${CUSTOMER}key`;
const MD5 = `${CUSTOMER}key-md5`;

/** S3 API Reference: which operations have the parameters SSECustomerKey and its two companions. */
const withCustomerKey: readonly S3Operation[] = [
  'PutObject',
  'GetObject',
  'HeadObject',
  'CreateMultipartUpload',
  'UploadPart',
  'UploadPartCopy',
  'CopyObject',
  'CompleteMultipartUpload',
];

function invalid(name: string, message: string): S3Error {
  return new S3Error('InvalidArgument', message, { fields: { ArgumentName: name } });
}

/** @throws S3Error for a parameter of encryption at an operation that has none, and for a key that is none */
export function checkEncryptionHeaders(
  headers: Headers,
  operation: S3Operation,
  { secure = false }: Encryption,
): void {
  const customer = [ALGORITHM, KEY, MD5].filter((name) => headers.has(name));
  const others = [SSE, KMS, CONTEXT, BUCKET_KEY].filter((name) => headers.has(name));
  const [other] = others;
  if (other !== undefined && !['PutObject', 'CopyObject', 'CreateMultipartUpload'].includes(operation)) {
    throw invalid(other, `${other} header is not supported for this operation.`);
  }
  if (customer.length === 0) return;
  if (!withCustomerKey.includes(operation)) {
    throw invalid(ALGORITHM, `${ALGORITHM} header is not supported for this operation.`);
  }
  if (!secure) {
    throw new S3Error(
      'InvalidRequest',
      'Requests specifying Server Side Encryption with Customer provided keys must be made over a secure connection.',
    );
  }
  if (headers.has(SSE)) {
    throw invalid(
      SSE,
      'Server Side Encryption with Customer provided key is incompatible with the encryption method specified',
    );
  }
  checkCustomerKey(headers);
}

/** S3 User Guide, "Using server-side encryption with customer-provided keys": AES256, 256 bits, and their MD5. */
function checkCustomerKey(headers: Headers): void {
  const asked = 'Requests specifying Server Side Encryption with Customer provided keys must provide';
  if (headers.get(ALGORITHM) !== 'AES256') throw invalid(ALGORITHM, `${asked} a valid encryption algorithm.`);
  const text = headers.get(KEY);
  if (text === undefined) throw invalid(KEY, `${asked} an appropriate secret key.`);
  const key = Buffer.from(text, 'base64');
  if (key.length !== 32 || key.toString('base64') !== text) {
    throw invalid(KEY, 'The secret key was invalid for the specified algorithm.');
  }
  const md5 = headers.get(MD5);
  if (md5 === undefined) throw invalid(MD5, `${asked} the client calculated MD5 of the secret key.`);
  if (md5 !== createHash('md5').update(key).digest('base64')) {
    throw invalid(MD5, 'The calculated MD5 hash of the key did not match the hash that was provided.');
  }
}

/**
 * What is stored of an object's encryption, and answered by all that follows; of a customer's key its MD5.
 * @throws S3Error for a method or a KMS key that can't be used
 */
export function encryptionOf(headers: Headers, encryption: Encryption): ObjectHeaders {
  if (headers.has(MD5) && encryption.blocksCustomerKeys === true) throw new S3Error('AccessDenied');
  if (headers.has(MD5)) return { [ALGORITHM]: 'AES256', [MD5]: headers.get(MD5) ?? '' };
  const method = headers.get(SSE);
  const keyId = headers.get(KMS);
  if (method !== undefined && !['AES256', 'aws:kms', 'aws:kms:dsse'].includes(method)) {
    throw invalid(SSE, 'The encryption method specified is not supported');
  }
  const isKms = method?.startsWith('aws:kms') === true;
  if (!isKms && [KMS, CONTEXT].some((name) => headers.has(name))) {
    throw invalid(
      SSE,
      `Server Side Encryption with AWS KMS managed key requires HTTP header ${SSE} : aws:kms`,
    );
  }
  if (keyId !== undefined) checkKmsKey(keyId, encryption);
  checkContext(headers.get(CONTEXT));
  const applied = method ?? encryption.byDefault;
  if (applied === undefined) return {};
  const bucketKey = headers.get(BUCKET_KEY);
  if (bucketKey !== undefined && bucketKey !== 'true' && bucketKey !== 'false') {
    throw invalid(BUCKET_KEY, `Value for ${BUCKET_KEY} header is invalid.`);
  }
  return {
    [SSE]: applied,
    ...(applied === 'AES256' ? {} : { [KMS]: keyId ?? 'arn:aws:kms:us-east-1:123456789012:key/aws-s3' }),
    ...(isKms && bucketKey === 'true' ? { [BUCKET_KEY]: 'true' } : {}),
  };
}

/** KMS API Reference, GenerateDataKey, "Errors"; S3 passes them on with `KMS.` in front. */
function checkKmsKey(id: string, { kmsKeys = {} }: Encryption): void {
  switch (kmsKeys[id]) {
    case 'enabled':
      return;
    case 'disabled':
      throw new S3Error('KMS.DisabledException', `${id} is disabled.`);
    case 'denied':
      throw new S3Error(
        'AccessDenied',
        `User: arn:aws:iam::123456789012:user/backup is not authorized to perform: kms:GenerateDataKey on resource: ${id} because no identity-based policy allows the kms:GenerateDataKey action`,
      );
    case undefined:
      throw new S3Error('KMS.NotFoundException', `Invalid keyId '${id}'`);
  }
}

function checkContext(text: string | undefined): void {
  if (text === undefined) return;
  try {
    const context: unknown = JSON.parse(Buffer.from(text, 'base64').toString());
    const isMap = typeof context === 'object' && context !== null && !Array.isArray(context);
    if (isMap && Object.values(context).every((value) => typeof value === 'string')) return;
  } catch {
    // Said below.
  }
  throw invalid(CONTEXT, `The header '${CONTEXT}' shall be Base64-encoded UTF-8 string holding JSON`);
}

/** The headers of an answer that say how the object is encrypted. */
export function shownEncryption(stored: ObjectHeaders): ObjectHeaders {
  return Object.fromEntries(Object.entries(stored).filter(([name]) => name.startsWith(SSE)));
}

/** S3 API Reference, "ETag": of objects with SSE-KMS, DSSE-KMS and SSE-C it is not an MD5. */
export function etagOf(md5: string, stored: ObjectHeaders): string {
  const isMd5 = stored[MD5] === undefined && stored[SSE]?.startsWith('aws:kms') !== true;
  return isMd5 ? md5 : crypto.randomUUID().replaceAll('-', '');
}

/** @throws S3Error for a read without the key that the object was stored with, or with another one */
export function checkReadKey(headers: Headers, stored: ObjectHeaders): void {
  const md5 = stored[MD5];
  const given = headers.get(MD5);
  if (md5 === undefined && given !== undefined) {
    throw new S3Error('InvalidRequest', 'The encryption parameters are not applicable to this object.');
  }
  if (md5 !== undefined && given === undefined) {
    throw new S3Error(
      'InvalidRequest',
      'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.',
    );
  }
  if (md5 !== given) throw new S3Error('AccessDenied');
}

/**
 * A part has the key of its upload; so has Complete where the upload has a checksum (S3 API Reference,
 * CompleteMultipartUpload, "needed only when the object was created using a checksum algorithm").
 * @throws S3Error InvalidRequest
 */
export function checkUploadKey(headers: Headers, upload: ObjectHeaders): void {
  const md5 = upload[MD5];
  const given = headers.get(MD5);
  if (md5 === given) return;
  throw new S3Error(
    'InvalidRequest',
    md5 === undefined
      ? 'The multipart upload initiate did not request encryption. Please resend the request without sending encryption parameters.'
      : given === undefined
        ? 'The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters.'
        : 'The provided encryption parameters did not match the ones used originally.',
  );
}
