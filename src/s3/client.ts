import { pause } from '../base/pause.ts';
import { reasonOf } from '../base/plugin-error.ts';
import { untilAborted } from '../base/until-aborted.ts';
import type { Log } from '../log/log.ts';
import { placeOf } from './address.ts';
import type { CredentialSource, Credentials } from './auth/credentials.ts';
import { EMPTY_SHA256, sha256Hex } from './auth/signer.ts';
import { md5Base64 } from './checksum.ts';
import { encodeQuery } from './encode.ts';
import { classifyAnswer, classifyTransport, type Verdict } from './errors/classify.ts';
import { FailedAnswer, readFailedAnswer, redirectOf } from './errors/failed-answer.ts';
import type { HintFor } from './errors/hint-facts.ts';
import { S3Error, s3Url } from './errors/s3-error.ts';
import type { WireAnswer } from './http/answer.ts';
import type { Transport, WireRequest } from './http/transport.ts';
import { TransportError } from './http/transport-error.ts';
import { Patience } from './patience.ts';
import type { S3Request } from './request.ts';
import { parseRetryAfter, Retries, type RetryPolicy } from './retry.ts';
import { LearningServer, type Server, type ServerParts } from './server.ts';
import type { Throttle } from './throttle.ts';

/** What a client is made of; see `open.ts`. */
export interface ClientParts extends ServerParts {
  readonly bucket: string;
  readonly credentials: CredentialSource;
  readonly transport: Transport;
  readonly throttle: Throttle;
  readonly retryPolicy: RetryPolicy;
  /** Host and port of the proxy that requests go through, for hints. */
  readonly proxy?: string | undefined;
  /** What a user can do about a failure. Absent: errors have no hint. */
  readonly hintFor?: HintFor | undefined;
  readonly log: Log;
  /** Ends all requests and pauses. */
  readonly signal: AbortSignal;
}

/** One try of a request, as an operation sees it while the answer is read. */
export interface Attempt {
  /** 1 for the first try. */
  readonly number: number;
  /** Milliseconds that a body of so many bytes may take when it is received in one piece. */
  patienceFor(bytes: number): number;
  /** Bytes moved, so the request's time budget starts again. */
  progressed(): void;
}

/**
 * Sends S3 requests to one bucket until they succeed, fail for good, or their budget is used up. Each try is
 * addressed and signed anew, since a signature ages and a region, a clock or credentials may have been learnt.
 */
export class S3Client {
  readonly bucket: string;
  readonly log: Log;
  readonly #parts: ClientParts;
  readonly #patience: Patience;
  readonly #server: LearningServer;

  constructor(parts: ClientParts, server?: LearningServer) {
    this.#parts = parts;
    this.bucket = parts.bucket;
    this.log = parts.log;
    this.#patience = new Patience(parts.retryPolicy.timeout);
    this.#server = server ?? new LearningServer(parts);
  }

  /** What is known of the server; shared by all clients that `with` made of this one. */
  get server(): Server {
    return this.#server;
  }

  /** `s3://bucket/key`, for messages; without a key the bucket. */
  url(key?: string): string {
    return s3Url(this.bucket, key);
  }

