import type { S3Client } from '../client.ts';
import { readText } from '../http/answer.ts';
import { TransportError } from '../http/transport-error.ts';
import { children, childText, parseXml } from '../xml.ts';
import { decodeKey } from './list-objects.ts';

export interface UnfinishedUpload {
  readonly key: string;
  readonly uploadId: string;
  /** When it began; undefined where the server does not say. */
  readonly initiated: Date | undefined;
}

/**
 * The unfinished uploads whose key begins with `prefix`, a page at a time (S3 API Reference,
 * ListMultipartUploads). Some servers list only uploads of the exact key, which the log says where it is known, or
 * none.
 * @param exactKeysOnly told of it in place of the log
 * @throws {S3Error}
 */
export async function* listMultipartUploads(
  client: S3Client,
  prefix: string,
  exactKeysOnly?: () => void,
): AsyncGenerator<readonly UnfinishedUpload[]> {
  const seen = new Set<string>();
  let marker: { key: string; uploadId: string } | undefined;
  let told = false;
  do {
    const page = await readPage(client, prefix, marker);
    if (page.exactKeysOnly && prefix.endsWith('/') && !told) {
      told = true;
      if (exactKeysOnly === undefined) {
        client.log.warning(
          `unfinished uploads below ${client.url(prefix)} could not be looked up: MinIO lists them by their exact key only, and removes those that are older than a day by itself (stale_uploads_expiry)`,
        );
      } else {
        exactKeysOnly();
      }
    }
    yield page.uploads.filter(({ key }) => key.startsWith(prefix));
    marker = page.next;
    const place = marker === undefined ? '' : `${marker.key}\n${marker.uploadId}`;
    if (marker !== undefined && seen.has(place)) {
      client.log.warning(
        `the list of unfinished uploads below ${prefix} repeats itself: the rest is ignored`,
      );
      return;
    }
    seen.add(place);
  } while (marker !== undefined);
}

interface Page {
  readonly uploads: readonly UnfinishedUpload[];
  readonly next: { readonly key: string; readonly uploadId: string } | undefined;
  /** By what the server calls itself: an empty list says nothing about the keys below a prefix. */
  readonly exactKeysOnly: boolean;
}

async function readPage(
  client: S3Client,
  prefix: string,
  marker: { key: string; uploadId: string } | undefined,
): Promise<Page> {
  const query: Record<string, string> = { uploads: '', prefix };
  if (marker !== undefined) {
    query['key-marker'] = marker.key;
    if (marker.uploadId !== '') query['upload-id-marker'] = marker.uploadId;
  }
  return await client.send({ operation: 'ListMultipartUploads', method: 'GET', query }, async (answer) => {
    const text = await readText(answer);
    const { element } = parseXml(text, ['ListMultipartUploadsResult']);
    const encoded = childText(element, 'EncodingType') === 'url';
    const decode = (key: string): string => (encoded ? decodeKey(key) : key);
    const uploads = children(element, 'Upload').map((entry) => {
      const key = childText(entry, 'Key') ?? '';
      const uploadId = childText(entry, 'UploadId')?.trim() ?? '';
      if (key === '' || uploadId === '')
        throw new TransportError('EPROTOCOL', 'a listed upload has no key or no id');
      const initiated = Date.parse(childText(entry, 'Initiated')?.trim() ?? '');
      return {
        key: decode(key),
        uploadId,
        initiated: Number.isNaN(initiated) ? undefined : new Date(initiated),
      };
    });
    const exactKeysOnly = /^MinIO\b/i.test(answer.headers.get('server') ?? '');
    const nextKey = childText(element, 'NextKeyMarker') ?? '';
    if (childText(element, 'IsTruncated')?.trim() !== 'true' || nextKey === '')
      return { uploads, next: undefined, exactKeysOnly };
    return {
      uploads,
      exactKeysOnly,
      next: { key: decode(nextKey), uploadId: childText(element, 'NextUploadIdMarker')?.trim() ?? '' },
    };
  });
}
