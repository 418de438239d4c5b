import { pause } from '../base/pause.ts';
import type { Log } from '../log/log.ts';
import type { CredentialSource, Credentials } from './auth/credentials.ts';
import { classifyAnswer, classifyTransport, isUnknownKey, type Verdict } from './errors/classify.ts';
import { FailedAnswer, readFailedAnswer } from './errors/failed-answer.ts';
import type { HintFor } from './errors/hint-facts.ts';
import { s3Url } from './errors/s3-error.ts';
import { s3ErrorOf } from './errors/s3-error-of.ts';
import type { WireAnswer } from './http/answer.ts';
import type { Transport } from './http/transport.ts';
import { TransportError } from './http/transport-error.ts';
import type { Pace } from './pace.ts';
import { Patience } from './patience.ts';
import type { S3Request } from './request.ts';
import { parseRetryAfter, Retries, type RetryPolicy } from './retry.ts';
import { LearningServer, type Server, type ServerParts } from './server.ts';
import type { StillTrying } from './still-trying.ts';
import type { Throttle } from './throttle.ts';
import { type SignedTry, wireRequestOf } from './wire-request.ts';

/** What a client is made of; see `open.ts`. */
export interface ClientParts extends ServerParts {
  readonly bucket: string;
  readonly credentials: CredentialSource;
  readonly transport: Transport;
  readonly throttle: Throttle;
  readonly retryPolicy: RetryPolicy;
  /** Gives what a user can do about a failure; called when there is one. Absent: errors have no hint. */
  readonly hints?: (() => Promise<HintFor>) | undefined;
  /** Told of waiting and of failed tries. Absent: nobody waits. */
  readonly stillTrying?: StillTrying | undefined;
  /** Absent: the bytes of objects move as fast as they can. */
  readonly pace?: Pace | undefined;
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
 * addressed and signed again, since a signature ages and a region, a clock or credentials may have been learnt.
 */
export class S3Client {
  readonly bucket: string;
  readonly log: Log;
  readonly #parts: ClientParts;
  readonly #patience: Patience;
  /** Until a server has answered. */
  readonly #firstPatience: Patience;
  readonly #server: LearningServer;

