/** What one connection of the simulated network delivers. */
export interface Network {
  /** Milliseconds that every request takes in addition to its bytes. */
  readonly latency: number;
  /** Bytes per millisecond in each direction; Infinity: as fast as it goes. */
  readonly bandwidth: number;
}

/** A timer comes late by up to this much; what was missed by it is made up for, and no more. */
const TIMER_SLACK = 5;

/** When the bytes of one connection may pass. */
export class Pace {
  readonly #bandwidth: number;
  #free = 0;

  constructor(bandwidth: number) {
    this.#bandwidth = bandwidth;
  }

  /** Notes that `bytes` have passed at `now` (milliseconds). Gives how long to wait before the next ones. */
  passed(bytes: number, now: number): number {
    if (this.#bandwidth === Infinity) return 0;
    this.#free = Math.max(this.#free, now - TIMER_SLACK) + bytes / this.#bandwidth;
    return Math.max(0, this.#free - now);
  }
}
