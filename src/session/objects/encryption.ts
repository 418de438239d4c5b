import type { ObjectsConfig } from '../../config/config.ts';

/**
 * Encryption by the server, with its own keys or with KMS (S3 API Reference, PutObject and CreateMultipartUpload).
 * The context is JSON in base64; DSSE-KMS knows no bucket key.
 */
export function encryptionHeaders({
  sse,
  kmsKeyId,
  kmsContext,
  bucketKey,
}: Pick<ObjectsConfig, 'sse' | 'kmsKeyId' | 'kmsContext' | 'bucketKey'>): Record<string, string> {
  if (sse === undefined) return {};
  const headers: Record<string, string> = { 'x-amz-server-side-encryption': sse };
  if (kmsKeyId !== undefined) headers['x-amz-server-side-encryption-aws-kms-key-id'] = kmsKeyId;
  if (kmsContext !== undefined) {
    const context = JSON.stringify(Object.fromEntries(kmsContext));
    headers['x-amz-server-side-encryption-context'] = Buffer.from(context).toString('base64');
  }
  if (bucketKey !== undefined && sse !== 'aws:kms:dsse') {
    headers['x-amz-server-side-encryption-bucket-key-enabled'] = String(bucketKey);
  }
  return headers;
}
