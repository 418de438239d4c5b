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

/** The most that a body which leaves is given at once, in milliseconds of the line. */
const STEP = 10;
const LEAST_STEP = 4 * KiB;
/** How long ago a process may have used the line, in milliseconds, so that it need not ask for its turn. */
const RECENT = 1000;
/** The largest piece of a body, in bytes. */
const LARGEST_PIECE = 512 * KiB;
/** A body on its way moves at least this often, in milliseconds: S3 closes a connection on which nothing moves for 20 s. */
const LONGEST_REST = 3000;
/** Milliseconds in which a body that has just moved asks for more, if its connection takes it. */
const MOMENT = 20;
/** Milliseconds until the line is asked again: at least, and as much again at most. */
const AGAIN = 3;
/** The longest time until the rate is looked at again, in milliseconds: it may have ended. */
const LONGEST_PAUSE = 10_000;

interface Waiter {
  readonly bytes: number;
  readonly rest: number;
  /** Of its body: older ones have smaller ones. */
  readonly order: number;
  /** Its body is on its way. */
  readonly isMoving: boolean;
  readonly since: number;
  readonly go: () => void;
}

/**
 * Bodies of this process, one after the other, within a limit that other processes share. A process that begins waits
 * for the end of the queue; then it moves a step, pays for it, and moves the next one when what it has paid for is
 * over. So every process gets the same, however many bodies it has, and one that is killed takes nothing with it.
 *
 * An older body goes first as long as it takes its bytes, and a new one begins only when the others leave something:
 * where the limit is what is slow, few connections are busy instead of many that hardly move.
 */
export class Lane {
  readonly #line: Line;
  readonly #clock: Clock;
  readonly #waiting: Waiter[] = [];
  /** Bytes that are paid for and that nobody has taken. */
  #credit = 0;
  /** When what this process has paid for is over. */
  #ready = Number.NEGATIVE_INFINITY;
  #bodies = 0;
  /** Takes the timer back that looks again. */
  #pause: (() => void) | undefined;
  /** Until when a body that has just moved may ask for more, before a new one begins. */
  #expected = Number.NEGATIVE_INFINITY;
  #isExpecting = false;
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
    return rate === undefined ? LARGEST_PIECE : Math.min(stepAt(rate), LARGEST_PIECE);
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
      const waiter: Waiter = { ...wish, since: this.#clock.now(), go };
      this.#waiting.push(waiter);
      if (wish.isMoving && this.#isExpecting) this.#wake();
      this.#look();
    });
  }

  settle(bytes: number): void {
    const rate = this.#line.rate();
    if (rate === undefined) return;
    if (bytes <= 0 || !this.#pay((bytes / rate) * 1000)) this.#credit -= bytes;
  }

  /** Lets through who may go. */
  #look(): void {
    while (this.#pause === undefined) {
      const next = this.#next();
      if (next === undefined) break;
      const rate = this.#line.rate();
      const { bytes, rest } = next;
      if (rate === undefined) next.go();
      else if (bytes > 0 && bytes <= this.#credit) this.#admit(next);
      else if (this.#hasTurn()) {
        if (bytes === 0) next.go();
        else this.#buy(Math.max(bytes, Math.min(rest, stepAt(rate))) - this.#credit, rate);
      }
    }
    this.#watch();
  }

  #admit({ bytes, rest, isMoving, go }: Waiter): void {
    const now = this.#clock.now();
    if (!isMoving && now < this.#expected) {
      this.#later(this.#expected - now);
      this.#isExpecting = true;
      return;
    }
    this.#credit -= bytes;
    this.#expected = rest > bytes ? now + MOMENT : Number.NEGATIVE_INFINITY;
    go();
  }

  #wake(): void {
    this.#pause?.();
    this.#pause = undefined;
    this.#isExpecting = false;
  }

  /** Whether this process may move bytes now; otherwise it waits. */
  #hasTurn(): boolean {
    const now = this.#clock.now();
    if (now - this.#ready > RECENT) {
      const wait = this.#line.reserve(0);
      if (wait === undefined) this.#tryAgain();
      else this.#ready = now + Math.max(0, wait);
    }
    if (this.#pause === undefined && this.#ready > now) this.#later(this.#ready - now);
    return this.#pause === undefined;
  }

  #buy(bytes: number, rate: number): void {
    if (this.#pay((bytes / rate) * 1000)) this.#credit += bytes;
    else this.#tryAgain();
  }

  #pay(cost: number): boolean {
    const wait = this.#line.reserve(cost);
    if (wait === undefined) return false;
    this.#ready = this.#clock.now() + wait + cost;
    return true;
  }

  #tryAgain(): void {
    this.#later(AGAIN * (1 + Math.random()));
  }

  #later(milliseconds: number): void {
    this.#pause = this.#clock.after(Math.min(milliseconds, LONGEST_PAUSE), () => {
      this.#wake();
      this.#look();
    });
  }

  #next(): Waiter | undefined {
    const late = this.#clock.now() - LONGEST_REST;
    return this.#waiting.toSorted((left, right) => {
      const [one, other] = [rankOf(left, late), rankOf(right, late)];
      if (one !== other) return one - other;
      return one === LATE ? left.since - right.since : left.order - right.order;
    })[0];
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

/** Bytes that a body is given at once at most. */
function stepAt(rate: number): number {
  return Math.max(LEAST_STEP, Math.round((rate * STEP) / 1000));
}

/** Which waiters go first: bodies on their way that have not moved for too long, others on their way, new ones. */
const [LATE, MOVING, NEW] = [0, 1, 2];

function rankOf({ isMoving, since }: Waiter, late: number): number {
  if (!isMoving) return NEW;
  return since < late ? LATE : MOVING;
}
