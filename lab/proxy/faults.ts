import type { S3Operation } from '../s3-server/options.ts';
import type { RecordedRequest } from '../s3-server/recorded-request.ts';
import type { S3ErrorCode } from '../s3-server/s3-error.ts';

/** Which requests go wrong. All given conditions must hold; a request that matches is counted, then `nth` and `times` decide. */
export interface FaultCondition {
  operation?: S3Operation;
  method?: string;
  key?: string | RegExp;
  partNumber?: number;
  /** Of the Range header; a request without one doesn't match. */
  range?: RegExp;
  /** The first matching request that goes wrong, counted from 1 (the default). */
  nth?: number;
  /** How many from there on; 1 by default, Infinity for all. */
  times?: number;
}

/** An answer that is made up; the operation is not performed. */
export interface AnswerFault {
  kind: 'answer';
  status: number;
  /** With a code the body is S3's error document; without one and without `body` it is empty. */
  code?: S3ErrorCode | (string & {});
  message?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** Answer before the request's body is read, and close the connection afterwards. */
  early?: boolean;
}

/**
 * What the proxy does to one request or its answer. "Performs" is here: forwards the request and reads the answer of the
 * server behind. `cutRequest` and `stallRequest` forward the bytes they read, so that the server sees a request that
 * breaks off too.
 */
export type ProxyAction =
  | AnswerFault
  /** Closes the connection with FIN, without reading the body and without performing. */
  | { kind: 'drop' }
  /** Reads so many body bytes, then RST. */
  | { kind: 'cutRequest'; afterBytes: number }
  /** Reads so many body bytes, then no more; the socket stays open. */
  | { kind: 'stallRequest'; afterBytes: number }
  /** Performs, then closes with FIN instead of answering. */
  | { kind: 'loseAnswer' }
  /** Performs after so many milliseconds. */
  | { kind: 'delay'; ms: number }
  /** Performs, and answers so many milliseconds later. */
  | { kind: 'delayAnswer'; ms: number }
  /** Calls `run` before performing. */
  | { kind: 'before'; run: () => void | Promise<void> }
  /** Calls `run` when the answer is sent; the connection's next request waits for it. */
  | { kind: 'afterwards'; run: () => void | Promise<void> }
  /** Performs, sends so many bytes of the body (or, with `inHeaders`, of the answer's head), then RST. */
  | { kind: 'cutResponse'; afterBytes: number; inHeaders?: boolean }
  /** Performs, sends the head and so many bytes of the body, then nothing; the socket stays open. */
  | { kind: 'stallResponse'; afterBytes: number }
  /** Announces the whole body, sends so many bytes, then FIN. */
  | { kind: 'shortBody'; bytes: number }
  /** Announces this length, sends the body as it is, then FIN. */
  | { kind: 'lieLength'; contentLength: number }
  /** Turns over the bits of one byte of the body. */
  | { kind: 'corruptBody'; atByte: number }
  /** Sends the body in 20 pieces a second. */
  | { kind: 'trickle'; bytesPerSecond: number }
  | { kind: 'contentRange'; value: string }
  /** Performs, and sets headers of the answer; undefined takes one away. */
  | { kind: 'headers'; set: Record<string, string | undefined> }
  /** Replaces parts of the answer. The length is set again, unless `headers` give one. */
  | {
      kind: 'rewrite';
      status?: number;
      /** undefined takes one away. */
      headers?: Record<string, string | undefined>;
      /** Gets the whole body. */
      body?: (bytes: Buffer) => Uint8Array | Promise<Uint8Array>;
    };

export interface Fault<Action = ProxyAction> {
  when: FaultCondition;
  do: Action;
}

/** What is to go wrong. Of several faults that fire at one request, the first one added is carried out. */
export class FaultPlan<Action = ProxyAction> {
  readonly #faults: { fault: Fault<Action>; matches: number }[] = [];
  #fired = 0;

  /** How many requests something was done to. */
  get fired(): number {
    return this.#fired;
  }

  add(fault: Fault<Action>): void {
    this.#faults.push({ fault, matches: 0 });
  }

  clear(): void {
    this.#faults.length = 0;
  }

  /** Counts the request in every fault that it matches. To be called once for each request. */
  next(request: RecordedRequest): Action | undefined {
    let action: Action | undefined;
    for (const entry of this.#faults) {
      if (!matches(entry.fault.when, request)) continue;
      entry.matches++;
      const { nth = 1, times = 1 } = entry.fault.when;
      if (entry.matches >= nth && entry.matches < nth + times) action ??= entry.fault.do;
    }
    if (action !== undefined) this.#fired += 1;
    return action;
  }
}

function matches(when: FaultCondition, request: RecordedRequest): boolean {
  return (
    (when.operation === undefined || when.operation === request.operation) &&
    (when.method === undefined || when.method === request.method) &&
    (when.partNumber === undefined || when.partNumber === request.partNumber) &&
    (when.key === undefined ||
      (typeof when.key === 'string' ? when.key === request.key : new RegExp(when.key).test(request.key))) &&
    (when.range === undefined || (request.range !== undefined && new RegExp(when.range).test(request.range)))
  );
}
