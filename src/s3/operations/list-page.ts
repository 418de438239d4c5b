import { children, childText, parseXml } from '../xml.ts';
import { quickListPage } from './quick-list-page.ts';

/** An object as a page of a list writes it: references to characters are resolved, nothing else. */
export interface WrittenObject {
  readonly key: string;
  /** Undefined where it is missing. */
  readonly size: string | undefined;
  readonly modified: string;
  readonly storageClass: string;
  readonly etag: string;
}

/** A page of a list of objects (S3 API Reference, ListObjectsV2 and ListObjects), as it is written. */
export interface ListPage {
  /** `url`, or empty. */
  readonly encodingType: string;
  readonly isTruncated: boolean;
  readonly token: string;
  /** Version 1 has a Marker and no KeyCount. */
  readonly isVersion1: boolean;
  readonly contents: readonly WrittenObject[];
  /** The `Prefix` of each `CommonPrefixes`. */
  readonly prefixes: readonly string[];
}

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
