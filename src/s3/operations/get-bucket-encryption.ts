import type { S3Client } from '../client.ts';
import { children, childText } from '../xml.ts';
import { bucketSetting, type Setting } from './bucket-setting.ts';

/** What the bucket encrypts new objects with by itself. */
export interface DefaultEncryption {
  /** `AES256`, `aws:kms`, `aws:kms:dsse`. */
  readonly algorithm: string;
  readonly kmsKeyId: string | undefined;
}

/**
 * The default encryption of the bucket (S3 API Reference, GetBucketEncryption), or that there is none.
 * @throws {S3Error}
 */
export async function getBucketEncryption(client: S3Client): Promise<Setting<DefaultEncryption | 'none'>> {
  return await bucketSetting<DefaultEncryption | 'none'>(client, {
    operation: 'GetBucketEncryption',
    query: 'encryption',
    root: 'ServerSideEncryptionConfiguration',
    read: (element) => {
      const [rule = {}] = children(element, 'Rule');
      const [byDefault = {}] = children(rule, 'ApplyServerSideEncryptionByDefault');
      const algorithm = childText(byDefault, 'SSEAlgorithm')?.trim() ?? '';
      const kmsKeyId = childText(byDefault, 'KMSMasterKeyID')?.trim();
      return algorithm === '' ? 'none' : { algorithm, kmsKeyId };
    },
    absent: { codes: ['ServerSideEncryptionConfigurationNotFoundError'], is: 'none' },
  });
}
