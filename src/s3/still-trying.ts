import type { Log } from '../log/log.ts';
import type { S3Error } from './errors/s3-error.ts';

/** Why there is no progress. */
export interface Trouble {
  /** The server's, with the port where it is not the scheme's own. */
  readonly host: string;
  /** What the last try failed of, as if it had been the last one; undefined while the first one waits for its answer. */
  readonly error: S3Error | undefined;
}

/** Milliseconds without progress until the first line, and from one line to the next. */
interface Rhythm {
  readonly first: number;
  readonly next: number;
}

/** Milliseconds until a line that turned out to be early is looked at again. */
const EARLY = 100;

const ON_TERMINAL: Rhythm = { first: 5000, next: 30_000 };
const IN_LOG: Rhythm = { first: 30_000, next: 60_000 };

/**
 * Reports to the person who waits that requests are still tried, and why they fail. Shared by all requests of a
 * process: what one of them moves is progress for all. No timer runs before the first request or once a server has answered well.
 */
export class StillTrying {
  readonly #tell: readonly {
    readonly line: (trouble: Trouble, waited: number) => void;
    readonly rhythm: Rhythm;
  }[];
  #due: number[] = [];
  #since: number | undefined;
  #lastProgress = Number.NEGATIVE_INFINITY;
  #trouble: (() => Trouble) | undefined;
  readonly #held: () => number;
  #heldBefore = 0;
  #timer: Timer | undefined;

  /**
   * @param terminal shows a line to whoever started the program; does nothing where that is no terminal.
   * @param held milliseconds so far in which this process waited for a limit of its own: no trouble of the server's
   */
  constructor(
    log: Log,
    terminal: (line: string) => void,
    onTerminal = ON_TERMINAL,
    inLog = IN_LOG,
    held = (): number => 0,
  ) {
    this.#held = held;
    this.#tell = [
      {
        rhythm: onTerminal,
        line: (trouble) => terminal(`still trying: ${wordsOf(trouble)}${hintOf(trouble)}; Ctrl-C to stop`),
      },
      {
        rhythm: inLog,
        line: (trouble, waited) =>
          log.warning(`no progress for ${Math.round(waited / 1000)} s, still trying: ${wordsOf(trouble)}`),
      },
    ];
  }

  /** Why there is no progress; undefined while there is some, or while nothing has failed and it is early. */
  troubleAt(now: number): Trouble | undefined {
    const trouble = this.#trouble?.();
    const early = this.#since === undefined || now - this.#since < ON_TERMINAL.first;
    return trouble?.error === undefined && early ? undefined : trouble;
  }

  /** The first request waits for its answer since `startedAt`. */
  begins(startedAt: number, host: string): void {
    if (this.#trouble === undefined) this.#waits(startedAt, () => ({ host, error: undefined }));
  }

  /** A try that began at `startedAt` has failed, and there will be another one. */
  failed(startedAt: number, trouble: () => Trouble): void {
    this.#waits(startedAt, trouble);
  }

  /** Bytes moved, or a request succeeded. */
  progressed(now: number): void {
    this.#lastProgress = now;
    if (this.#since === undefined) return;
    this.#since = undefined;
    this.#trouble = undefined;
    clearTimeout(this.#timer);
  }

  #waits(startedAt: number, trouble: () => Trouble): void {
    this.#trouble = trouble;
    if (this.#since !== undefined) return;
    this.#since = Math.max(startedAt, this.#lastProgress);
    const since = this.#since;
    this.#heldBefore = this.#held();
    this.#due = this.#tell.map(({ rhythm }) => since + rhythm.first);
    this.#arm();
  }

  /** A clock without the time in which this process waits for a limit of its own. */
  #now(): number {
    return performance.now() - (this.#held() - this.#heldBefore);
  }

  #arm(least = 0): void {
    this.#timer = setTimeout(() => this.#fire(), Math.max(least, Math.min(...this.#due) - this.#now()));
    this.#timer.unref();
  }

  #fire(): void {
    const trouble = this.#trouble?.();
    if (trouble === undefined || this.#since === undefined) return;
    const now = this.#now();
    let told = false;
    for (const [index, { line, rhythm }] of this.#tell.entries()) {
      if (now < (this.#due[index] ?? 0)) continue;
      this.#due[index] = now + rhythm.next;
      told = true;
      line(trouble, now - this.#since);
    }
    this.#arm(told ? 0 : EARLY);
  }
}

function wordsOf({ host, error }: Trouble): string {
  if (error === undefined) return `no answer from ${host} yet`;
  const { operation, reason, status, code, tries } = error;
  const what = status === undefined ? code : `HTTP ${status} ${code}`.trimEnd();
  return `${operation} at ${host}: ${reason} (${what}, ${tries} ${tries === 1 ? 'try' : 'tries'})`;
}

function hintOf({ error }: Trouble): string {
  return error?.hint === undefined ? '' : `; HINT: ${error.hint}`;
}