  /** The same client with another signal and budget: for cleaning up after the first signal ended the rest. */
  with(changes: { readonly signal: AbortSignal; readonly retryPolicy?: RetryPolicy }): S3Client {
    return new S3Client({ ...this.#parts, ...changes }, this.#server);
  }

  /**
   * @param source the request, or what makes it anew for each try.
   * @param read reads the answer, whose status is 2xx; what it throws as TransportError or FailedAnswer
   *   counts as a failed try. It may be called several times.
   * @throws {S3Error} when the request failed for good.
   */
  async send<T>(
    source: S3Request | (() => S3Request),
    read: (answer: WireAnswer, attempt: Attempt) => Promise<T>,
  ): Promise<T> {
    const { throttle, retryPolicy } = this.#parts;
    const retries = new Retries(retryPolicy, performance.now());
    const patienceFor = (bytes: number): number => this.#patience.ofBody(bytes);
    const progressed = (): void => retries.progressed(performance.now());
    for (;;) {
      await throttle.enter(this.#parts.signal);
      const request = typeof source === 'function' ? source() : source;
      const { region, wantsMd5 } = this.#server;
      const attempt: Attempt = { number: retries.tries + 1, patienceFor, progressed };
      let failure: FailedAnswer | TransportError;
      try {
        const answer = await this.#attempt(request, retries.tries, (wire) => read(wire, attempt));
        throttle.succeeded();
        return answer;
      } catch (error) {
        if (!(error instanceof FailedAnswer) && !(error instanceof TransportError)) throw error;
        failure = error;
      } finally {
        throttle.leave();
      }
      const verdict = this.#wantsMd5(request, failure, wantsMd5) ? 'again' : this.#learn(failure, region);
      const delay = retries.next(verdict, performance.now(), {
        retryAfter:
          failure instanceof FailedAnswer
            ? parseRetryAfter(failure.headers.get('retry-after'), Date.now())
            : undefined,
        reached: this.#server.reached,
      });
      if (delay === undefined) throw this.#errorOf(request, failure, verdict, retries.tries);
      this.log.verbose(
        `${request.operation} ${request.key ?? ''}: try ${retries.tries} failed (${failure.code} ${failure.message}), again in ${Math.round(delay)} ms`,
      );
      await pause(delay, this.#parts.signal);
    }
  }

  async #attempt<T>(
    request: S3Request,
    failedTries: number,
    read: (answer: WireAnswer) => Promise<T>,
  ): Promise<T> {
    const wire = await this.#sign(request, failedTries);
    const startedAt = performance.now();
    return await this.#parts.transport.exchange(wire, this.#parts.signal, async (answer) => {
      const elapsed = performance.now() - startedAt;
      this.#server.reached = true;
      this.log.debug(
        () => `${request.operation} ${wire.url}: HTTP ${answer.status} after ${Math.round(elapsed)} ms`,
      );
      if (answer.status < 200 || answer.status > 299) throw await readFailedAnswer(answer);
      // Of a failure it may be a proxy nearby that tells.
      if (request.body === undefined) this.#server.latency = Math.min(this.#server.latency, elapsed);
      return await read(answer);
    });
  }

  async #sign(request: S3Request, failedTries: number): Promise<WireRequest> {
    const { address, signer, clockOffset } = this.#server;
    const { host, path } = placeOf(address, request.key);
    const query = encodeQuery(request.query ?? {});
    const { body, work = 1 } = request;
    // A slow network is told from a dead one by giving each further try twice the time.
    const longer = 2 ** Math.min(failedTries, 3);
    const payloadHash =
      body === undefined ? EMPTY_SHA256 : request.signBody === false ? 'UNSIGNED-PAYLOAD' : sha256Hex(body);
    const headers = signer.sign(
      {
        method: request.method,
        path,
        query,
        headers: { ...this.#md5Of(request), ...request.headers, host },
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
      patience: this.#patience.ofHead(body?.length ?? 0, work) * longer,
      piecePatience: this.#patience.stall * longer,
      answerPatience: this.#patience.stall * work,
    };
  }

  /** The credentials in force; a source that does not answer is a failed try like any other. */
  async #credentials(): Promise<Credentials> {
    const { credentials } = this.#parts;
    if (!credentials.renewable) return await credentials.current();
    const stalled = new AbortController();
    const timer = setTimeout(() => {
      stalled.abort(new TransportError('ESTALLED', 'the source of the credentials does not answer'));
    }, this.#patience.stall);
    try {
      return await untilAborted(untilAborted(credentials.current(), this.#parts.signal), stalled.signal);
    } catch (error) {
      if (stalled.signal.aborted) credentials.refresh();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #md5Of({ body }: S3Request): Record<string, string> {
    return this.#server.wantsMd5 && body !== undefined ? { 'content-md5': md5Base64(body) } : {};
  }

  /**
   * Whether the failure asks for Content-MD5, which the request did not have: learnt for all that follow. AWS's words
   * are "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters".
   */
  #wantsMd5(
    { body, headers }: S3Request,
    failure: FailedAnswer | TransportError,
    sentWith: boolean,
  ): boolean {
    if (!(failure instanceof FailedAnswer) || failure.status !== 400) return false;
    if (body === undefined || sentWith || headers?.['content-md5'] !== undefined) return false;
    // These are about one that was sent.
    if (['InvalidDigest', 'BadDigest'].includes(failure.code)) return false;
    if (!/content-?md5/i.test(`${failure.code} ${failure.message}`)) return false;
    if (!this.#server.wantsMd5) this.log.verbose('the server wants Content-MD5: sent from now on');
    this.#server.wantsMd5 = true;
    return true;
  }

  /** Takes from a failure what the next try can use, and says whether there should be one. */
  #learn(failure: FailedAnswer | TransportError, sentTo: string): Verdict {
    if (failure instanceof TransportError) {
      if (failure.code === 'ESTALLED') {
        // A line that is too slow for all at once may do for fewer.
        this.#server.slow = true;
        this.#parts.throttle.slowDown(performance.now());
      }
      return classifyTransport(failure.code);
    }
    if (this.#server.moveTo(failure.region, sentTo)) return 'again';
    const verdict = classifyAnswer(failure.status, failure.code);
    if (verdict === 'slow down') this.#parts.throttle.slowDown(performance.now());
    if (verdict === 'server clock') this.#server.learnClock(failure.headers.get('date'));
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
    const { operation, key } = request;
    const { address, region } = this.#server;
    const answer = failure instanceof FailedAnswer ? failure : undefined;
    const facts = { status: answer?.status, code: failure.code, retryable: verdict !== 'final' };
    const hint = this.#parts.hintFor?.({
      ...facts,
      scheme: address.scheme,
      host: address.host,
      bucket: this.bucket,
      region,
      ofStore: answer?.ofStore ?? false,
      proxy: this.#parts.proxy,
      serverRegion: answer?.region,
      redirectedTo: answer === undefined ? undefined : redirectOf(answer.headers),
    });
    return new S3Error(
      {
        ...facts,
        operation,
        bucket: this.bucket,
        key,
        reason: reasonOf(failure),
        requestId: answer?.requestId,
        tries,
      },
      { hint, cause: failure },
    );
  }
}
