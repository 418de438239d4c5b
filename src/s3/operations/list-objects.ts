import type { S3Client } from '../client.ts';
import { readText } from '../http/answer.ts';
import { TransportError } from '../http/transport-error.ts';
import { isArchive } from '../storage-class.ts';
import { readListPage } from './list-page.ts';
import type { ListPage } from './written-page.ts';

export interface ListedObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** Where it is one whose objects may have to be brought back before they are read. */
  readonly archiveClass?: string;
  /** As the server writes it: `STANDARD` is often left out. */
  readonly storageClass?: string;
  /** Of its last change, ISO 8601, as the server writes it. */
  readonly modified?: string;
  /** As the server writes it, with its quotes. */
  readonly etag?: string;
}

/** Of this class two tiers are archives, and the list does not say which tier it is. */
const TIERING = 'INTELLIGENT_TIERING';

/** Where the next page begins: a token of version 2 of the list, or a key of version 1. */
type Place = { readonly token: string } | { readonly marker: string };

/**
 * All objects whose key begins with `prefix`, a page (at most 1,000) at a time, in the server's order (S3 API
 * Reference, ListObjectsV2). IsTruncated alone decides whether there is more; a place to go on from that is
 * missing or was seen before is an error, since going on would skip keys or never end. A server that answers
 * with version 1 of the list gets version 1 (ListObjects) for the next pages.
 * @throws {S3Error}
 */
export async function* listObjects(
  client: S3Client,
  prefix: string,
): AsyncGenerator<readonly ListedObject[]> {
  for await (const { objects } of listPages(client, prefix, undefined)) yield objects;
}

/**
 * The names of what looks like folders directly below `prefix`, which is empty or ends with a slash: a page at a time,
 * without the slash (S3 API Reference, ListObjectsV2, CommonPrefixes). No key below them is read.
 * @throws {S3Error}
 */
export async function* listFolders(client: S3Client, prefix: string): AsyncGenerator<readonly string[]> {
  for await (const { folders } of listPages(client, prefix, '/')) yield folders;
}

/**
 * The objects directly below `prefix`, and the names of what looks like folders there, a page at a time; see
 * {@link listFolders}.
 * @throws {S3Error}
 */
export async function* listLevel(
  client: S3Client,
  prefix: string,
): AsyncGenerator<{ readonly objects: readonly ListedObject[]; readonly folders: readonly string[] }> {
  yield* listPages(client, prefix, '/');
}

interface Page {
  readonly objects: readonly ListedObject[];
  readonly folders: readonly string[];
  readonly next: Place | undefined;
}

async function* listPages(
  client: S3Client,
  prefix: string,
  delimiter: string | undefined,
): AsyncGenerator<Page> {
  const seen = new Set<string>();
  let place: Place | undefined;
  do {
    const page = await readPage(client, { prefix, delimiter }, place, seen);
    yield page;
    place = page.next;
    if (place !== undefined) seen.add(JSON.stringify(place));
  } while (place !== undefined);
}

async function readPage(
  client: S3Client,
  { prefix, delimiter }: { readonly prefix: string; readonly delimiter: string | undefined },
  place: Place | undefined,
  seen: ReadonlySet<string>,
): Promise<Page> {
  const query: Record<string, string> = {};
  if (delimiter !== undefined) query['delimiter'] = delimiter;
  if (prefix !== '') query['prefix'] = prefix;
  if (place !== undefined && 'marker' in place) query['marker'] = place.marker;
  else query['list-type'] = '2';
  if (place !== undefined && 'token' in place) query['continuation-token'] = place.token;
  return await client.send({ operation: 'ListObjectsV2', method: 'GET', query }, async (answer) => {
    const page = readListPage(await readText(answer));
    const objects = readObjects(page, prefix);
    const folders = readFolders(page, prefix);
    if (!page.isTruncated) return { objects, folders, next: undefined };
    const next = readPlace(page, objects);
    if (next === undefined || seen.has(JSON.stringify(next))) {
      const what = next === undefined ? 'empty' : 'one from before';
      throw new TransportError('EPROTOCOL', `the list goes on, but its continuation token is ${what}`);
    }
    return { objects, folders, next };
  });
}

function readObjects({ encodingType, contents }: ListPage, prefix: string): ListedObject[] {
  const encoded = encodingType === 'url';
  return contents.map(({ key: written, size: digits, modified, storageClass, etag }) => {
    const key = encoded ? decodeKey(written) : written;
    const size = Number(digits);
    if (key === '' || !Number.isSafeInteger(size)) {
      throw new TransportError('EPROTOCOL', 'a listed object has no key or no size');
    }
    // What is deleted is what was listed: a key from elsewhere must never be among it.
    if (!isBelow(prefix, key)) throw new TransportError('EPROTOCOL', `a key outside ${prefix} is listed`);
    // One object a key: of a million keys, each further one costs a collection of garbage.
    const object: { -readonly [Field in keyof ListedObject]: ListedObject[Field] } = { key, size };
    if (storageClass !== '') object.storageClass = storageClass;
    if (modified !== '') object.modified = modified;
    if (etag !== '') object.etag = etag;
    if (isArchive(storageClass) || storageClass === TIERING) object.archiveClass = storageClass;
    return object;
  });
}

function readFolders({ encodingType, prefixes }: ListPage, prefix: string): string[] {
  return prefixes.map((written) => {
    const path = encodingType === 'url' ? decodeKey(written) : written;
    if (!isBelow(prefix, path)) throw new TransportError('EPROTOCOL', `a folder outside ${prefix} is listed`);
    return path.slice(path.lastIndexOf('/', path.length - 2) + 1).replace(/\/$/, '');
  });
}

/**
 * Whether a key belongs to a list of `prefix`. Some servers (SeaweedFS) know no slash at the start of a key and drop
 * that of the prefix as well.
 */
function isBelow(prefix: string, key: string): boolean {
  return key.startsWith(prefix) || (prefix.startsWith('/') && key.startsWith(prefix.replace(/^\/+/, '')));
}

/** Version 1 has no token: its next page begins behind the last key. */
function readPlace({ token, isVersion1 }: ListPage, objects: readonly ListedObject[]): Place | undefined {
  if (token !== '') return { token };
  const last = objects.at(-1)?.key;
  return isVersion1 && last !== undefined ? { marker: last } : undefined;
}

/** A key under EncodingType url: percent-encoded, a space as a plus. */
export function decodeKey(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    throw new TransportError('EPROTOCOL', 'a listed key is not encoded as announced', { cause });
  }
}
