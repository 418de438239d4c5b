import type { Lock } from './object-lock.ts';
import type { Credential, S3Operation } from './options.ts';
import { S3Error } from './s3-error.ts';
import type { ObjectHeaders } from './stored-object.ts';

/** Permissions that a header asks for in addition to that of its operation, and those of KMS keys. */
export type Action =
  | 's3:PutObjectTagging'
  | 's3:PutObjectAcl'
  | 's3:GetObjectRetention'
  | 's3:GetObjectLegalHold'
  | 'kms:GenerateDataKey'
  | 'kms:Decrypt';

type Denial = Credential['denyAction'];

/** @throws S3Error AccessDenied, in Amazon's words with the action that is missing */
function need(deny: Denial, action: Action, keyId = ''): void {
  if (deny?.(action, keyId) !== true) return;
  throw new S3Error(
    'AccessDenied',
    `User: arn:aws:iam::123456789012:user/backup is not authorized to perform: ${action} on resource because no identity-based policy allows the ${action} action`,
  );
}

/** S3 User Guide, "Required permissions for Amazon S3 API operations": PutObject, CopyObject, CreateMultipartUpload. */
export function checkActions(
  operation: S3Operation,
  headers: ReadonlyMap<string, string>,
  deny: Denial,
): void {
  if (!['PutObject', 'CopyObject', 'CreateMultipartUpload'].includes(operation)) return;
  if (headers.has('x-amz-tagging')) need(deny, 's3:PutObjectTagging');
  if (headers.has('x-amz-acl')) need(deny, 's3:PutObjectAcl');
}

/**
 * S3 User Guide, "Uploading an object using multipart upload", "Multipart upload API and permissions": GenerateDataKey
 * for what begins an object, Decrypt for its parts, and for reading it.
 */
export function checkKmsAction(
  stored: ObjectHeaders,
  does: 'begins' | 'goes on' | 'reads',
  deny: Denial,
): void {
  if (stored['x-amz-server-side-encryption']?.startsWith('aws:kms') !== true) return;
  const keyId = stored['x-amz-server-side-encryption-aws-kms-key-id'];
  need(deny, does === 'begins' ? 'kms:GenerateDataKey' : 'kms:Decrypt', keyId);
}

/** S3 API Reference, HeadObject: the lock is shown to whoever may read it, and nobody is refused for it. */
export function shownLock(lock: Lock | undefined, deny: Denial): Lock | undefined {
  if (lock === undefined) return undefined;
  const hidesRetention = deny?.('s3:GetObjectRetention', '') === true;
  return {
    ...(hidesRetention ? { mode: undefined, until: undefined } : { mode: lock.mode, until: lock.until }),
    legalHold: lock.legalHold && deny?.('s3:GetObjectLegalHold', '') !== true,
  };
}
