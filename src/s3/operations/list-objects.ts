import type { S3Client } from '../client.ts';
import { TransportError } from '../errors/transport-error.ts';
import { children, childText, parseXml } from '../xml.ts';

export interface ListedObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * All objects whose key begins with `prefix`, a page (at most 1,000) at a time, in the server's order (S3 API
 * Reference, ListObjectsV2). IsTruncated alone decides whether there is more; a continuation token that is
 * missing or was seen before is an error, since going on would skip keys or never end.
 * @throws {S3Error}
 */
export async function* listObjects(
  client: S3Client,
  prefix: string,
): AsyncGenerator<readonly ListedObject[]> {
  const seen = new Set<string>();
  let token: string | undefined;
  do {
    const page = await readPage(client, prefix, token, seen);
    yield page.objects;
    token = page.next;
    if (token !== undefined) seen.add(token);
  } while (token !== undefined);
}

async function readPage(
  client: S3Client,
  prefix: string,
  token: string | undefined,
  seen: ReadonlySet<string>,
): Promise<{ objects: ListedObject[]; next: string | undefined }> {
  const query: Record<string, string> = { 'list-type': '2' };
  if (prefix !== '') query['prefix'] = prefix;
  if (token !== undefined) query['continuation-token'] = token;
  return await client.send({ operation: 'ListObjectsV2', method: 'GET', query }, async (answer) => {
    const text = Buffer.from(await answer.bytes(client.stallTimeout)).toString('utf8');
    const { element } = parseXml(text, ['ListBucketResult']);
    const encoded = childText(element, 'EncodingType') === 'url';
    const objects = children(element, 'Contents').map((entry) => {
      const written = childText(entry, 'Key') ?? '';
      const key = encoded ? decodeKey(written) : written;
      const size = Number(childText(entry, 'Size'));
      if (key === '' || !Number.isSafeInteger(size))
        throw new TransportError('EPROTOCOL', 'a listed object has no key or no size');
      // What is deleted is what was listed: a key from elsewhere must never be among it.
      if (!key.startsWith(prefix)) throw new TransportError('EPROTOCOL', `a key outside ${prefix} is listed`);
      return { key, size };
    });
    if (childText(element, 'IsTruncated')?.trim() !== 'true') return { objects, next: undefined };
    const next = childText(element, 'NextContinuationToken') ?? '';
    if (next === '' || seen.has(next)) {
      throw new TransportError(
        'EPROTOCOL',
        `the list goes on, but its continuation token is ${next === '' ? 'empty' : 'one from before'}`,
      );
    }
    return { objects, next };
  });
}

/** A key under EncodingType url: percent-encoded, a space as a plus. */
export function decodeKey(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    throw new TransportError('EPROTOCOL', 'a listed key is not encoded as announced', { cause });
  }
}
