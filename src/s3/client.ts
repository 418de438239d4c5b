import { pause } from '../base/pause.ts';
import { reasonOf } from '../base/plugin-error.ts';
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
import { takesBodiesWhole } from './http/tunnel.ts';
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
  readonly proxied: boolean;
  readonly log: Log;
  /** Ends all requests and pauses. */
  readonly signal: AbortSignal;
}

/** One try of a request, and what it is signed with. */
interface Signed {
  readonly request: S3Request;
  readonly credentials: Credentials;
  readonly failedTries: number;
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

  /** A body on its way is in memory twice; see `takesBodiesWhole`. */
  get copiesBodies(): boolean {
    return takesBodiesWhole(this.scheme, this.#parts.proxied);
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
      let credentials: Credentials | undefined;
      try {
        credentials = await this.#parts.credentials.current(this.#signal);
        const signed = { request, credentials, failedTries: retries.tries };
        const answer = await this.#attempt(signed, (wire) => read(wire, progress));
        throttle.succeeded();
        return answer;
      } catch (error) {
        if (!(error instanceof FailedAnswer) && !(error instanceof TransportError)) throw error;
        failure = error;
      } finally {
        throttle.leave();
      }
      const verdict = this.#learn(failure, region, credentials);
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

  async #attempt<T>(signed: Signed, read: (answer: WireAnswer) => Promise<T>): Promise<T> {
    const { request } = signed;
    const wire = this.#sign(signed);
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

  #sign({ request, credentials, failedTries }: Signed): WireRequest {
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
      credentials,
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

  /** Takes from a failure what the next try can use, and says whether there should be one. */
  #learn(failure: FailedAnswer | TransportError, sentTo: string, sentWith: Credentials | undefined): Verdict {
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
      if (sentWith !== undefined) this.#parts.credentials.refresh(sentWith);
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
