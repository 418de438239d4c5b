import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { codeOf } from '../base/plugin-error.ts';

/**
 * The reading end of a pipe, opened once more for reads that never wait: O_NONBLOCK belongs to the open file
 * (open(2)), so setting it on the caller's descriptor would change it for everyone who shares it.
 */
export class ReadyPipe {
  readonly #fd: number;

  private constructor(fd: number) {
    this.#fd = fd;
  }

  /** Undefined where `fd` is not a pipe (a file opened again would start at its first byte) or may not be opened again. */
  static of(fd: number): ReadyPipe | undefined {
    try {
      if (!fstatSync(fd).isFIFO()) return undefined;
      return new ReadyPipe(openSync(`/proc/self/fd/${fd}`, constants.O_RDONLY | constants.O_NONBLOCK));
    } catch (error) {
      // No /proc, or a pipe of another user: the one that reads the descriptor itself reports what is wrong with it.
      if (codeOf(error) === undefined) throw error;
      return undefined;
    }
  }

  /** How many bytes were there, 0 at the stream's end, undefined when there are none yet or they can't be read. */
  read(into: Uint8Array, offset: number, length: number): number | undefined {
    try {
      return readSync(this.#fd, into, offset, length, null);
    } catch (error) {
      // EAGAIN: none yet. Any other failure happens again, and is reported, where the descriptor itself is waited for.
      if (codeOf(error) === undefined) throw error;
      return undefined;
    }
  }

  close(): void {
    closeSync(this.#fd);
  }
}
