import { onAbort } from '../base/abort-scope.ts';

/**
 * How many requests of this process may run in parallel. The limit halves when the server asks for less
 * (503 SlowDown, 429) and grows by one again after as many successes as it is high, so that many processes
 * that share a server find a rate it can bear.
 */
export class Throttle {
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  #limit: number;
  #running = 0;
  #successes = 0;
  #lastCut = Number.NEGATIVE_INFINITY;

  constructor(most: number) {
    this.#most = most;
    this.#limit = most;
  }

  get limit(): number {
    return this.#limit;
  }

  /** Waits for a place, until the signal's abort, whose reason it throws. Every `enter` that succeeded needs one `leave`. */
  async enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#running < this.#limit) {
      this.#running += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const admitted = (): void => {
        forget();
        resolve();
      };
      const forget = onAbort(signal, () => {
        this.#waiting.splice(this.#waiting.indexOf(admitted), 1);
        reject(signal.reason);
      });
      this.#waiting.push(admitted);
    });
  }

  leave(): void {
    this.#running -= 1;
    this.#admit();
  }

  succeeded(): void {
    if (this.#limit === this.#most) return;
    this.#successes += 1;
    if (this.#successes < this.#limit) return;
    this.#successes = 0;
    this.#limit += 1;
    this.#admit();
  }

  /** The server asked for less. Answers of the same moment count once. */
  slowDown(now: number): void {
    this.#successes = 0;
    if (now - this.#lastCut < 1000) return;
    this.#lastCut = now;
    // Half of what is running (the refused one has just left), however much more was allowed.
    this.#limit = Math.max(1, Math.floor(Math.min(this.#limit, this.#running + 1) / 2));
  }

  #admit(): void {
    while (this.#running < this.#limit) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#running += 1;
      next();
    }
  }
}
