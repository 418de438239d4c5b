import type { Verdict } from './errors/classify.ts';

/** How long and how often a request may be sent again. */
export interface RetryPolicy {
  /** Milliseconds without progress after which a request is given up. */
  readonly timeout: number;
  /** The same while no server has answered this process at all; a wrong endpoint shows early. */
  readonly reachTimeout: number;
  /** Undefined: bounded by the time alone. */
  readonly maxRetries: number | undefined;
}

/** The first pause's upper bound and that of all pauses, in milliseconds. */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 20_000;
/** Tries of a request whose failure looks lasting. */
const FEW_TRIES = 3;
/** However late it is (the process was stopped for an hour), a request is tried this often. */
const LEAST_TRIES = 3;

/**
 * The upper bound of the pause before try `tries + 1`, in milliseconds: doubles from 100 ms to 20 s.
 * The pause itself is drawn evenly between 0 and the bound ("full jitter"), so that many processes that
 * failed together do not come back together.
 */
export function pauseBound(tries: number): number {
  return Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(tries - 1, 30));
}

/** The tries of one request. Time is monotonic, in milliseconds, and handed in. */
export class Retries {
  readonly #policy: RetryPolicy;
  readonly #random: () => number;
  #since: number;
  #tries = 0;
  #triesSinceProgress = 0;

  constructor(policy: RetryPolicy, now: number, random: () => number = Math.random) {
    this.#policy = policy;
    this.#random = random;
    this.#since = now;
  }

  /** How often the request has been sent. */
  get tries(): number {
    return this.#tries;
  }

  /** Milliseconds until the request is given up, unless bytes move; negative when it is late. */
  left(now: number, reached: boolean): number {
    return (reached ? this.#policy.timeout : this.#policy.reachTimeout) - (now - this.#since);
  }

  /** The request has waited so many milliseconds for a limit of our own, which its time budget does not count. */
  waited(milliseconds: number): void {
    this.#since += milliseconds;
  }

  /** Bytes moved: the time budget and the pauses start again. */
  progressed(now: number): void {
    this.#since = now;
    this.#triesSinceProgress = 0;
  }

  /**
   * Counts a failed try. The pause before the next one in milliseconds, or undefined to give up.
   * `retryAfter` is what the server requested, in milliseconds.
   */
  next(
    verdict: Verdict,
    now: number,
    options: { retryAfter?: number | undefined; reached: boolean },
  ): number | undefined {
    this.#tries += 1;
    this.#triesSinceProgress += 1;
    if (verdict === 'final') return undefined;
    // Keys that ran out are no failure of the server's: those of others may be gone before the first try.
    const { maxRetries = Number.POSITIVE_INFINITY } = this.#policy;
    if (verdict !== 'new credentials' && this.#tries > maxRetries) return undefined;
    const lasting = verdict === 'few' || verdict === 'new credentials' || verdict === 'server clock';
    if (lasting && this.#triesSinceProgress >= FEW_TRIES) return undefined;
    const left = this.left(now, options.reached);
    if (left <= 0 && this.#triesSinceProgress >= LEAST_TRIES) return undefined;
    const bound = pauseBound(this.#triesSinceProgress);
    const pause = Math.max(this.#random() * bound, options.retryAfter ?? 0);
    // The last try begins when the budget ends, whatever the server asked for.
    return Math.min(pause, left > 0 ? left : bound);
  }
}

/** Milliseconds of a Retry-After header: seconds or a date (RFC 9110, section 10.2.3). */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  if (/^\d{1,6}$/.test(value.trim())) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
