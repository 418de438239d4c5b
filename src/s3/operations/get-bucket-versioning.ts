import type { S3Client } from '../client.ts';
import { childText } from '../xml.ts';
import { bucketSetting, type Setting } from './bucket-setting.ts';

/** `off`: it was never switched on, and nothing is kept. */
export type Versioning = 'on' | 'suspended' | 'off';

/**
 * Whether the bucket keeps what is deleted and replaced (S3 API Reference, GetBucketVersioning: without a Status where
 * it was never set).
 * @throws {S3Error}
 */
export async function getBucketVersioning(client: S3Client): Promise<Setting<Versioning>> {
  return await bucketSetting(client, {
    operation: 'GetBucketVersioning',
    query: 'versioning',
    root: 'VersioningConfiguration',
    read: (element) => {
      const status = childText(element, 'Status')?.trim();
      return status === 'Enabled' ? 'on' : status === 'Suspended' ? 'suspended' : 'off';
    },
  });
}
