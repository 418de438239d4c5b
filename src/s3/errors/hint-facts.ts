import type { S3Operation } from '../request.ts';

/** A proxy, and what names it: an option or a variable of the environment. */
export interface ProxyFacts {
  /** Host and port. */
  readonly address: string;
  readonly setting: string;
}

/** What is known of a request that failed for good: all that a hint may refer to. */
export interface HintFacts {
  /** HTTP status; undefined when there was no answer. */
  readonly status: number | undefined;
  /** As in `S3Failure`. */
  readonly code: string;
  readonly operation?: S3Operation | undefined;
  /** Why, in the server's words. */
  readonly message?: string | undefined;
  /** Names of the headers that the request had in addition to those of every request, lower case. */
  readonly sent?: readonly string[] | undefined;
  /** An S3 server has answered, and not a proxy, a portal or another service. */
  readonly ofStore: boolean;
  readonly scheme: 'http' | 'https';
  /** The server's, with the port where it is not the scheme's own. */
  readonly host: string;
  readonly bucket: string;
  /** The one that requests are signed for. */
  readonly region: string;
  /** The proxy that requests go through. */
  readonly proxy: ProxyFacts | undefined;
  /** The region that the server named in its answer. */
  readonly serverRegion: string | undefined;
  /** Scheme, host and port that the answer redirects to. */
  readonly redirectedTo: string | undefined;
  /** Whether sending the request again later can help. */
  readonly retryable: boolean;
}

/** What a user can do about a failure; undefined when nothing is known that helps. */
export type HintFor = (facts: HintFacts) => string | undefined;
