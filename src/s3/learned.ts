import type { Address } from './address.ts';
import { Signer } from './auth/signer.ts';

/** What a process learns about its server while it talks to it. */
export class Learned {
  address: Address;
  signer: Signer;
  region: string;
  /** Milliseconds that the server's clock is ahead. */
  clockOffset = 0;
  /** A server has answered this process. */
  reached = false;
  /** Milliseconds to the head of the fastest answer to a request without a body, a new connection included. */
  latency = Infinity;
  /** A connection has stood still. */
  slow = false;
  readonly #addressFor: (region: string) => Address;
  readonly #tried = new Set<string>();

  constructor(region: string, addressFor: (region: string) => Address) {
    this.region = region;
    this.#addressFor = addressFor;
    this.address = addressFor(region);
    this.signer = new Signer(region);
    this.#tried.add(region);
  }

  /** Follows a bucket to its region, on Amazon's own hosts only and to each region once. */
  moveTo(region: string | undefined, sentTo: string): boolean {
    if (region === undefined || !this.address.aws || !/^[a-z0-9-]+$/.test(region)) return false;
    // Another request has moved there while this one was under way.
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
