import type { S3Client } from '../client.ts';
import { readText } from '../http/answer.ts';
import { TransportError } from '../http/transport-error.ts';
import type { ObjectPolicy } from '../object-policy.ts';
import { childText, parseXml } from '../xml.ts';
import { failureInside } from './confirmation.ts';
import { type CopySource, copySourceHeaders } from './copy-source.ts';

/** The largest object that is copied in one request (S3 API Reference, CopyObject). */
export const LARGEST_COPY = 5 * 1024 ** 3;

/** A copy of gigabytes takes a server minutes. */
const WORK = 5;

/** What takes the place of the source's own; absent: the server copies it. */
export interface NewMetadata {
  /** x-amz-meta-*, by lower-case names. */
  readonly user: Readonly<Record<string, string>>;
  readonly contentType: string | undefined;
}

/**
 * Lets the server copy an object into the client's bucket (S3 API Reference, CopyObject). Metadata goes with it;
 * encryption, class, lock and ACL are those of the policy, and so are tags: copying them would need a permission of its
 * own. The answer may be 200 with an error in its body, so only a result with an ETag counts. Gives that ETag.
 * @throws {S3Error} 412 when the source is no longer the object of its facts
 */
export async function copyObject(
  client: S3Client,
  key: string,
  source: CopySource,
  { storedWith }: ObjectPolicy,
  metadata?: NewMetadata,
): Promise<string> {
  const { contentType } = metadata ?? {};
  return await client.send(
    {
      operation: 'CopyObject',
      method: 'PUT',
      key,
      headers: {
        ...storedWith?.(key, source.facts.size),
        ...copySourceHeaders(source),
        'x-amz-metadata-directive': metadata === undefined ? 'COPY' : 'REPLACE',
        'x-amz-tagging-directive': 'REPLACE',
        ...metadata?.user,
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
      },
      work: WORK,
    },
    async (answer) => {
      const text = await readText(answer);
      const { root, element } = parseXml(text, ['CopyObjectResult', 'Error']);
      if (root === 'Error') throw await failureInside(text, answer.headers);
      const etag = childText(element, 'ETag')?.trim() ?? '';
      if (etag === '') throw new TransportError('EPROTOCOL', 'the result of a copy gives no ETag');
      return etag;
    },
  );
}
