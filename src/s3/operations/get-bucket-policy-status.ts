import type { S3Client } from '../client.ts';
import { childText } from '../xml.ts';
import { bucketSetting, type Setting } from './bucket-setting.ts';

/**
 * Whether the bucket's policy lets everybody in (S3 API Reference, GetBucketPolicyStatus).
 * @throws {S3Error}
 */
export async function isBucketPublic(client: S3Client): Promise<Setting<boolean>> {
  return await bucketSetting(client, {
    operation: 'GetBucketPolicyStatus',
    query: 'policyStatus',
    root: 'PolicyStatus',
    read: (element) => childText(element, 'IsPublic')?.trim().toLowerCase() === 'true',
    absent: { codes: ['NoSuchBucketPolicy'], is: false },
  });
}
