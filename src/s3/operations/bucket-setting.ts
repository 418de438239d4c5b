import type { S3Client } from '../client.ts';
import { S3Error } from '../errors/s3-error.ts';
import { readText } from '../http/answer.ts';
import type { S3Operation } from '../request.ts';
import { parseXml, type XmlElement } from '../xml.ts';

/** A setting of the bucket, or why it can't be seen. */
export type Setting<T> = { readonly is: T } | { readonly unseen: 'denied' | 'unknown to the server' };

/** How one setting is asked for. */
export interface SettingQuestion<T> {
  readonly operation: S3Operation;
  /** Name of the query, without a value. */
  readonly query: string;
  /** Root of the answer. */
  readonly root: string;
  readonly read: (element: XmlElement) => T;
  /** Codes of a 404 that says that nothing is set, and what that means. */
  readonly absent?: { readonly codes: readonly string[]; readonly is: T };
}

/** Codes of a 400 that servers have for a query that they do not know. */
const UNKNOWN = new Set([
  'InvalidArgument',
  'InvalidRequest',
  'MalformedXML',
  'NotImplemented',
  'InvalidURI',
]);

/**
 * Asks for a setting of the bucket. Few users may see all of them, and few servers other than AWS know all.
 * @throws {S3Error} of what is not about the setting: no server answered, no such bucket
 */
export async function bucketSetting<T>(
  client: S3Client,
  { operation, query, root, read, absent }: SettingQuestion<T>,
): Promise<Setting<T>> {
  try {
    return await client.send(
      { operation, method: 'GET', query: { [query]: '' } },
      async (answer): Promise<Setting<T>> => {
        const text = await readText(answer);
        // Some servers take no notice of the query, and list the bucket.
        if (!text.includes(root)) return { unseen: 'unknown to the server' };
        return { is: read(parseXml(text, [root]).element) };
      },
    );
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    if (absent?.codes.includes(error.code) === true) return { is: absent.is };
    if (error.status === 403) return { unseen: 'denied' };
    if (isAboutQuery(error)) return { unseen: 'unknown to the server' };
    throw error;
  }
}

/** Whether an answer says that the bucket has no such setting, or that the server does not know the query. */
export function isAboutQuery({ status, code }: S3Error): boolean {
  if (status === 404) return code !== 'NoSuchBucket' && code !== 'NoSuchTenant';
  return status === 405 || status === 501 || (status === 400 && UNKNOWN.has(code));
}
