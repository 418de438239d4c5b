import { type Failure, PluginError } from '../../base/plugin-error.ts';
import type { S3Operation } from '../request.ts';

/** Facts of a failed S3 operation. */
export interface S3Failure {
  readonly operation: S3Operation;
  readonly bucket: string;
  readonly key: string | undefined;
  /** HTTP status; undefined when there was no answer. */
  readonly status: number | undefined;
  /** S3's error code (`NoSuchKey`), or the system's or runtime's (`ECONNREFUSED`). */
  readonly code: string;
  /** Why, in words: of S3's message or of the system. */
  readonly reason: string;
  readonly requestId: string | undefined;
  /** How often the request was sent. */
  readonly tries: number;
  /** Whether sending it again later can help. */
  readonly retryable: boolean;
}

/** An S3 operation failed for good. The message contains all facts; no header or credential is ever in it. */
export class S3Error extends PluginError implements S3Failure {
  readonly operation: S3Operation;
  readonly bucket: string;
  readonly key: string | undefined;
  readonly status: number | undefined;
  readonly code: string;
  readonly reason: string;
  readonly requestId: string | undefined;
  readonly tries: number;
  readonly retryable: boolean;

  constructor(failure: S3Failure, options: { hint: string | undefined; cause?: unknown }) {
    super(describe(failure), options);
    this.operation = failure.operation;
    this.bucket = failure.bucket;
    this.key = failure.key;
    this.status = failure.status;
    this.code = failure.code;
    this.reason = failure.reason;
    this.requestId = failure.requestId;
    this.tries = failure.tries;
    this.retryable = failure.retryable;
  }

  /** Wrong keys are 401 or 403, whatever a server calls them. */
  override get failure(): Failure {
    const isDenial = this.status === 401 || this.status === 403;
    return this.status === undefined || isDenial || this.retryable ? 'unreachable' : 'failed';
  }
}

/** The same failure, told of the operation that it would have met as well. */
export function s3ErrorAsOf(error: S3Error, operation: S3Operation, key: string): S3Error {
  const { bucket, status, code, reason, requestId, tries, retryable, hint, cause } = error;
  return new S3Error(
    { operation, bucket, key, status, code, reason, requestId, tries, retryable },
    { hint, cause },
  );
}

/** Whether a server refused for want of permission: 403, whatever it calls it. */
export function isDenied(error: unknown): error is S3Error {
  return error instanceof S3Error && error.status === 403;
}

/** `s3://bucket/key`, or `s3://bucket` for an operation on the bucket. */
export function s3Url(bucket: string, key: string | undefined): string {
  return key === undefined ? `s3://${bucket}` : `s3://${bucket}/${key}`;
}

function describe(failure: S3Failure): string {
  const facts = [
    failure.status === undefined ? failure.code : `HTTP ${failure.status} ${failure.code}`.trimEnd(),
    failure.requestId === undefined ? '' : `request id ${failure.requestId}`,
    failure.tries > 1 ? `${failure.tries} tries` : '',
  ].filter((fact) => fact !== '');
  return `${failure.operation} ${s3Url(failure.bucket, failure.key)} failed: ${failure.reason} (${facts.join(', ')})`;
}
