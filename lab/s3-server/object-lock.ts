import { S3Error } from './s3-error.ts';

/** Object Lock of a server's buckets. */
export interface LockSettings {
  /** What new objects get that ask for nothing. */
  readonly byDefault?: { readonly mode: LockMode; readonly days: number };
  /**
   * False: the bucket has no versions, and a locked key can't be written again, as at versitygw without a folder for
   * versions. On Amazon's S3 a bucket with Object Lock always has versions.
   */
  readonly versions?: boolean;
  /** False: CreateMultipartUpload takes no notice of the headers, as Ceph 16 does. */
  readonly inParts?: boolean;
}

export type LockMode = 'GOVERNANCE' | 'COMPLIANCE';

/** What keeps one version of an object. */
export interface Lock {
  readonly mode: LockMode | undefined;
  readonly until: Date | undefined;
  readonly legalHold: boolean;
}

const day = 86_400_000;

/**
 * The lock of a new object, from the headers of PutObject or CreateMultipartUpload and from its bucket. The refusals
 * and their words are Amazon's (S3 User Guide, "Managing Object Lock"; seen from MinIO and versitygw, which copy them).
 * @throws S3Error InvalidRequest, InvalidArgument
 */
export function requestedLock(
  headers: ReadonlyMap<string, string>,
  settings: LockSettings | undefined,
  now: Date,
): Lock | undefined {
  const mode = headers.get('x-amz-object-lock-mode');
  const date = headers.get('x-amz-object-lock-retain-until-date');
  const hold = headers.get('x-amz-object-lock-legal-hold');
  if (mode === undefined && date === undefined && hold === undefined) {
    const byDefault = settings?.byDefault;
    if (byDefault === undefined) return undefined;
    const until = new Date(now.getTime() + byDefault.days * day);
    return { mode: byDefault.mode, until, legalHold: false };
  }
  if (settings === undefined) {
    throw new S3Error('InvalidRequest', 'Bucket is missing Object Lock Configuration');
  }
  if ((mode === undefined) !== (date === undefined)) {
    throw new S3Error(
      'InvalidArgument',
      'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
    );
  }
  if (mode !== undefined && mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE') {
    throw new S3Error('InvalidArgument', 'Unknown wormMode directive.');
  }
  if (hold !== undefined && hold !== 'ON' && hold !== 'OFF') {
    throw new S3Error('InvalidArgument', 'Legal Hold must be either of ON or OFF');
  }
  return { mode, until: untilOf(date, now), legalHold: hold === 'ON' };
}

function untilOf(date: string | undefined, now: Date): Date | undefined {
  if (date === undefined) return undefined;
  // "Must be formatted as a timestamp parameter": ISO 8601 (S3 API Reference, PutObject).
  const isDate = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(date);
  const until = new Date(isDate ? date : Number.NaN);
  if (Number.isNaN(until.getTime())) {
    throw new S3Error('InvalidArgument', 'The retain until date must be provided in ISO 8601 format');
  }
  if (until <= now) throw new S3Error('InvalidArgument', 'The retain until date must be in the future!');
  return until;
}

/**
 * S3 API Reference, PutObject: "The Content-MD5 or x-amz-sdk-checksum-algorithm header is required for any request to
 * upload an object with a retention period configured using Amazon S3 Object Lock"; the same for UploadPart.
 * @throws S3Error InvalidRequest
 */
export function checkLockedBody(headers: ReadonlyMap<string, string>, lock: Lock | undefined): void {
  if (lock === undefined || headers.has('content-md5') || headers.has('x-amz-checksum-crc32')) return;
  throw new S3Error(
    'InvalidRequest',
    'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
  );
}

/**
 * Before a version is removed or, where there are none, its key is written again.
 * @param mayBypass x-amz-bypass-governance-retention: true
 * @throws S3Error AccessDenied
 */
export function checkUnlocked(lock: Lock | undefined, now: Date, mayBypass: boolean): void {
  if (lock === undefined) return;
  const isRetained = lock.until !== undefined && lock.until > now;
  const yields = mayBypass && lock.mode === 'GOVERNANCE';
  if (!lock.legalHold && (!isRetained || yields)) return;
  throw new S3Error('AccessDenied', 'Access Denied because object protected by object lock.');
}

export function bypasses(headers: ReadonlyMap<string, string>): boolean {
  return headers.get('x-amz-bypass-governance-retention')?.toLowerCase() === 'true';
}

/** S3 API Reference, HeadObject. */
export function lockHeaders(lock: Lock | undefined): Record<string, string> {
  if (lock === undefined) return {};
  return {
    ...(lock.mode === undefined ? {} : { 'x-amz-object-lock-mode': lock.mode }),
    ...(lock.until === undefined ? {} : { 'x-amz-object-lock-retain-until-date': lock.until.toISOString() }),
    ...(lock.legalHold ? { 'x-amz-object-lock-legal-hold': 'ON' } : {}),
  };
}
