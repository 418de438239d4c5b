import { read } from 'node:fs';
import { onAbort } from '../base/abort-scope.ts';
import { codeOf, PluginError } from '../base/plugin-error.ts';
import { systemHint, systemReason } from '../base/system-error.ts';
import { ReadyPipe } from './ready-pipe.ts';

/**
 * What is read ahead, to learn whether a stream has ended: what a pipe contains. Most tables' compressed data fits,
 * and then needs no buffer of a part, whose 8 MB alone make the runtime collect garbage (1 ms).
 */
const PEEK_BYTES = 64 * 1024;
/** Reads one after the other without waiting, until answers and watchdogs have their turn: 1 MB of a pipe, 0.2 ms. */
const READS_AT_A_STRETCH = 16;
/** Milliseconds until a non-blocking descriptor without data is tried again. */
const POLL_INTERVAL = 10;

/** Reading the bytes to be stored failed. */
export class SourceError extends PluginError {}

/** Where the bytes to be stored come from, in order; their number is not known before the end. */
export interface Source {
  /** The whole stream, where it is shorter than what is read ahead; otherwise undefined, and nothing is lost. */
  small(signal: AbortSignal): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Fills `into` as far as the stream goes; fewer bytes than its length only at the stream's end. */
  fill(into: Uint8Array, signal: AbortSignal): Promise<number>;
  /** Whether the stream has ended; waits for its next byte to know. */
  ended(signal: AbortSignal): Promise<boolean>;
  /** Milliseconds in which there was nothing to be read, so far. */
  readonly waited: number;
}

/**
 * A stream of unknown length, read from a file descriptor. A blocking read would stop the watchdogs and the
 * answers of running uploads, so what a pipe contains is taken without waiting, and an asynchronous read waits
 * for what is not there yet. Asynchronous reads alone cost twice the CPU, two changes of thread for 64 kB each.
 */
export class ByteSource implements Source {
  readonly #fd: number;
  readonly #name: string;
  readonly #peeked = new Uint8Array(PEEK_BYTES);
  #peekedFrom = 0;
  #peekedTo = 0;
  #pipe: ReadyPipe | undefined;
  #stretch = 0;
  #begun = false;
  waited = 0;

  /** @param name of the stream, for messages. */
  constructor(fd: number, name: string) {
    this.#fd = fd;
    this.#name = name;
  }

  async small(signal: AbortSignal): Promise<Uint8Array<ArrayBuffer> | undefined> {
    while (this.#peekedTo < PEEK_BYTES) {
      const came = await this.#read(this.#peeked, this.#peekedTo, PEEK_BYTES - this.#peekedTo, signal);
      if (came === 0) return this.#peeked.subarray(0, this.#peekedTo);
      this.#peekedTo += came;
    }
    return undefined;
  }

  async fill(into: Uint8Array, signal: AbortSignal): Promise<number> {
    let length = this.#takePeeked(into);
    while (length < into.length) {
      const came = await this.#read(into, length, into.length - length, signal);
      if (came === 0) break;
      length += came;
    }
    return length;
  }

  async ended(signal: AbortSignal): Promise<boolean> {
    if (this.#peekedFrom < this.#peekedTo) return false;
    this.#peekedFrom = 0;
    this.#peekedTo = await this.#read(this.#peeked, 0, PEEK_BYTES, signal);
    return this.#peekedTo === 0;
  }

  #takePeeked(into: Uint8Array): number {
    const part = this.#peeked.subarray(
      this.#peekedFrom,
      Math.min(this.#peekedTo, this.#peekedFrom + into.length),
    );
    into.set(part);
    this.#peekedFrom += part.length;
    return part.length;
  }

  async #read(into: Uint8Array, offset: number, length: number, signal: AbortSignal): Promise<number> {
    signal.throwIfAborted();
    if (!this.#begun) {
      this.#begun = true;
      this.#pipe = ReadyPipe.of(this.#fd);
    }
    const ready = this.#pipe?.read(into, offset, length);
    if (ready === undefined) {
      this.#stretch = 0;
      const since = performance.now();
      const came = await this.#wait(into, offset, length, signal);
      this.waited += performance.now() - since;
      return came;
    }
    this.#stretch += 1;
    if (this.#stretch === READS_AT_A_STRETCH) {
      this.#stretch = 0;
      await new Promise((resolve) => setImmediate(resolve));
    }
    return ready;
  }

  async #wait(into: Uint8Array, offset: number, length: number, signal: AbortSignal): Promise<number> {
    return await new Promise<number>((resolve, reject) => {
      const forget = onAbort(signal, () => reject(signal.reason));
      const attempt = (): void => {
        read(this.#fd, into, offset, length, null, (error, bytes) => {
          if (error === null) {
            forget();
            resolve(bytes);
          } else if (codeOf(error) === 'EAGAIN' && !signal.aborted) {
            setTimeout(attempt, POLL_INTERVAL);
          } else {
            forget();
            reject(
              new SourceError(`reading ${this.#name} failed: ${systemReason(error)}`, {
                hint: systemHint('reading', error),
                cause: error,
              }),
            );
          }
        });
      };
      attempt();
    });
  }
}
