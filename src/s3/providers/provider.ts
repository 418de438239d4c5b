/** What the program does differently for a provider; all of it is decided before the first request. */
export interface ProviderFacts {
  /** Address style it demands; path otherwise. */
  readonly style?: 'virtual';
  /** The region that requests are signed for when the config names none: this one, or the host's first group. */
  readonly region?: string | RegExp;
  /** `always`: CRC32 headers are known to work, also on PutObject. `never`: they are refused or break uploads. */
  readonly checksums?: 'always' | 'never';
  /** All parts but the last must have this one size, in bytes. */
  readonly equalParts?: number;
  readonly maxParts?: number;
  readonly maxPartsInFlight?: number;
  /** DeleteObjects is not implemented: keys are deleted one by one from the start. */
  readonly singleDeletes?: true;
  /** Object Lock protects versions, which every bucket with it keeps: a locked key can always be written again. */
  readonly locksVersions?: true;
}

/** Ways of storing an object that not every provider has: encryption by its keys, by KMS's or by the client's, and more. */
export type Feature = 'sse' | 'sse-kms' | 'sse-c' | 'tags' | 'acl' | 'storage class' | 'lock';

/** Something that differs from Amazon's S3 and needs no fact: what the program does with every server meets it. */
export interface Difference {
  readonly differs: string;
  readonly met: string;
}

/** What a provider needs that differs from plain S3. */
export interface Provider extends ProviderFacts {
  readonly name: string;
  /**
   * Matched against the endpoint's host name; one row at most matches. Absent: the server is on premises
   * under a name of its owner's choice, so that nothing can be known before the first answer.
   */
  readonly hosts?: RegExp;
  /** The reason of each fact, in a few words; what nobody could confirm is marked as assumed. */
  readonly why: { readonly [Fact in keyof ProviderFacts]?: string };
  readonly alsoDiffers?: readonly Difference[];
  /** What it is known not to take, with what it does instead. */
  readonly refuses?: Readonly<Partial<Record<Feature, string>>>;
}

const difference =
  (met: string) =>
  (differs: string): Difference => ({ differs, met });

/** Differences by what meets them. */
export const metByNegotiation = difference(
  'CRC32 is used where the answer to CreateMultipartUpload acknowledges it, elsewhere bodies are signed',
);
export const metByPlainBodies = difference('bodies are never sent in chunks, always with their length');
export const metByContentMd5 = difference(
  'every PutObject without CRC32 and every DeleteObjects has Content-MD5',
);
export const metByListing = difference(
  'the list goes on only while IsTruncated says so: by the token, in an answer of version 1 by the last key',
);
export const metByEtagRules = difference('the ETag of an object of parts is compared, never computed');
