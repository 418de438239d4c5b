import type { S3Client } from '../client.ts';
import { S3Error } from '../errors/s3-error.ts';
import { readText } from '../http/answer.ts';
import { children, childText, parseXml } from '../xml.ts';
import { isAboutQuery } from './bucket-setting.ts';

/** What a bucket does with new objects by itself. */
export type BucketLock =
  /** It has no Object Lock. */
  | 'none'
  /** It has, and leaves it to each object. */
  | 'by object'
  | DefaultRetention;

export interface DefaultRetention {
  readonly mode: string;
  /** From when an object is stored. */
  readonly days: number;
}

/**
 * The lock of the bucket (S3 API Reference, GetObjectLockConfiguration; 404 ObjectLockConfigurationNotFoundError where
 * it has none). A server that does not know the operation has no lock either; undefined: it does not say to this user.
 * @throws {S3Error} of what is not about this operation: no server answered, no such bucket, a page of a proxy
 */
export async function getObjectLockConfiguration(client: S3Client): Promise<BucketLock | undefined> {
  try {
    return await client.send(
      { operation: 'GetObjectLockConfiguration', method: 'GET', query: { 'object-lock': '' } },
      async (answer): Promise<BucketLock | undefined> => {
        const text = await readText(answer);
        // Some servers take no notice of the query, and list the bucket.
        if (!text.includes('ObjectLockConfiguration')) return 'none';
        const { element } = parseXml(text, ['ObjectLockConfiguration']);
        if (childText(element, 'ObjectLockEnabled')?.trim() !== 'Enabled') return 'none';
        const [rule = {}] = children(element, 'Rule');
        const [retention] = children(rule, 'DefaultRetention');
        if (retention === undefined) return 'by object';
        const years = Number(childText(retention, 'Years') ?? 0);
        const days = Number(childText(retention, 'Days') ?? 0) + years * 365;
        return { mode: childText(retention, 'Mode')?.trim() ?? '', days };
      },
    );
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    if (isAboutQuery(error)) return 'none';
    if (error.status === 403 || error.retryable) return undefined;
    throw error;
  }
}
