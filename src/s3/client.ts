import { pause } from '../base/pause.ts';
import { reasonOf } from '../base/plugin-error.ts';
import { untilAborted } from '../base/until-aborted.ts';
import type { Log } from '../log/log.ts';
import { type Address, placeOf } from './address.ts';
import type { CredentialSource, Credentials } from './auth/credentials.ts';
import { EMPTY_SHA256, sha256Hex } from './auth/signer.ts';
import { encodeQuery } from './encode.ts';
import { classifyAnswer, classifyTransport, type Verdict } from './errors/classify.ts';
import { FailedAnswer, readFailedAnswer } from './errors/failed-answer.ts';
import { hintFor } from './errors/hint.ts';
import { S3Error } from './errors/s3-error.ts';
import type { WireAnswer } from './http/answer.ts';
import type { Transport, WireRequest } from './http/transport.ts';
import { TransportError } from './http/transport-error.ts';
import { Learned } from './learned.ts';
import type { Provider } from './providers/providers.ts';
import type { S3Request } from './request.ts';
import { parseRetryAfter, Retries, type RetryPolicy } from './retry.ts';
import type { Throttle } from './throttle.ts';

/** What a client is made of; see `open.ts`. */
export interface ClientParts {
  readonly bucket: string;
  readonly region: string;
  /** The address for a region; on AWS it changes with the region. */
  readonly addressFor: (region: string) => Address;
  readonly provider: Provider;
  readonly credentials: CredentialSource;
  readonly transport: Transport;
  readonly throttle: Throttle;
  readonly retryPolicy: RetryPolicy;
  /** What names the proxy that requests go through, for hints. */
  readonly proxied: string | false;
  readonly log: Log;
  /** Ends all requests and pauses. */
  readonly signal: AbortSignal;
}

/** What an operation may do while its answer is read. */
export interface Progress {
  /** Bytes moved, so the request's time budget starts again. */
  progressed(): void;
}

/**
 * Sends S3 requests to one bucket until they succeed, fail for good, or their budget is used up. Each try is
 * addressed and signed anew, since a signature ages and a region, a clock or credentials may have been learnt.
 */
export class S3Client {
  readonly bucket: string;
  readonly provider: Provider;
  readonly log: Log;
  /** Milliseconds without a byte after which a connection is replaced. */
  readonly stallTimeout: number;
  /** Milliseconds without progress after which a request is given up. */
  readonly retryTimeout: number;
  readonly #parts: ClientParts;
  readonly #signal: AbortSignal;
  readonly #learned: Learned;

  constructor(parts: ClientParts, learned?: Learned) {
    this.#parts = parts;
    this.bucket = parts.bucket;
    this.provider = parts.provider;
    this.log = parts.log;
    this.retryTimeout = parts.retryPolicy.timeout;
    this.stallTimeout = Math.min(60_000, this.retryTimeout / 5);
    this.#signal = parts.signal;
    this.#learned = learned ?? new Learned(parts.region, parts.addressFor);
  }

  /** The scheme that bodies travel by. */
  get scheme(): 'http' | 'https' {
    return this.#learned.address.scheme;
  }

  /** Bodies go through a tunnel of this process, which needs memory too; see `Tunnel`. */
  get tunnelled(): boolean {
    return this.#parts.proxied !== false && this.scheme === 'https';
  }

  /** Keys may begin with a slash; see `placeOf`. */
  get takesLeadingSlash(): boolean {
    const { root, pathHost } = this.#learned.address;
    return root !== '' || pathHost !== undefined;
  }

  /** A connection of this process has stood still: bodies are read piece by piece, so that nothing is read twice. */
  get slow(): boolean {
    return this.#learned.slow;
  }

  /** Milliseconds to the head of this server's fastest answer so far; Infinity before the first. */
  get latency(): number {
    return this.#learned.latency;
  }

  /** A server has answered this process. */
  get reached(): boolean {
    return this.#learned.reached;
  }

