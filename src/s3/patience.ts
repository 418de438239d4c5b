/** The slowest connection that is still worth waiting for, in bytes a second. */
const SLOWEST = 128 * 1024;

/** The longest time without a byte, in milliseconds. */
const LONGEST_STALL = 60_000;

/** How long the requests of a client wait, in milliseconds. */
export class Patience {
  /** Without a byte after which a connection is replaced. */
  readonly stall: number;
  readonly #budget: number;

  /** @param budget milliseconds without progress after which a request is given up. */
  constructor(budget: number) {
    this.#budget = budget;
    this.stall = Math.min(LONGEST_STALL, budget / 5);
  }

  /**
   * How long a body may take on its way where nothing tells how much of it has moved: received in one piece, or sent
   * and kept by a gateway in between. The time of a slow connection is added to the watchdog's. Never more than the
   * time budget of a request.
   */
  ofBody(bytes: number): number {
    return Math.min(this.stall + (bytes / SLOWEST) * 1000 * (this.stall / LONGEST_STALL), this.#budget);
  }

  /** How long the server may work before it answers a request with such a body, `work` times as long as usual. */
  ofHead(bytes: number, work: number): number {
    return Math.min(this.ofBody(bytes) + (work - 1) * this.stall, this.#budget);
  }
}
