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
