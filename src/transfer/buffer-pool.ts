import { onAbort } from '../base/abort-scope.ts';
import { formatSize } from '../base/bytes.ts';
import { PluginError } from '../base/plugin-error.ts';

/** A buffer of its own memory, so that it can be given back to the system. */
export type PartBuffer = Uint8Array<ArrayBuffer>;

/**
 * The buffers of a process's uploads. They are reused, so a stream of any length needs no more memory than the
 * budget: a buffer is handed out when it fits next to those in use, or when none is in use (one part must
 * always be possible, however large).
 */
export class BufferPool {
  readonly #budget: number;
  readonly #most: number;
  readonly #free: PartBuffer[] = [];
  readonly #waiting: { readonly size: number; readonly give: (buffer: PartBuffer) => void }[] = [];
  #inUse = 0;
  #bytesInUse = 0;

  /** @param budget bytes; @param most how many buffers in use. */
  constructor(budget: number, most: number) {
    this.#budget = budget;
    this.#most = most;
  }

  /** Whether buffers of that size pass the budget: then there is one at a time. */
  exceeds(size: number): boolean {
    return size > this.#budget;
  }

  /** Waits for a buffer of exactly `size` bytes. Its content is whatever it was used for before. */
  async acquire(size: number, signal: AbortSignal): Promise<PartBuffer> {
    signal.throwIfAborted();
    if (this.#waiting.length === 0 && this.#fits(size)) return this.#hand(size);
    return await new Promise((resolve, reject) => {
      const waiter = {
        size,
        give: (buffer: PartBuffer): void => {
          forget();
          resolve(buffer);
        },
      };
      const forget = onAbort(signal, () => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(signal.reason);
        this.#serve();
      });
      this.#waiting.push(waiter);
    });
  }

  /** Gives a buffer back; it must not be used afterwards. */
  release(buffer: PartBuffer): void {
    this.#free.push(buffer);
    this.discard(buffer);
  }

  /**
   * Gives the place of a buffer back, but not its memory: for one that a read or a request which was ended may
   * still be using, until the collector knows better.
   */
  discard(buffer: PartBuffer): void {
    this.#inUse -= 1;
    this.#bytesInUse -= buffer.length;
    this.#serve();
  }

  /** Hands out buffers in the order of the requests, as long as the next one fits. */
  #serve(): void {
    for (let next = this.#waiting[0]; next !== undefined && this.#fits(next.size); next = this.#waiting[0]) {
      this.#waiting.shift();
      next.give(this.#hand(next.size));
    }
  }

  #fits(size: number): boolean {
    if (this.#inUse === 0) return true;
    return this.#inUse < this.#most && this.#bytesInUse + size <= this.#budget;
  }

  #hand(size: number): PartBuffer {
    const index = this.#free.findIndex((buffer) => buffer.length === size);
    const [reused] = index === -1 ? [] : this.#free.splice(index, 1);
    // Buffers of another size belong to an earlier step of the schedule: their memory is needed now.
    if (reused === undefined) for (const buffer of this.#free.splice(0)) buffer.buffer.transfer(0);
    const buffer = reused ?? allocate(size);
    this.#inUse += 1;
    this.#bytesInUse += size;
    return buffer;
  }
}

function allocate(size: number): PartBuffer {
  try {
    return new Uint8Array(size);
  } catch (cause) {
    throw new PluginError(`there is not enough memory for a part of ${formatSize(size)}`, {
      hint: 'lower backup_multipart_chunksize, or back up with more segments or without --single-data-file',
      cause,
    });
  }
}
