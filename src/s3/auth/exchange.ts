import { pause } from '../../base/pause.ts';
import { classifyAnswer, classifyTransport, type Verdict } from '../errors/classify.ts';
import { FailedAnswer } from '../errors/failed-answer.ts';
import { readText } from '../http/answer.ts';
import { TransportError } from '../http/transport-error.ts';
import { parseRetryAfter, Retries, type RetryPolicy } from '../retry.ts';
import { SourceError, type SourceParts } from './source.ts';

/** A request of a source; it is built again for each try. */
export interface SourceRequest {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
}

export interface SourceAnswer {
  readonly text: string;
  readonly headers: Headers;
}

/** How one source is queried. */
export interface Asking {
  /** In messages: `instance metadata at http://169.254.169.254`. */
  readonly who: string;
  /** Milliseconds that the first try may take; further ones get more. */
  readonly firstPatience: number;
  /** Never through a proxy: the address has a meaning on this host alone. */
  readonly direct: boolean;
  /** Whether it has answered this process; kept by the source from request to request. */
  readonly state: { reached: boolean };
  readonly policy?: RetryPolicy;
  /** The error document of an answer; absent: the status decides. */
  readonly failureOf?: (status: number, answer: SourceAnswer) => Promise<FailedAnswer>;
  /** Of a failure that the next try may heal in another way than S3's; undefined: as S3's. */
  readonly verdictOf?: (failure: FailedAnswer) => Verdict | undefined;
  /** What a user can do about a failure. */
  readonly hintOf?: (failure: FailedAnswer | TransportError) => string | undefined;
}

/** After a stalled try, the next one waits at least this long. */
const LATER_PATIENCE = 10_000;

/**
 * Asks until there is an answer that `read` takes: with the classes, pauses and time of requests to S3.
 * @param read may throw FailedAnswer or TransportError, which count as a failed try
 * @throws {SourceError} when it failed for good; the signal's reason
 */
export async function ask<T>(
  parts: SourceParts,
  asking: Asking,
  signal: AbortSignal,
  source: () => SourceRequest | Promise<SourceRequest>,
  read: (answer: SourceAnswer) => T | Promise<T>,
): Promise<T> {
  const policy = asking.policy ?? parts.retryPolicy;
  const startedAt = performance.now();
  const retries = new Retries(policy, startedAt);
  for (;;) {
    const request = await source();
    let failure: FailedAnswer | TransportError;
    try {
      return await read(await exchange(parts, asking, signal, request, patienceOf(retries.tries)));
    } catch (error) {
      if (!(error instanceof FailedAnswer) && !(error instanceof TransportError)) throw error;
      failure = error;
    }
    const verdict =
      failure instanceof FailedAnswer
        ? (asking.verdictOf?.(failure) ?? classifyAnswer(failure.status, failure.code))
        : classifyTransport(failure.code);
    const now = Date.now();
    const delay = retries.next(verdict, performance.now(), {
      retryAfter:
        failure instanceof FailedAnswer
          ? parseRetryAfter(failure.headers.get('retry-after'), now)
          : undefined,
      reached: asking.state.reached,
    });
    if (delay === undefined) {
      const hint = asking.hintOf?.(failure) ?? parts.tlsHintFor?.(failure.code, new URL(request.url).host);
      throw failed(asking, failure, retries.tries, hint);
    }
    parts.log.verbose(
      `${asking.who}: try ${retries.tries} failed (${wordsOf(failure)}), again in ${Math.round(delay)} ms`,
    );
    await pause(delay, signal);
  }

  /** A short first wait, since the address may lead nowhere; then long ones, within what is left. */
  function patienceOf(failedTries: number): number {
    if (failedTries === 0 && !asking.state.reached) return asking.firstPatience;
    const stall = Math.min(60_000, policy.timeout / 5);
    const longer = Math.min(
      Math.max(LATER_PATIENCE, asking.firstPatience) * 2 ** Math.max(0, failedTries - 1),
      stall * 8,
    );
    const left =
      (asking.state.reached ? policy.timeout : policy.reachTimeout) - (performance.now() - startedAt);
    return Math.max(Math.min(1000, stall), Math.min(longer, left));
  }
}

async function exchange(
  parts: SourceParts,
  asking: Asking,
  signal: AbortSignal,
  request: SourceRequest,
  patience: number,
): Promise<SourceAnswer> {
  const { method, url, headers = {}, body } = request;
  const wire = { method, url, headers, body, patience, piecePatience: patience, direct: asking.direct };
  return await parts.transport.exchange(wire, signal, async (answer) => {
    asking.state.reached = true;
    // Neither the query nor the body of requests and answers is logged: they contain tokens and keys.
    parts.log.debug(() => `${method} ${new URL(url).origin}${new URL(url).pathname}: HTTP ${answer.status}`);
    const whole = { text: await readText(answer, patience), headers: answer.headers };
    if (answer.status === 200) return whole;
    throw (
      (await asking.failureOf?.(answer.status, whole)) ?? new FailedAnswer(answer.status, answer.headers, {})
    );
  });
}

function failed(
  asking: Asking,
  failure: FailedAnswer | TransportError,
  tries: number,
  hint: string | undefined,
): SourceError {
  const often = tries > 1 ? `, ${tries} tries` : '';
  return new SourceError(`${asking.who} failed: ${wordsOf(failure)}${often}`, {
    hint,
    cause: failure,
  });
}

function wordsOf(failure: FailedAnswer | TransportError): string {
  if (failure instanceof TransportError) return `${failure.message} (${failure.code})`;
  const { status, code, message } = failure;
  return `HTTP ${status} ${code}`.trimEnd() + (message === '' ? '' : `: ${message}`);
}
