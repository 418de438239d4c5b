import type { Credential, S3Operation, ServerSettings } from './options.ts';
import { S3Error } from './s3-error.ts';

/** The AWS account that owns the buckets, where the options name no other. */
export const OWNER = '111122223333';

/** S3 User Guide, "Verifying bucket ownership with bucket owner condition": all other operations take the header. */
const WITHOUT_CONDITION: ReadonlySet<S3Operation> = new Set(['CreateBucket', 'ListBuckets']);

/**
 * Whether the request names the owner of the bucket, if any, and pays for itself where it has to (S3 User Guide, "Using
 * Requester Pays buckets": DELETE, GET, HEAD, POST and PUT requests of anybody but the owner must have the header
 * x-amz-request-payer: requester, otherwise S3 answers 403 and charges the owner).
 * @throws S3Error AccessDenied; InvalidBucketOwnerAWSAccountID for a header that is not an account id
 */
export function checkOwner(
  operation: S3Operation,
  headers: ReadonlyMap<string, string>,
  { account = OWNER }: Credential,
  { bucketOwner, requesterPays }: ServerSettings,
): void {
  const expected = headers.get('x-amz-expected-bucket-owner');
  if (expected !== undefined && !WITHOUT_CONDITION.has(operation)) {
    if (!/^\d{12}$/.test(expected)) throw new S3Error('InvalidBucketOwnerAWSAccountID');
    if (expected !== bucketOwner) throw new S3Error('AccessDenied');
  }
  const pays = headers.get('x-amz-request-payer') === 'requester';
  if (requesterPays && !pays && account !== bucketOwner) throw new S3Error('AccessDenied');
}