  /** The same client with another signal and budget: for cleaning up after the first signal ended the rest. */
  with(changes: { readonly signal: AbortSignal; readonly retryPolicy?: RetryPolicy }): S3Client {
    return new S3Client({ ...this.#parts, ...changes }, this.#learned);
  }

  /**
   * @param source the request, or what makes it anew for each try.
   * @param read reads the answer, whose status is 2xx; what it throws as TransportError or FailedAnswer
   *   counts as a failed try. It may be called several times.
   * @throws {S3Error} when the request failed for good.
   */
  async send<T>(
    source: S3Request | (() => S3Request),
    read: (answer: WireAnswer, progress: Progress) => Promise<T>,
  ): Promise<T> {
    const { throttle, retryPolicy } = this.#parts;
    const retries = new Retries(retryPolicy, performance.now());
    const progress: Progress = { progressed: () => retries.progressed(performance.now()) };
    for (;;) {
      await throttle.enter();
      const request = typeof source === 'function' ? source() : source;
      const region = this.#learned.region;
      let failure: FailedAnswer | TransportError;
      try {
        const answer = await this.#attempt(request, retries.tries, (wire) => read(wire, progress));
        throttle.succeeded();
        return answer;
      } catch (error) {
        if (!(error instanceof FailedAnswer) && !(error instanceof TransportError)) throw error;
        failure = error;
      } finally {
        throttle.leave();
      }
      const verdict = this.#learn(failure, region);
      const delay = retries.next(verdict, performance.now(), {
        retryAfter:
          failure instanceof FailedAnswer
            ? parseRetryAfter(failure.headers.get('retry-after'), Date.now())
            : undefined,
        reached: this.#learned.reached,
      });
      if (delay === undefined) throw this.#errorOf(request, failure, verdict, retries.tries);
      this.log.verbose(
        `${request.operation} ${request.key ?? ''}: try ${retries.tries} failed (${failure.code} ${failure.message}), again in ${Math.round(delay)} ms`,
      );
      await pause(delay, this.#signal);
    }
  }

  async #attempt<T>(
    request: S3Request,
    failedTries: number,
    read: (answer: WireAnswer) => Promise<T>,
  ): Promise<T> {
    const wire = await this.#sign(request, failedTries);
    const startedAt = performance.now();
    return await this.#parts.transport.exchange(wire, this.#signal, async (answer) => {
      const elapsed = performance.now() - startedAt;
      this.#learned.reached = true;
      this.log.debug(
        () => `${request.operation} ${wire.url}: HTTP ${answer.status} after ${Math.round(elapsed)} ms`,
      );
      if (answer.status < 200 || answer.status > 299) throw await readFailedAnswer(answer, this.stallTimeout);
      // Of a failure it may be a proxy nearby that tells.
      if (request.body === undefined) this.#learned.latency = Math.min(this.#learned.latency, elapsed);
      return await read(answer);
    });
  }

  async #sign(request: S3Request, failedTries: number): Promise<WireRequest> {
    const { address, signer, clockOffset } = this.#learned;
    const { host, path } = placeOf(address, request.key);
    const query = encodeQuery(request.query ?? {});
    const { body } = request;
    // A slow network is told from a dead one by giving each further try twice the time.
    const longer = 2 ** Math.min(failedTries, 3);
    const payloadHash =
      body === undefined ? EMPTY_SHA256 : request.signBody === false ? 'UNSIGNED-PAYLOAD' : sha256Hex(body);
    const headers = signer.sign(
      {
        method: request.method,
        path,
        query,
        headers: { ...request.headers, host },
        payloadHash,
      },
      await this.#credentials(),
      new Date(Date.now() + clockOffset),
    );
    return {
      method: request.method,
      url: `${address.scheme}://${host}${path}${query === '' ? '' : `?${query}`}`,
      headers: { ...request.unsignedHeaders, ...headers },
      body,
      patience: (request.patience ?? this.stallTimeout) * longer,
      piecePatience: this.stallTimeout * longer,
    };
  }

  /** The credentials in force; a source that does not answer is a failed try like any other. */
  async #credentials(): Promise<Credentials> {
    const { credentials } = this.#parts;
    if (!credentials.renewable) return await credentials.current();
    const stalled = new AbortController();
    const timer = setTimeout(() => {
      stalled.abort(new TransportError('ESTALLED', 'the source of the credentials does not answer'));
    }, this.stallTimeout);
    try {
      return await untilAborted(untilAborted(credentials.current(), this.#signal), stalled.signal);
    } catch (error) {
      if (stalled.signal.aborted) credentials.refresh();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Takes from a failure what the next try can use, and says whether there should be one. */
  #learn(failure: FailedAnswer | TransportError, sentTo: string): Verdict {
    if (failure instanceof TransportError) {
      if (failure.code === 'ESTALLED') {
        // A line that is too slow for all at once may do for fewer.
        this.#learned.slow = true;
        this.#parts.throttle.slowDown(performance.now());
      }
      return classifyTransport(failure.code);
    }
    if (this.#learned.moveTo(failure.region, sentTo)) return 'again';
    const verdict = classifyAnswer(failure.status, failure.code);
    if (verdict === 'slow down') this.#parts.throttle.slowDown(performance.now());
    if (verdict === 'server clock') this.#learned.learnClock(failure.headers.get('date'));
    if (verdict === 'new credentials') {
      if (!this.#parts.credentials.renewable) return 'final';
      this.#parts.credentials.refresh();
    }
    return verdict;
  }

  #errorOf(
    request: S3Request,
    failure: FailedAnswer | TransportError,
    verdict: Verdict,
    tries: number,
  ): S3Error {
    const { address, region } = this.#learned;
    const status = failure instanceof FailedAnswer ? failure.status : undefined;
    const retryable = verdict !== 'final';
    const hint = hintFor(status, failure.code, {
      scheme: address.scheme,
      host: address.host,
      bucket: this.bucket,
      region,
      proxied: this.#parts.proxied,
      serverRegion: failure instanceof FailedAnswer ? failure.region : undefined,
      retryable,
    });
    return new S3Error(
      {
        operation: request.operation,
        bucket: this.bucket,
        key: request.key,
        status,
        code: failure.code,
        reason: reasonOf(failure),
        requestId: failure instanceof FailedAnswer ? failure.requestId : undefined,
        tries,
        retryable,
      },
      { hint, cause: failure },
    );
  }
}
