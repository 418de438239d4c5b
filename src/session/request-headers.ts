import type { RequestsConfig } from '../config/config.ts';
import type { S3Operation } from '../s3/request.ts';
import type { HeadersOf } from '../s3/server.ts';

/**
 * What goes with a key of its owner (S3 API Reference: the operations that have SSECustomerKey). Complete needs it where
 * the object has a checksum; lists, deletes and aborts have no use for it.
 */
const WITH_CUSTOMER_KEY: ReadonlySet<S3Operation> = new Set<S3Operation>([
  'PutObject',
  'GetObject',
  'HeadObject',
  'CreateMultipartUpload',
  'UploadPart',
  'UploadPartCopy',
  'CopyObject',
  'CompleteMultipartUpload',
]);

/**
 * What requests say in addition to what their operation needs.
 * @param customerKey the headers of SSE-C, where objects are stored with a key of their owner
 */
export function headersOf(config: RequestsConfig, customerKey?: Readonly<Record<string, string>>): HeadersOf {
  const { requesterPays, expectedBucketOwner, headers } = config;
  const always = {
    ...Object.fromEntries([...headers].map(([name, value]) => [name, value.reveal()])),
    ...(requesterPays ? { 'x-amz-request-payer': 'requester' } : {}),
    ...(expectedBucketOwner === undefined ? {} : { 'x-amz-expected-bucket-owner': expectedBucketOwner }),
  };
  if (customerKey === undefined) return () => always;
  const withKey = { ...always, ...customerKey };
  return (operation) => (WITH_CUSTOMER_KEY.has(operation) ? withKey : always);
}
