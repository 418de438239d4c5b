import type { StreamCheck } from '../codec/stream-check.ts';
import { type Source, SourceError } from './source.ts';

/**
 * A source whose stream must be complete in its format. An incomplete stream ends with an error instead of an end,
 * so its last bytes are never sent: nothing is stored.
 */
export class CheckedSource implements Source {
  readonly #source: Source;
  readonly #check: StreamCheck;
  readonly #name: string;
  readonly #mayBeEmpty: boolean;
  #empty = true;
  #finished = false;

  /** @param options name of the stream, for messages; whether an empty stream counts as complete. */
  constructor(
    source: Source,
    check: StreamCheck,
    options: { readonly name: string; readonly mayBeEmpty: boolean },
  ) {
    this.#source = source;
    this.#check = check;
    this.#name = options.name;
    this.#mayBeEmpty = options.mayBeEmpty;
  }

  get waited(): number {
    return this.#source.waited;
  }

  async small(signal: AbortSignal): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const small = await this.#source.small(signal);
    if (small === undefined) return undefined;
    this.#push(small);
    this.#finish();
    return small;
  }

  async fill(into: Uint8Array, signal: AbortSignal): Promise<number> {
    const length = await this.#source.fill(into, signal);
    this.#push(into.subarray(0, length));
    if (length < into.length) this.#finish();
    return length;
  }

  async ended(signal: AbortSignal): Promise<boolean> {
    const ended = await this.#source.ended(signal);
    if (ended) this.#finish();
    return ended;
  }

  #push(bytes: Uint8Array): void {
    this.#empty &&= bytes.length === 0;
    this.#check.push(bytes);
  }

  /** @throws {SourceError} */
  #finish(): void {
    if (this.#finished || (this.#empty && this.#mayBeEmpty)) return;
    this.#finished = true;
    const fault = this.#check.finish();
    if (fault === undefined) return;
    const { format } = this.#check;
    throw new SourceError(
      `${this.#name} is not a complete ${format} stream: it ${fault}; nothing is stored`,
      {
        hint: `${format} is missing on this host or was killed: see its own message and the kernel's log, then back up again`,
      },
    );
  }
}
