import type { Address } from './address.ts';
import { Signer } from './auth/signer.ts';
import type { ProxyFacts } from './errors/hint-facts.ts';
import type { Provider } from './providers/providers.ts';
import type { S3Operation } from './request.ts';

/** What is known of a server: what its provider is known for, and what this process has learnt while talking to it. */
export interface Server {
  readonly provider: Provider;
  readonly address: Address;
  /** The one that requests are signed for. */
  readonly region: string;
  /** The scheme that bodies travel by. */
  readonly scheme: 'http' | 'https';
  /** Bodies go through a tunnel of this process, which needs memory too; see `Tunnel`. */
  readonly tunnelled: boolean;
  /** Keys may begin with a slash; see `placeOf`. */
  readonly takesLeadingSlash: boolean;
  /** A server has answered this process. */
  readonly reached: boolean;
  /** Milliseconds to the head of the fastest answer to a request without a body, a new connection included; Infinity
   * before the first. */
  readonly latency: number;
  /** A connection of this process has stalled: bodies are read piece by piece, so that nothing is read twice. */
  readonly slow: boolean;
  /** How many requests of this process were sent again. */
  readonly retries: number;
  /** How many answers asked for fewer requests: 503 SlowDown, 429. */
  readonly throttles: number;
  /** What requests of an operation say in addition. */
  readonly headersOf: HeadersOf;
  /** Milliseconds that the server's clock is ahead, where requests had to learn it. */
  readonly clockOffset: number;
}

export type HeadersOf = (operation: S3Operation) => Readonly<Record<string, string>>;

/** What a server is made of. */
export interface ServerParts {
  readonly provider: Provider;
  readonly region: string;
  /** The address for a region; on AWS it changes with the region. */
  readonly addressFor: (region: string) => Address;
  /** The proxy that requests go through. */
  readonly proxy?: ProxyFacts | undefined;
  /** What requests of an operation say in addition, signed. Lower-case names. */
  readonly headersOf?: HeadersOf | undefined;
}

/** The client's own view of the server: it alone learns. */
export class LearningServer implements Server {
  readonly provider: Provider;
  address: Address;
  signer: Signer;
  region: string;
  /** Milliseconds that the server's clock is ahead. */
  clockOffset = 0;
  reached = false;
  latency = Infinity;
  slow = false;
  retries = 0;
  throttles = 0;
  /** It has refused a body without Content-MD5, as it may for a bucket whose objects are locked. */
  wantsMd5 = false;
  readonly headersOf: HeadersOf;
  readonly #addressFor: (region: string) => Address;
  readonly #isProxied: boolean;
  readonly #tried = new Set<string>();

  constructor({ provider, region, addressFor, proxy, headersOf }: ServerParts) {
    this.headersOf = headersOf ?? (() => ({}));
    this.provider = provider;
    this.region = region;
    this.#addressFor = addressFor;
    this.#isProxied = proxy !== undefined;
    this.address = addressFor(region);
    this.signer = new Signer(region);
    this.#tried.add(region);
  }

  get scheme(): 'http' | 'https' {
    return this.address.scheme;
  }

  get tunnelled(): boolean {
    return this.#isProxied && this.scheme === 'https';
  }

  get takesLeadingSlash(): boolean {
    const { root, pathHost } = this.address;
    return root !== '' || pathHost !== undefined;
  }

  /** Follows a bucket to its region, on Amazon's own hosts only and to each region once. */
  moveTo(region: string | undefined, sentTo: string): boolean {
    if (region === undefined || !this.address.aws || !/^[a-z0-9-]+$/.test(region)) return false;
    // Another request has moved there while this one was on its way.
    if (region === this.region) return sentTo !== region;
    if (this.#tried.has(region)) return false;
    this.#tried.add(region);
    this.region = region;
    this.address = this.#addressFor(region);
    this.signer = new Signer(region);
    return true;
  }

  learnClock(date: string | null): void {
    const server = date === null ? Number.NaN : Date.parse(date);
    if (!Number.isNaN(server)) this.clockOffset = server - Date.now();
  }
}
