/** The slowest connection that is still worth waiting for, in bytes a second. */
const SLOWEST = 128 * 1024;

/** The longest time without a byte, in milliseconds. */
const LONGEST_STALL = 60_000;

/** Bodies up to this many bytes leave within moments: how long they take says nothing of the line. */
const SHORT_BODY = 512 * 1024;

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
   * How long a body may take on its way where nothing shows how much of it has moved: received in one piece, or sent
   * and kept by a gateway in between. The time of a slow connection is added to the watchdog's. Never more than the
   * time budget of a request.
   */
  ofBody(bytes: number): number {
    return Math.min(this.stall + (bytes / SLOWEST) * 1000 * (this.stall / LONGEST_STALL), this.#budget);
  }

  /**
   * What a further try waits, where the first one would wait so long. A slow network is distinguished from a dead one
   * by twice the time for each try; but a short request is not waited for beyond its budget.
   * @param failedTries how often the request has failed.
   * @param left milliseconds of the budget.
   */
  ofTry(first: number, failedTries: number, bodyBytes: number, left: number): number {
    const grown = first * 2 ** Math.min(failedTries, 3);
    return bodyBytes > SHORT_BODY ? grown : Math.min(grown, Math.max(first, left));
  }

  /** How long the server may work before it answers a request with such a body, `work` times as long as usual. */
  ofHead(bytes: number, work: number): number {
    return Math.min(this.ofBody(bytes) + (work - 1) * this.stall, this.#budget);
  }
}
