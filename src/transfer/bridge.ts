import { onAbort } from '../base/abort-scope.ts';
import type { Sink } from './sink.ts';
import type { Source } from './source.ts';

/** Bytes of streams that need no buffer of a part. */
const SMALL = 64 * 1024;

/**
 * What one transfer writes, the other reads: a download's sink and an upload's source. It holds no bytes of its own: a
 * write ends when all of it has been read.
 */
export class Bridge implements Sink, Source {
  /** The other side is a transfer too, whose waits are its own. */
  readonly waited = 0;
  #written = 0;
  #piece: Uint8Array = new Uint8Array(0);
  #ended = false;
  #failure: { readonly reason: unknown } | undefined;
  /** Wakes whoever waits on the other side. */
  #wake: () => void = () => undefined;
  readonly #size: number;
  readonly #digest: Bun.CryptoHasher | undefined;

  /**
   * @param size bytes that will come
   * @param md5 whether the MD5 of all of them is wanted
   */
  constructor(size: number, md5 = false) {
    this.#size = size;
    this.#digest = md5 ? new Bun.CryptoHasher('md5') : undefined;
  }

  get written(): number {
    return this.#written;
  }

  get begun(): boolean {
    return this.#written > 0;
  }

  /** In hexadecimal digits, of what has been written. To be asked for once. */
  md5(): string | undefined {
    return this.#digest?.digest('hex');
  }

  async write(bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#digest?.update(bytes);
    this.#piece = bytes;
    this.#wake();
    while (this.#piece.length > 0) await this.#change(signal);
    this.#written += bytes.length;
  }

  /** No byte follows. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** The reader gets this in place of an end. */
  fail(reason: unknown): void {
    this.#failure ??= { reason };
    this.#wake();
  }

  async small(signal: AbortSignal): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (this.#size > SMALL) return undefined;
    // One more than announced, so that a longer stream is not taken for it.
    const bytes = new Uint8Array(this.#size + 1);
    const length = await this.#takeInto(bytes, signal);
    if (length > this.#size) throw new RangeError(`more than the ${this.#size} bytes that were announced`);
    return bytes.subarray(0, length);
  }

  async fill(into: Uint8Array, signal: AbortSignal): Promise<number> {
    return await this.#takeInto(into, signal);
  }

  async #takeInto(into: Uint8Array, signal: AbortSignal): Promise<number> {
    let length = 0;
    while (length < into.length && !(await this.ended(signal))) {
      const taken = this.#piece.subarray(0, into.length - length);
      into.set(taken, length);
      length += taken.length;
      this.#piece = this.#piece.subarray(taken.length);
      if (this.#piece.length === 0) this.#wake();
    }
    return length;
  }

  async ended(signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    while (this.#piece.length === 0) {
      if (this.#failure !== undefined) throw this.#failure.reason;
      if (this.#ended) return true;
      await this.#change(signal);
    }
    return false;
  }

  /** Waits until the other side has done something. */
  async #change(signal: AbortSignal): Promise<void> {
    // A signal that has come already calls nobody.
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const forget = onAbort(signal, () => reject(signal.reason));
      const before = this.#wake;
      this.#wake = () => {
        this.#wake = () => undefined;
        forget();
        before();
        resolve();
      };
    });
  }
}
