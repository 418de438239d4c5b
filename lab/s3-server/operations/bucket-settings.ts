import type { Answer } from '../../http/answer.ts';
import { xmlAnswer } from '../answer.ts';
import { type Call, receiveNothing } from '../call.ts';
import { lifecycleElement } from '../lifecycle.ts';
import { S3Error } from '../s3-error.ts';

/** S3 API Reference, GetBucketVersioning: without a Status where it was never set. */
export async function getBucketVersioning(call: Call): Promise<Answer> {
  await receiveNothing(call);
  const { keepsVersions } = call.store.bucket(call.route.bucket);
  return xmlAnswer(['VersioningConfiguration', keepsVersions ? [['Status', 'Enabled']] : []]);
}

/** S3 API Reference, GetBucketLifecycleConfiguration: 404 NoSuchLifecycleConfiguration where there is none. */
export async function getBucketLifecycleConfiguration(call: Call): Promise<Answer> {
  await receiveNothing(call);
  call.store.bucket(call.route.bucket);
  const { lifecycle } = call.settings;
  if (lifecycle.length === 0) throw new S3Error('NoSuchLifecycleConfiguration');
  return xmlAnswer(['LifecycleConfiguration', lifecycle.map(lifecycleElement)]);
}

/**
 * S3 API Reference, GetBucketEncryption. Amazon's buckets have AES256 since 2023; those of other servers, as here, have
 * none unless it was set (404 ServerSideEncryptionConfigurationNotFoundError).
 */
export async function getBucketEncryption(call: Call): Promise<Answer> {
  await receiveNothing(call);
  call.store.bucket(call.route.bucket);
  const { byDefault } = call.settings.encryption;
  if (byDefault === undefined) throw new S3Error('ServerSideEncryptionConfigurationNotFoundError');
  return xmlAnswer([
    'ServerSideEncryptionConfiguration',
    [['Rule', [['ApplyServerSideEncryptionByDefault', [['SSEAlgorithm', byDefault]]]]]],
  ]);
}

/** S3 API Reference, GetBucketPolicyStatus: 404 NoSuchBucketPolicy where the bucket has no policy. */
export async function getBucketPolicyStatus(call: Call): Promise<Answer> {
  await receiveNothing(call);
  call.store.bucket(call.route.bucket);
  const { bucketPolicy } = call.settings;
  if (bucketPolicy === undefined) throw new S3Error('NoSuchBucketPolicy');
  return xmlAnswer(['PolicyStatus', [['IsPublic', bucketPolicy === 'public']]]);
}
