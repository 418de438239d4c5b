import type { S3Client } from '../client.ts';
import { readText } from '../http/answer.ts';
import { TransportError } from '../http/transport-error.ts';
import { children, childText, parseXml, type XmlElement } from '../xml.ts';
import { decodeKey } from './list-objects.ts';

/** A version of an object, or a delete marker, which hides the versions before it. */
export interface ListedVersion {
  readonly key: string;
  /** `null` for an object that was stored while its bucket kept no versions. */
  readonly versionId: string;
  readonly isMarker: boolean;
  /** It is what a GET of its key reads, or the marker that answers it. */
  readonly isLatest: boolean;
  /** Bytes; 0 for a marker. */
  readonly size: number;
}

interface Marker {
  readonly key: string;
  readonly versionId: string;
}

/**
 * All versions of the objects whose key begins with `prefix`, a page at a time (S3 API Reference, ListObjectVersions).
 * A server that takes no notice of the query and lists the objects has no versions.
 * @throws {S3Error}
 */
export async function* listObjectVersions(
  client: S3Client,
  prefix: string,
): AsyncGenerator<readonly ListedVersion[]> {
  const seen = new Set<string>();
  let marker: Marker | undefined;
  do {
    const page = await readPage(client, prefix, marker, seen);
    yield page.versions;
    marker = page.next;
    if (marker !== undefined) seen.add(JSON.stringify(marker));
  } while (marker !== undefined);
}

async function readPage(
  client: S3Client,
  prefix: string,
  marker: Marker | undefined,
  seen: ReadonlySet<string>,
): Promise<{ versions: readonly ListedVersion[]; next: Marker | undefined }> {
  const query: Record<string, string> = { versions: '', prefix };
  if (marker !== undefined) {
    query['key-marker'] = marker.key;
    if (marker.versionId !== '') query['version-id-marker'] = marker.versionId;
  }
  return await client.send({ operation: 'ListObjectVersions', method: 'GET', query }, async (answer) => {
    const text = await readText(answer);
    const { root, element } = parseXml(text, ['ListVersionsResult', 'ListBucketResult']);
    if (root === 'ListBucketResult') return { versions: [], next: undefined };
    const encoded = childText(element, 'EncodingType') === 'url';
    const decode = (key: string): string => (encoded ? decodeKey(key) : key);
    const read = (entry: XmlElement, isMarker: boolean): ListedVersion => {
      const key = decode(childText(entry, 'Key') ?? '');
      const versionId = childText(entry, 'VersionId')?.trim() ?? '';
      // What is deleted for good is what was listed.
      if (!key.startsWith(prefix) || key === '' || versionId === '')
        throw new TransportError('EPROTOCOL', `a version without its id or outside ${prefix} is listed`);
      const size = Number(childText(entry, 'Size') ?? 0);
      const isLatest = childText(entry, 'IsLatest')?.trim() === 'true';
      return { key, versionId, isMarker, isLatest, size: Number.isSafeInteger(size) ? size : 0 };
    };
    const versions = [
      ...children(element, 'Version').map((entry) => read(entry, false)),
      ...children(element, 'DeleteMarker').map((entry) => read(entry, true)),
    ];
    if (childText(element, 'IsTruncated')?.trim() !== 'true') return { versions, next: undefined };
    const next = {
      key: decode(childText(element, 'NextKeyMarker') ?? ''),
      versionId: childText(element, 'NextVersionIdMarker')?.trim() ?? '',
    };
    if (next.key === '' || seen.has(JSON.stringify(next)))
      throw new TransportError('EPROTOCOL', 'the list of versions goes on at a place that it does not name');
    return { versions, next };
  });
}
