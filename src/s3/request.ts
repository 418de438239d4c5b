/** The S3 operations that this program uses, by the names of the S3 API Reference. */
export type S3Operation =
  | 'PutObject'
  | 'GetObject'
  | 'HeadObject'
  | 'DeleteObject'
  | 'DeleteObjects'
  | 'ListObjectsV2'
  | 'CreateMultipartUpload'
  | 'UploadPart'
  | 'UploadPartCopy'
  | 'CopyObject'
  | 'CompleteMultipartUpload'
  | 'AbortMultipartUpload'
  | 'ListMultipartUploads'
  | 'ListParts'
  | 'ListObjectVersions'
  | 'GetBucketVersioning'
  | 'GetBucketLifecycleConfiguration'
  | 'GetBucketEncryption'
  | 'GetBucketPolicyStatus'
  | 'GetObjectLockConfiguration'
  | 'GetObjectRetention'
  | 'PutObjectRetention'
  | 'PutObjectLegalHold'
  | 'RestoreObject';

/** One S3 request before it is addressed, signed and sent; sending may happen several times. */
export interface S3Request {
  readonly operation: S3Operation;
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Absent: the bucket itself. */
  readonly key?: string;
  /** In any order; the empty value is written as `name=`, as the signature needs it. */
  readonly query?: Readonly<Record<string, string>>;
  /** Lower-case names. All of them are signed: only content-md5, range and x-amz-* belong here. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent and not signed: servers differ in how they canonicalise other headers. */
  readonly unsignedHeaders?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
  /** Bytes that the answer's body will have, where that is known. */
  readonly answerLength?: number;
  /** Whether the body's SHA-256 is signed; `UNSIGNED-PAYLOAD` otherwise. Default: signed. */
  readonly signBody?: boolean;
  /** How many times as long as usual the server may work before it answers; default: 1. */
  readonly work?: number;
}
