import type { RequestsConfig } from '../config/config.ts';
import type { HeadersOf } from '../s3/server.ts';

/** What requests say in addition to what their operation needs. */
export function headersOf(config: RequestsConfig): HeadersOf {
  const { requesterPays, expectedBucketOwner, headers } = config;
  const always = {
    ...Object.fromEntries([...headers].map(([name, value]) => [name, value.reveal()])),
    ...(requesterPays ? { 'x-amz-request-payer': 'requester' } : {}),
    ...(expectedBucketOwner === undefined ? {} : { 'x-amz-expected-bucket-owner': expectedBucketOwner }),
  };
  return () => always;
}
