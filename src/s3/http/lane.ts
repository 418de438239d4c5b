import { onAbort } from '../../base/abort-scope.ts';
import { KiB } from '../../base/bytes.ts';
import type { Passage } from './passage.ts';

/** How the time of a line is shared with other processes. */
export interface Line {
  /** Bytes a second at this moment; undefined: no limit. */
  rate(): number | undefined;
  /**
   * Reserves the next `cost` milliseconds of the line; 0 only asks.
   * @returns milliseconds until they begin; undefined: try again
   */
  reserve(cost: number): number | undefined;
}

/** Time and its timers; a test has its own. */
export interface Clock {
  /** Milliseconds. */
  now(): number;
  /** @returns takes the call back */
  after(milliseconds: number, call: () => void): () => void;
}

const REAL: Clock = {
  now: () => performance.now(),
  after: (milliseconds, call) => {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** The most that is reserved in advance, in milliseconds of the line: what a process that is killed takes with it. */
const AHEAD = 25;
const LEAST_AHEAD = 4 * KiB;
/** The largest piece of a body, in bytes. */
const LARGEST_PIECE = 512 * KiB;
/** A body on its way moves at least this often, in milliseconds: S3 closes a connection that stands still for 20 s. */
const LONGEST_STAND = 3000;
/** Milliseconds until the line is asked again: at least, and as much again at most. */
const AGAIN = 3;

interface Waiter {
  readonly bytes: number;
  readonly rest: number;
  /** Of its body: older ones have smaller ones. */
  readonly order: number;
  /** Its body is on its way. */
  readonly isMoving: boolean;
  readonly since: number;
  /** It has waited for its turn, where that is all it wants. */
  hasTurn: boolean;
  readonly go: () => void;
}

/**
 * Bodies of this process, one after the other, within a limit that other processes share. The process has one
 * reservation at a time, however many bodies it has, so that all processes get the same.
 *
 * An older body goes first as long as it takes its bytes, and a new one begins only when the others leave something:
 * where the limit is what is slow, few connections are busy instead of many nearly still.
 */
export class Lane {
  readonly #line: Line;
  readonly #clock: Clock;
  readonly #waiting: Waiter[] = [];
  /** Bytes that are reserved, whose time has come, and that nobody has taken. */
  #credit = 0;
  #bodies = 0;
  #pause: (() => void) | undefined;
  #held = 0;
  #heldSince: number | undefined;

  constructor(line: Line, clock: Clock = REAL) {
    this.#line = line;
    this.#clock = clock;
  }

  /** Milliseconds in which a body of this process has waited for the limit. */
  get held(): number {
    return this.#held + (this.#heldSince === undefined ? 0 : this.#clock.now() - this.#heldSince);
  }

  /** For a body that wants to move. */
  passage(): Passage {
    this.#bodies += 1;
    return new OwnPassage(this, this.#bodies, this.#clock);
  }

  get piece(): number {
    const rate = this.#line.rate();
    return rate === undefined ? LARGEST_PIECE : Math.min(aheadAt(rate), LARGEST_PIECE);
  }

  async wait(
    wish: Pick<Waiter, 'bytes' | 'rest' | 'order' | 'isMoving'>,
    signal: AbortSignal,
  ): Promise<void> {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        forget();
        const index = this.#waiting.indexOf(waiter);
        if (index !== -1) this.#waiting.splice(index, 1);
      };
      const forget = onAbort(signal, () => {
        leave();
        this.#look();
        reject(signal.reason);
      });
      const go = (): void => {
        leave();
        resolve();
      };
      const waiter: Waiter = { ...wish, since: this.#clock.now(), hasTurn: false, go };
      this.#waiting.push(waiter);
      this.#look();
    });
  }

  settle(bytes: number): void {
    const rate = this.#line.rate();
    if (rate === undefined) return;
    const isReserved = bytes > 0 && this.#line.reserve((bytes / rate) * 1000) !== undefined;
    if (!isReserved) this.#credit -= bytes;
  }

  /** Lets through who may go, and reserves for the next one. */
  #look(): void {
    while (this.#pause === undefined) {
      const next = this.#next();
      if (next === undefined) break;
      const rate = this.#line.rate();
      const { bytes } = next;
      if (rate === undefined || (bytes === 0 ? next.hasTurn : bytes <= this.#credit)) {
        if (rate !== undefined) this.#credit -= bytes;
        next.go();
        continue;
      }
      const wanted = bytes === 0 ? 0 : Math.min(next.rest - this.#credit, aheadAt(rate));
      const wait = this.#line.reserve((wanted / rate) * 1000);
      if (wait === undefined) {
        this.#later(AGAIN * (1 + Math.random()), () => {});
        continue;
      }
      const come = (): void => {
        this.#credit += wanted;
        if (bytes === 0) next.hasTurn = true;
      };
      if (wait > 0) this.#later(wait, come);
      else come();
    }
    this.#watch();
  }

  #later(milliseconds: number, call: () => void): void {
    this.#pause = this.#clock.after(milliseconds, () => {
      this.#pause = undefined;
      call();
      this.#look();
    });
  }

  #next(): Waiter | undefined {
    const still = this.#clock.now() - LONGEST_STAND;
    return this.#waiting.toSorted(
      (left, right) => rankOf(left, still) - rankOf(right, still) || left.order - right.order,
    )[0];
  }

  #watch(): void {
    if (this.#waiting.length > 0) {
      this.#heldSince ??= this.#clock.now();
    } else if (this.#heldSince !== undefined) {
      this.#held = this.held;
      this.#heldSince = undefined;
    }
  }
}

class OwnPassage implements Passage {
  waited = 0;
  readonly #lane: Lane;
  readonly #order: number;
  readonly #clock: Clock;
  #isMoving = false;

  constructor(lane: Lane, order: number, clock: Clock) {
    this.#lane = lane;
    this.#order = order;
    this.#clock = clock;
  }

  get piece(): number {
    return this.#lane.piece;
  }

  async take(bytes: number, rest: number, signal: AbortSignal): Promise<void> {
    const since = this.#clock.now();
    const order = this.#order;
    try {
      await this.#lane.wait({ bytes, rest, order, isMoving: this.#isMoving }, signal);
      this.#isMoving = true;
    } finally {
      this.waited += this.#clock.now() - since;
    }
  }

  settle(bytes: number): void {
    this.#lane.settle(bytes);
  }
}

/** Bytes that are reserved at once at most. */
function aheadAt(rate: number): number {
  return Math.max(LEAST_AHEAD, Math.round((rate * AHEAD) / 1000));
}

/** Which waiters go first: bodies on their way that have stood still for too long, others on their way, new ones. */
function rankOf({ isMoving, since }: Waiter, still: number): number {
  if (!isMoving) return 2;
  return since < still ? 0 : 1;
}
