import { formatDuration } from '../base/duration.ts';
import { codeOf, reasonOf } from '../base/plugin-error.ts';
import { TransportError } from './errors/transport-error.ts';
import type { Trust } from './trust.ts';

/** One HTTP exchange, addressed and signed. */
export interface WireRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer> | undefined;
  /** Milliseconds until the answer's head must be there. */
  readonly patience: number;
}

/** An answer whose body is still on the wire. Read it by exactly one of the methods, also where none is
 * expected: only a connection without a body left on it is used again. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The whole body within `patience` milliseconds. */
  bytes(patience: number): Promise<Uint8Array<ArrayBuffer>>;
  /** The body piece by piece; each piece must come within `patience` milliseconds. */
  pieces(patience: number): AsyncGenerator<Uint8Array<ArrayBuffer>>;
}

/** The whole body as text, within `patience` milliseconds. */
export async function readText(answer: WireAnswer, patience: number): Promise<string> {
  return Buffer.from(await answer.bytes(patience)).toString('utf8');
}

/** How connections are made: the same for all requests of a process. */
export interface TransportOptions {
  readonly trust: () => Trust;
  /** A URL, which may hold a password. */
  readonly proxy: (() => string) | undefined;
  readonly userAgent: string;
}

/**
 * Sends one request through the runtime's fetch, with a watchdog of our own in place of its fixed time limit:
 * nothing is decompressed, no redirect is followed, no answer is waited for longer than asked.
 *
 * @throws {TransportError} when there is no whole answer; whatever `read` throws; the signal's reason.
 */
export class Transport {
  readonly #options: TransportOptions;
  #trust: Trust | undefined;

  constructor(options: TransportOptions) {
    this.#options = options;
    if (options.proxy !== undefined) {
      // A proxy that is configured is for all requests; the runtime would let these two overrule it.
      delete process.env['NO_PROXY'];
      delete process.env['no_proxy'];
    }
  }

  async exchange<T>(
    request: WireRequest,
    signal: AbortSignal,
    read: (answer: WireAnswer) => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    const attempt = new AbortController();
    const stop = (): void => attempt.abort(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    const watchdog = new Watchdog(attempt);
    let body: Body | undefined;
    try {
      watchdog.expect(request.patience);
      const response = await fetch(request.url, this.#init(request, attempt.signal)).catch(
        (error: unknown) => {
          throw transportErrorOf(error, attempt.signal);
        },
      );
      watchdog.rest();
      body = new Body(response, watchdog, attempt.signal);
      return await read(body);
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      watchdog.rest();
      signal.removeEventListener('abort', stop);
      // A body that was not read to its end would keep its connection, and its bytes, for ever.
      if (body?.complete !== true) attempt.abort();
    }
  }

  #init(
    request: WireRequest,
    signal: AbortSignal,
  ): BunFetchRequestInit & { decompress: false; timeout: false } {
    const { proxy, userAgent, trust } = this.#options;
    const init: BunFetchRequestInit & { decompress: false; timeout: false } = {
      method: request.method,
      headers: { ...request.headers, 'accept-encoding': 'identity', 'user-agent': userAgent },
      redirect: 'manual',
      decompress: false,
      timeout: false,
      signal,
    };
    if (request.body !== undefined) init.body = request.body;
    if (proxy !== undefined) init.proxy = proxy();
    if (request.url.startsWith('https:')) {
      this.#trust ??= trust();
      init.tls = this.#trust;
    }
    return init;
  }
}

/** Ends an attempt that makes no progress in the time it was given. */
class Watchdog {
  readonly #attempt: AbortController;
  #timer: Timer | undefined;

  constructor(attempt: AbortController) {
    this.#attempt = attempt;
  }

  expect(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#attempt.abort(new TransportError('ESTALLED', `nothing came for ${formatDuration(milliseconds)}`));
    }, milliseconds);
  }

  rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** The body of an answer while it comes in, under the watchdog. */
class Body implements WireAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Nothing of it is left on the wire. */
  complete = false;
  readonly #response: Response;
  readonly #watchdog: Watchdog;
  readonly #signal: AbortSignal;

  constructor(response: Response, watchdog: Watchdog, signal: AbortSignal) {
    this.status = response.status;
    this.headers = response.headers;
    this.#response = response;
    this.#watchdog = watchdog;
    this.#signal = signal;
  }

  async bytes(patience: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await this.#within(patience, this.#response.bytes());
    this.complete = true;
    return bytes as Uint8Array<ArrayBuffer>;
  }

  async *pieces(patience: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const reader = this.#response.body?.getReader();
    if (reader !== undefined) {
      for (;;) {
        const step: { done: boolean; value?: unknown } = await this.#within(patience, reader.read());
        if (step.done) break;
        yield step.value as Uint8Array<ArrayBuffer>;
      }
    }
    this.complete = true;
  }

  async #within<T>(patience: number, step: Promise<T>): Promise<T> {
    this.#watchdog.expect(patience);
    try {
      return await step;
    } catch (error) {
      throw transportErrorOf(error, this.#signal);
    } finally {
      this.#watchdog.rest();
    }
  }
}

/** Errors of the runtime's fetch by their code; after an abort its reason, which is the watchdog's or the caller's. */
function transportErrorOf(error: unknown, signal: AbortSignal): unknown {
  const thrown: unknown = signal.aborted ? signal.reason : error;
  if (thrown instanceof TransportError) return thrown;
  const code = codeOf(thrown);
  if (code === undefined) return thrown;
  const [first = ''] = reasonOf(thrown)
    .replace(/^[A-Z_]+: /, '')
    .split('. For more information');
  // The runtime tells a proxy's status in its message only; a refusal is final, 502 and 503 may pass.
  const refused = code === 'ERR_PROXY_TUNNEL' && /\b40[37]\b/.test(first);
  return new TransportError(refused ? 'EPROXYREFUSED' : code, WORDS[code] ?? first, { cause: thrown });
}

/** In place of the runtime's words, which are about browsers and URLs. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was closed before the answer was complete',
  ENOTFOUND: 'the host name is not known',
  EADDRNOTAVAIL: 'no local port is free for a further connection',
  ENETUNREACH: 'there is no route to the network',
  EHOSTUNREACH: 'there is no route to the host',
};
