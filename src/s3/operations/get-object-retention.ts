import type { S3Client } from '../client.ts';
import { S3Error } from '../errors/s3-error.ts';
import { readText } from '../http/answer.ts';
import { childText, parseXml } from '../xml.ts';
import type { ObjectLock } from './object-facts.ts';

/**
 * The retention of a version (S3 API Reference, GetObjectRetention): versitygw shows it of earlier versions only so, and
 * not in the answer to HEAD. Undefined where there is none, or the server does not say.
 * @throws {S3Error} without a status: no server answered
 */
export async function getObjectRetention(
  client: S3Client,
  key: string,
  versionId: string | undefined,
): Promise<ObjectLock | undefined> {
  const query = { retention: '', ...(versionId === undefined ? {} : { versionId }) };
  try {
    return await client.send(
      { operation: 'GetObjectRetention', method: 'GET', key, query },
      async (answer): Promise<ObjectLock | undefined> => {
        const text = await readText(answer);
        // A server that takes no notice of the query sends the object.
        if (!text.includes('RetainUntilDate')) return undefined;
        const { element } = parseXml(text, ['Retention', 'ObjectLockRetention']);
        const until = new Date(childText(element, 'RetainUntilDate')?.trim() ?? '');
        const mode = childText(element, 'Mode')?.trim();
        if (mode === undefined || Number.isNaN(until.getTime())) return undefined;
        return { mode, until, legalHold: false };
      },
    );
  } catch (error) {
    if (error instanceof S3Error && error.status !== undefined) return undefined;
    throw error;
  }
}
