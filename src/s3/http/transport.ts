import { Body, type WireAnswer } from './answer.ts';
import { PiecewiseBody } from './piecewise-body.ts';
import { transportErrorOf } from './runtime-error.ts';
import { TransportError } from './transport-error.ts';
import type { Trust } from './trust.ts';
import { takesBodiesWhole } from './tunnel.ts';
import { Watchdog } from './watchdog.ts';

/** One HTTP exchange, addressed and signed. */
export interface WireRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer> | undefined;
  /** Milliseconds from the body's last byte, as far as that is known, to the answer's head. */
  readonly patience: number;
  /** Milliseconds that a body may stand still on its way out, where it leaves in pieces. */
  readonly piecePatience: number;
  /** Not through a proxy, whatever is configured: an address that has a meaning on this host alone. */
  readonly direct?: boolean;
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
    const { proxy } = this.#options;
    const sent = takesBodiesWhole(request.url, proxy !== undefined)
      ? undefined
      : PiecewiseBody.of(request.body, (isLast) =>
          watchdog.expect(isLast ? request.patience : request.piecePatience),
        );
    let answer: Body | undefined;
    try {
      watchdog.expect(request.patience);
      const response = await fetch(request.url, this.#init(request, sent, attempt.signal)).catch(
        (error: unknown) => {
          throw transportErrorOf(error, attempt.signal);
        },
      );
      watchdog.rest();
      answer = new Body(response, watchdog, attempt.signal);
      const result = await read(answer);
      if (sent?.complete === false && response.ok) {
        throw new TransportError('EPROTOCOL', 'the server answered before it had the whole body');
      }
      return result;
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      watchdog.end();
      signal.removeEventListener('abort', stop);
      // A body that has not come or gone to its end would keep its connection, and its bytes, for ever.
      if (answer?.complete !== true || sent?.complete === false) attempt.abort();
    }
  }

  #init(
    request: WireRequest,
    sent: PiecewiseBody | undefined,
    signal: AbortSignal,
  ): BunFetchRequestInit & { decompress: false; timeout: false } {
    const { proxy, userAgent, trust } = this.#options;
    const headers: Record<string, string> = {
      ...request.headers,
      'accept-encoding': 'identity',
      'user-agent': userAgent,
    };
    const init: BunFetchRequestInit & { decompress: false; timeout: false } = {
      method: request.method,
      headers,
      redirect: 'manual',
      decompress: false,
      timeout: false,
      signal,
    };
    const body = sent?.stream ?? request.body;
    if (body !== undefined) init.body = body;
    // Otherwise the runtime would send a stream in chunks, which S3 refuses.
    if (sent !== undefined) headers['content-length'] = String(request.body?.length);
    // The runtime would take a proxy from its environment otherwise.
    if (request.direct === true) init.proxy = false;
    else if (proxy !== undefined) init.proxy = proxy();
    if (request.url.startsWith('https:')) {
      this.#trust ??= trust();
      init.tls = this.#trust;
    }
    return init;
  }
}
