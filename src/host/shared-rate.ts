import { reasonOf } from '../base/plugin-error.ts';
import { HostClock } from './host-clock.ts';
import { SharedRecord } from './shared-record.ts';

/** Milliseconds that a line which nobody used may catch up on: timers are late on a busy host. */
const CATCH_UP = 400;
/** The longest queue that is believed, in milliseconds: no process waits longer, whatever the file says. */
const LONGEST_QUEUE = 300_000;
/** Milliseconds without the lock until a process goes on alone, and until it looks for the others again. */
const BUSY = 2000;
const ALONE = 30_000;

/**
 * Takes `cost` milliseconds of a line that one body after the other uses.
 * @param free when the line is free
 * @returns when the turn begins, and when the line is free after it
 */
export function slotAt(
  now: number,
  free: number,
  cost: number,
): { readonly start: number; readonly free: number } {
  const start = Math.max(Math.min(free, now + LONGEST_QUEUE), now - CATCH_UP);
  return { start, free: start + cost };
}

/**
 * The time of a line that all processes of this user on this host share: whoever moves bytes reserves the time that
 * they take, and knows when it is over, so nothing is polled.
 *
 * Where nothing can be shared, this process keeps to the limit alone, and says so once.
 */
export class SharedRate {
  readonly #folder: string | undefined;
  readonly #name: string;
  readonly #warn: (reason: string) => void;
  readonly #alone: number;
  #shared: { readonly record: SharedRecord; readonly clock: HostClock } | undefined;
  #ownFree = Number.NEGATIVE_INFINITY;
  #aloneUntil = Number.NEGATIVE_INFINITY;
  #busySince: number | undefined;
  #warned = false;

  /**
   * @param folder of this user alone; undefined: there is none
   * @param warn told why this process is alone
   * @param alone milliseconds until it looks for the others again
   */
  constructor(folder: string | undefined, name: string, warn: (reason: string) => void, alone = ALONE) {
    this.#folder = folder;
    this.#name = name;
    this.#warn = warn;
    this.#alone = alone;
  }

  /**
   * Reserves the next `cost` milliseconds; 0 only asks when they would begin.
   * @returns milliseconds until they begin, not positive where that is now. Undefined: nothing was reserved, another
   *   process is at it in this moment.
   */
  reserve(cost: number): number | undefined {
    const now = performance.now();
    if (now >= this.#aloneUntil) {
      try {
        const wait = this.#reserveShared(cost);
        if (wait !== undefined) {
          this.#busySince = undefined;
          return wait;
        }
        this.#busySince ??= now;
        if (now - this.#busySince < BUSY) return undefined;
        throw new Error('another process keeps the lock');
      } catch (error) {
        this.#goAlone(now, reasonOf(error));
      }
    }
    const { start, free } = slotAt(now, this.#ownFree, cost);
    this.#ownFree = free;
    return start - now;
  }

  #reserveShared(cost: number): number | undefined {
    const { record, clock } = this.#opened();
    if (cost === 0) {
      const now = clock.now();
      return slotAt(now, freeIn(record.read(), clock.boot), 0).start - now;
    }
    let wait = 0;
    const isDone = record.update((line) => {
      const now = clock.now();
      const { start, free } = slotAt(now, freeIn(line, clock.boot), cost);
      wait = start - now;
      return lineOf(clock.boot, free);
    });
    return isDone ? wait : undefined;
  }

  #opened(): { readonly record: SharedRecord; readonly clock: HostClock } {
    if (this.#shared?.record.isGone === true) this.#close();
    if (this.#folder === undefined) throw new Error('no folder that only this user can enter');
    this.#shared ??= { clock: new HostClock(), record: new SharedRecord(this.#folder, this.#name) };
    return this.#shared;
  }

  #close(): void {
    this.#shared?.record[Symbol.dispose]();
    this.#shared?.clock[Symbol.dispose]();
    this.#shared = undefined;
  }

  #goAlone(now: number, reason: string): void {
    this.#close();
    this.#aloneUntil = now + this.#alone;
    this.#busySince = undefined;
    if (this.#warned) return;
    this.#warned = true;
    this.#warn(reason);
  }
}

/** One line, of one length for one host: which start of the host, and when the line is free. */
function lineOf(boot: string, free: number): string {
  return `1 ${boot} ${free.toFixed(3).padStart(20, '0')}\n`;
}

/** Never is what another start of the host has left, and what is not of this program. */
function freeIn(line: string, boot: string): number {
  const [, of, free] = /^1 (\S+) (\d{16}\.\d{3})\n/.exec(line) ?? [];
  return of === boot ? Number(free) : Number.NEGATIVE_INFINITY;
}
