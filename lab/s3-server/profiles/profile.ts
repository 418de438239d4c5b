import type { S3Operation } from '../options.ts';
import type { S3ErrorCode } from '../s3-error.ts';

/** How a provider says no; the status follows from the code. */
export interface Refusal {
  readonly code: S3ErrorCode;
  readonly message: string;
}

/** What makes a request one that the provider refuses. */
export type Offence =
  /** The bucket stands in the path. Without operations: in any request. */
  | { readonly kind: 'path style'; readonly operations?: readonly S3Operation[] }
  /** A header of such a name, to any operation that is listed; `example` is one that a client would send. */
  | {
      readonly kind: 'header';
      readonly name: RegExp;
      readonly operations?: readonly S3Operation[];
      readonly example: readonly [name: string, value: string];
    }
  /** The operation is not there. */
  | { readonly kind: 'operation'; readonly operation: S3Operation }
  /** None of these headers is there. */
  | { readonly kind: 'header missing'; readonly operation: S3Operation; readonly anyOf: readonly string[] };

export interface Rule {
  readonly refuses: Offence;
  readonly with: Refusal;
}

/** A provider as the server plays it: Amazon's S3 but for what is said here. */
export interface Profile {
  /** As in the program's own table of providers. */
  readonly provider: string;
  /** What a user writes as `endpoint`. */
  readonly host: string;
  /** The regions that requests may be signed for; the first one is the provider's own. Absent: any. */
  readonly regions?: readonly [string, ...string[]];
  readonly wrongRegion?: Refusal;
  /** The first that fits refuses. */
  readonly rules?: readonly Rule[];
  /** Headers that are not looked at, so that nothing of them is checked, kept or acknowledged. */
  readonly ignoredHeaders?: RegExp;
  /** The SHA-256 in x-amz-content-sha256 is believed. */
  readonly believesBodyHash?: true;
  /** Said by CompleteMultipartUpload when parts but the last differ in size. */
  readonly equalParts?: Refusal;
  readonly maxParts?: { readonly count: number; readonly refusal: Refusal };
  /** The parts of one upload that may come in side by side. */
  readonly maxPartsInFlight?: { readonly count: number; readonly refusal: Refusal };
  readonly listing?: /** list-type is ignored. */
    | 'version 1'
    /** The last page has an empty token, and an empty token asks for that page again. */
    | 'empty token at the end'
    /** A page that was asked for with encoding-type lacks the token of the next. */
    | 'no token with encoding-type';
  /** Said by DeleteObject when there is no such object; Amazon's S3 answers 204. */
  readonly deleteOfMissing?: Refusal;
  /** The Server header. */
  readonly server?: string;
  /** What an error document has, in place of all that Amazon's has. */
  readonly errorFields?: readonly string[];
}

/** Checksums in headers, as they are sent with a body or asked for. */
export const checksumHeaders = /^x-amz-(checksum-|sdk-checksum-|trailer$)/;