  constructor(parts: ClientParts, server?: LearningServer) {
    this.#parts = parts;
    this.bucket = parts.bucket;
    this.log = parts.log;
    const { timeout, reachTimeout } = parts.retryPolicy;
    this.#patience = new Patience(timeout);
    this.#firstPatience = new Patience(Math.min(timeout, reachTimeout));
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

  /** Ends all requests and pauses of this client; a transfer ends with that of the client it is given. */
  get signal(): AbortSignal {
    return this.#parts.signal;
  }

  /** The same client with another signal or budget, as the parts of a transfer and the cleaning up after it need. */
  with(changes: { readonly signal?: AbortSignal; readonly retryPolicy?: RetryPolicy }): S3Client {
    return new S3Client({ ...this.#parts, ...changes }, this.#server);
  }

  /**
   * @param source the request, or what builds it for each try.
   * @param read reads the answer, whose status is 2xx; what it throws as TransportError or FailedAnswer
   *   counts as a failed try. It may be called several times.
   * @throws {S3Error} when the request failed for good.
   */
  async send<T>(
    source: S3Request | (() => S3Request),
    read: (answer: WireAnswer, attempt: Attempt) => Promise<T>,
  ): Promise<T> {
    const { throttle, retryPolicy, stillTrying, pace } = this.#parts;
    const retries = new Retries(retryPolicy, performance.now());
    const patienceFor = (bytes: number): number => this.#patience.ofBody(bytes);
    const progressed = (): void => {
      const now = performance.now();
      retries.progressed(now);
      stillTrying?.progressed(now);
    };
    for (;;) {
      const request = typeof source === 'function' ? source() : source;
      const passage = pace && (await pace.begin(request, this.#parts.signal));
      await throttle.enter(this.#parts.signal);
      const { region, wantsMd5 } = this.#server;
      const attempt: Attempt = { number: retries.tries + 1, patienceFor, progressed };
      // Of the time that does not go to a limit of our own.
      const startedAt = performance.now() - (passage?.waited ?? 0);
      let failure: FailedAnswer | TransportError;
      let credentials: Credentials | undefined;
      try {
        credentials = await this.#parts.credentials.current(this.#parts.signal);
        const patience = this.#server.reached ? this.#patience : this.#firstPatience;
        const answerPatience = this.#patience.stall;
        const signed = { request, credentials, retries, patience, answerPatience, passage };
        const answer = await this.#attempt(signed, (wire) => read(wire, attempt));
        throttle.succeeded();
        stillTrying?.progressed(performance.now());
        return answer;
      } catch (error) {
        if (!(error instanceof FailedAnswer) && !(error instanceof TransportError)) throw error;
        failure = error;
      } finally {
        throttle.leave();
        retries.waited(passage?.waited ?? 0);
      }
      const verdict = this.#wantsMd5(request, failure, wantsMd5)
        ? 'again'
        : this.#learn(failure, region, credentials);
      const delay = retries.next(verdict, performance.now(), {
        retryAfter:
          failure instanceof FailedAnswer
            ? parseRetryAfter(failure.headers.get('retry-after'), Date.now())
            : undefined,
        reached: this.#server.reached,
      });
      const sender = { ...this.#parts, hintFor: await this.#parts.hints?.() };
      if (delay === undefined) {
        throw s3ErrorOf(sender, this.#server, request, failure, verdict, retries.tries);
      }
      this.#server.retries += 1;
      const { tries } = retries;
      stillTrying?.failed(startedAt + (passage?.waited ?? 0), () => ({
        host: this.#server.address.host,
        error: s3ErrorOf(sender, this.#server, request, failure, verdict, tries),
      }));
      this.log.verbose(
        `${request.operation} ${request.key ?? ''}: try ${retries.tries} failed (${failure.code} ${failure.message}), again in ${Math.round(delay)} ms`,
      );
      await pause(delay, this.#parts.signal);
    }
  }

  async #attempt<T>(signed: SignedTry, read: (answer: WireAnswer) => Promise<T>): Promise<T> {
    const { request, passage } = signed;
    const wire = wireRequestOf(this.#server, signed);
    const startedAt = performance.now();
    if (!this.#server.reached) this.#parts.stillTrying?.begins(startedAt, this.#server.address.host);
    return await this.#parts.transport.exchange(wire, this.#parts.signal, async (answer) => {
      const elapsed = performance.now() - startedAt;
      const first = !this.#server.reached;
      this.#server.reached = true;
      const ok = answer.status >= 200 && answer.status <= 299;
      if (first || ok) this.#parts.stillTrying?.progressed(performance.now());
      this.log.debug(
        () => `${request.operation} ${wire.url}: HTTP ${answer.status} after ${Math.round(elapsed)} ms`,
      );
      if (passage !== undefined) this.#parts.pace?.answered(passage, request, answer);
      if (!ok) throw await readFailedAnswer(answer);
      // A failure may be the answer of a proxy nearby.
      if (request.body === undefined) this.#server.latency = Math.min(this.#server.latency, elapsed);
      return await read(answer);
    });
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
  #learn(failure: FailedAnswer | TransportError, sentTo: string, sentWith: Credentials | undefined): Verdict {
    if (failure instanceof TransportError) {
      if (failure.code === 'ESTALLED') {
        // A line that is too slow for all at once may do for fewer.
        this.#server.slow = true;
        this.#parts.throttle.slowDown(performance.now());
      }
      return classifyTransport(failure.code);
    }
    if (this.#server.moveTo(failure.region, sentTo)) return 'again';
    // Those that another process asked for may be gone on the server, where this process would have got others.
    const isGone =
      sentWith !== undefined && isUnknownKey(failure.code) && this.#parts.credentials.isShared(sentWith);
    const verdict = isGone ? 'new credentials' : classifyAnswer(failure.status, failure.code);
    if (verdict === 'slow down') {
      this.#server.throttles += 1;
      this.#parts.throttle.slowDown(performance.now());
    }
    if (verdict === 'server clock') this.#server.learnClock(failure.headers.get('date'));
    if (verdict === 'new credentials') {
      if (!this.#parts.credentials.renewable) return 'final';
      if (sentWith !== undefined) this.#parts.credentials.refresh(sentWith);
    }
    return verdict;
  }
}
