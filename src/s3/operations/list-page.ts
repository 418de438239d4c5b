import { children, childText, parseXml } from '../xml.ts';
import { quickListPage } from './quick-list-page.ts';
import type { ListPage } from './written-page.ts';

/**
 * Reads a page. A bucket of a million keys has a thousand of them: those of the usual form are read without a tree.
 * @throws {TransportError} EPROTOCOL
 */
export function readListPage(text: string): ListPage {
  return quickListPage(text) ?? parsedListPage(text);
}

/** Reads a page of any form. @throws {TransportError} EPROTOCOL */
export function parsedListPage(text: string): ListPage {
  const { element } = parseXml(text, ['ListBucketResult']);
  return {
    encodingType: childText(element, 'EncodingType') ?? '',
    isTruncated: childText(element, 'IsTruncated')?.trim() === 'true',
    token: childText(element, 'NextContinuationToken') ?? '',
    isVersion1: element['Marker'] !== undefined && element['KeyCount'] === undefined,
    contents: children(element, 'Contents').map((entry) => ({
      key: childText(entry, 'Key') ?? '',
      size: childText(entry, 'Size'),
      modified: childText(entry, 'LastModified')?.trim() ?? '',
      storageClass: childText(entry, 'StorageClass')?.trim() ?? '',
      etag: childText(entry, 'ETag')?.trim() ?? '',
    })),
    prefixes: children(element, 'CommonPrefixes').map((entry) => childText(entry, 'Prefix') ?? ''),
  };
}
