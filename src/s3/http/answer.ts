import { formatSize, MiB } from '../../base/bytes.ts';
import { formatDuration } from '../../base/duration.ts';
import { transportErrorOf } from './runtime-error.ts';
import { TransportError } from './transport-error.ts';
import type { Watchdog } from './watchdog.ts';

/** An answer whose body is still on the wire. Read it by exactly one of the methods, also where none is
 * expected: only a connection without a body left on it is used again. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Headers;
  /**
   * The whole body within `patience` milliseconds; default: what the request has said.
   * @param most bytes; what is longer is an error (ETOOLONG). Default: 16 MB, more than any document of S3 has.
   */
  bytes(patience?: number, most?: number): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * The body piece by piece. `leastBytes(patience)` must come in each `patience` milliseconds of waiting: a server that
   * drips would delay a transfer for days.
   */
  pieces(patience?: number): AsyncGenerator<Uint8Array<ArrayBuffer>>;
}

/** The slowest rate that counts as progress, in bytes a second. */
const LEAST_RATE = 1024;

/** How many bytes a body must move in so many milliseconds, so that it does not count as standing still. */
export function leastBytes(milliseconds: number): number {
  return Math.ceil((milliseconds * LEAST_RATE) / 1000);
}

/** The longest body that is taken as a whole; a page of 1,000 keys, all as long as they may be, has 4 MB. */
const LONGEST_BODY = 16 * MiB;

/** The whole body as text, within `patience` milliseconds; see {@link WireAnswer.bytes}. */
export async function readText(answer: WireAnswer, patience?: number, most?: number): Promise<string> {
  const { buffer, byteOffset, byteLength } = await answer.bytes(patience, most);
  return Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
}

/** The body of an answer while it comes in, under the watchdog. */
export class Body implements WireAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Nothing of it is left on the wire. */
  complete = false;
  readonly #response: Response;
  readonly #watchdog: Watchdog;
  readonly #signal: AbortSignal;
  readonly #patience: number;

  /** @param patience milliseconds in which bytes must come, unless a reader says otherwise. */
  constructor(response: Response, watchdog: Watchdog, signal: AbortSignal, patience: number) {
    this.status = response.status;
    this.headers = response.headers;
    this.#response = response;
    this.#watchdog = watchdog;
    this.#signal = signal;
    this.#patience = patience;
  }

  async bytes(patience = this.#patience, most = LONGEST_BODY): Promise<Uint8Array<ArrayBuffer>> {
    const announced = Number(this.headers.get('content-length') ?? Infinity);
    const body = announced <= most ? this.#response.bytes() : this.#bounded(most);
    const bytes = await this.#within(patience, body);
    this.complete = true;
    return bytes as Uint8Array<ArrayBuffer>;
  }

  /** A body of unknown length, and that of a HEAD, which has none. */
  async #bounded(most: number): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    let length = 0;
    const body: AsyncIterable<Uint8Array> | null = this.#response.body;
    for await (const piece of body ?? []) {
      length += piece.length;
      if (length > most) {
        throw new TransportError('ETOOLONG', `the answer is longer than ${formatSize(most)}`);
      }
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  }

  async *pieces(patience = this.#patience): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const reader = this.#response.body?.getReader();
    const least = leastBytes(patience);
    let left = patience;
    let came = 0;
    for (;;) {
      if (reader === undefined) break;
      const words = came === 0 ? undefined : `only ${came} bytes came in ${formatDuration(patience)}`;
      const startedAt = performance.now();
      const step: { done: boolean; value?: unknown } = await this.#within(left, reader.read(), words);
      if (step.done) break;
      const piece = step.value as Uint8Array<ArrayBuffer>;
      came += piece.length;
      left -= performance.now() - startedAt;
      if (came >= least) [came, left] = [0, patience];
      yield piece;
    }
    this.complete = true;
  }

  async #within<T>(patience: number, step: Promise<T>, words?: string): Promise<T> {
    this.#watchdog.expect(patience, words);
    try {
      return await step;
    } catch (error) {
      throw transportErrorOf(error, this.#signal);
    } finally {
      this.#watchdog.rest();
    }
  }
}
