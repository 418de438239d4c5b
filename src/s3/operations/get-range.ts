import type { ByteRange } from '../../base/byte-range.ts';
import type { Attempt, S3Client } from '../client.ts';
import { FailedAnswer } from '../errors/failed-answer.ts';
import { ObjectChangedError } from '../errors/object-changed-error.ts';
import { S3Error } from '../errors/s3-error.ts';
import { leastBytes, type WireAnswer } from '../http/answer.ts';
import { TransportError } from '../http/transport-error.ts';
import type { S3Request } from '../request.ts';
import { parseContentRange } from './content-range.ts';
import { headObject } from './head-object.ts';
import { isOfStore, isSameObject, type ObjectFacts, readFacts, strongTag } from './object-facts.ts';

/** Bytes [start, end) of an object, and what must be true of it. */
export interface RangeRead extends ByteRange {
  readonly key: string;
  /** The facts of an earlier range: another object under the same key is an error, never mixed in. */
  readonly expected?: ObjectFacts;
}

export interface RangeAnswer {
  readonly facts: ObjectFacts;
  /** Shorter than requested only where the object ends; empty for an empty object. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What an answer to a range contains. */
interface Span {
  readonly facts: ObjectFacts;
  readonly end: number;
  /** Bytes in front of those that are wanted. */
  readonly skip: number;
  /** The body is the range and no more; otherwise the whole object. */
  readonly partial: boolean;
}

/** A server that ignores ranges sends the whole object; no more than this much of it is skipped. */
const MOST_SKIPPED = 256 * 1024 * 1024;

/** Larger bodies are read piece by piece from the first try on: only then a stalled connection is noticed. */
const LARGEST_WHOLE = 8 * 1024 * 1024;

/**
 * Reads a range (S3 API Reference, GetObject with Range and If-Match). The first try takes the body in one
 * piece, which is the cheapest way; after a failure the body is read piece by piece into a buffer, and a
 * further try goes on at the next byte.
 *
 * @throws {S3Error} when it failed for good.
 * @throws {ObjectChangedError} when the object is another one than `expected`.
 */
export async function getRange(client: S3Client, read: RangeRead): Promise<RangeAnswer> {
  const range = new RangeTries(client, read);
  try {
    return await client.send(
      () => range.request(),
      (answer, attempt) => range.take(answer, attempt),
    );
  } catch (error) {
    if (error instanceof S3Error && error.status === 416 && read.start === 0)
      return await emptyObject(client, read.key, error);
    if (error instanceof S3Error && error.status === 412)
      throw new ObjectChangedError(client.url(read.key), error);
    throw error;
  }
}

/** The state of one range over its tries. */
class RangeTries {
  readonly #client: S3Client;
  readonly #read: RangeRead;
  /** Since progress was last reported. */
  #unreported = { bytes: 0, since: performance.now() };
  /** From the second try on: what has come so far. */
  #kept: { buffer: Uint8Array<ArrayBuffer>; length: number; facts: ObjectFacts } | undefined;

  constructor(client: S3Client, read: RangeRead) {
    this.#client = client;
    this.#read = read;
  }

  request(): S3Request {
    const { key, end } = this.#read;
    const start = this.#next();
    const etag = strongTag(this.#kept?.facts ?? this.#read.expected);
    const size = (this.#kept?.facts ?? this.#read.expected)?.size;
    return {
      operation: 'GetObject',
      method: 'GET',
      key,
      headers: { range: `bytes=${start}-${end - 1}` },
      ...(size === undefined ? {} : { answerLength: Math.min(end, size) - start }),
      ...(etag === undefined ? {} : { unsignedHeaders: { 'if-match': etag } }),
    };
  }

  async take(answer: WireAnswer, attempt: Attempt): Promise<RangeAnswer> {
    const start = this.#next();
    const span = this.#span(answer, start);
    const { facts, end, partial } = span;
    this.#check(facts);
    // Without an announced length the body may be endless.
    const isBounded = answer.headers.get('content-length') !== null;
    const untouched = start === this.#read.start && partial && isBounded && attempt.number === 1;
    if (untouched && end - start <= LARGEST_WHOLE && !this.#client.server.slow) {
      const bytes = await answer.bytes(attempt.patienceFor(end - start), end - start);
      if (bytes.length !== end - start) throw short(bytes.length, end - start);
      return { facts, bytes };
    }
    await this.#takePieces(answer, attempt, span);
    return { facts, bytes: this.#kept?.buffer ?? new Uint8Array(0) };
  }

  /** The next byte that is missing. */
  #next(): number {
    return this.#read.start + (this.#kept?.length ?? 0);
  }

  /**
   * Which bytes the answer contains. Content-Range decides, whatever the status: rclone answers a part with 200, and
   * taking it for the whole object would cut the object short.
   */
  #span(answer: WireAnswer, start: number): Span {
    const { headers, status } = answer;
    const length = /^\d{1,16}$/.test(headers.get('content-length') ?? '')
      ? Number(headers.get('content-length'))
      : undefined;
    const range = parseContentRange(headers.get('content-range'));
    if (range !== undefined && (status === 206 || (status === 200 && length !== range.total))) {
      const end = Math.min(this.#read.end, range.total);
      if (range.start !== start || range.end !== end) {
        throw new TransportError(
          'EPROTOCOL',
          `bytes ${start}-${end - 1} were requested, ${range.start}-${range.end - 1} were sent`,
        );
      }
      const compression = compressionOf(headers);
      // The length proves an object that was stored compressed, which may say so, to be untouched.
      if (length === undefined ? compression !== undefined : length !== end - start) {
        throw new TransportError(
          'EPROTOCOL',
          `${end - start} bytes were requested, ${length ?? 'an unknown number'} announced${compression === undefined ? '' : `, compressed (${compression})`}`,
        );
      }
      return { facts: readFacts(headers, range.total), end, skip: 0, partial: true };
    }
    // Without a Content-Range only these distinguish an object from the page of a proxy or a portal.
    if (!isOfStore(headers)) {
      throw new TransportError('EPROTOCOL', 'the answer is not an object of an S3 server');
    }
    if (length === 0 && start === 0) {
      return { facts: readFacts(headers, 0), end: 0, skip: 0, partial: false };
    }
    if (status !== 200 || length === undefined) {
      throw new TransportError(
        'EPROTOCOL',
        `a range was requested, the answer is HTTP ${status} without a usable Content-Range`,
      );
    }
    const compression = compressionOf(headers);
    if (compression !== undefined) {
      throw new TransportError(
        'EPROTOCOL',
        `the answer was compressed on its way (${compression}), which was not requested`,
      );
    }
    if (length <= start || start > MOST_SKIPPED) {
      throw new TransportError('EPROTOCOL', 'the server answers a range with the whole object');
    }
    const end = Math.min(this.#read.end, length);
    return { facts: readFacts(headers, length), end, skip: start, partial: false };
  }

  #check(facts: ObjectFacts): void {
    const expected = this.#kept?.facts ?? this.#read.expected;
    if (expected !== undefined && !isSameObject(expected, facts))
      throw new ObjectChangedError(this.#client.url(this.#read.key));
  }

  async #takePieces(answer: WireAnswer, attempt: Attempt, span: Span): Promise<void> {
    const wanted = span.end - this.#read.start;
    this.#kept ??= { buffer: new Uint8Array(wanted), length: 0, facts: span.facts };
    const kept = this.#kept;
    const before = kept.length;
    let { skip } = span;
    for await (const piece of this.#pieces(answer, () => span.partial && kept.length === wanted)) {
      const useful = piece.subarray(Math.min(skip, piece.length));
      skip -= piece.length - useful.length;
      const room = wanted - kept.length;
      kept.buffer.set(useful.subarray(0, room), kept.length);
      kept.length += Math.min(useful.length, room);
      if (useful.length > room && span.partial) {
        // Whatever these bytes are, they are not the range: none of them may be a part of it, nor progress.
        kept.length = before;
        throw short(wanted + useful.length - room, wanted);
      }
      // Bytes that were skipped are none: a server that sends them again and again is not getting anywhere.
      this.#report(attempt, useful.length);
      if (kept.length === wanted && !span.partial) break;
    }
    if (kept.length !== wanted) throw short(kept.length, wanted);
  }

  /** The pieces of a body. One that breaks when all bytes are there does not matter. */
  async *#pieces(answer: WireAnswer, isWhole: () => boolean): AsyncGenerator<Uint8Array> {
    try {
      yield* answer.pieces();
    } catch (error) {
      if (!(error instanceof TransportError) || !isWhole()) throw error;
    }
  }

  /** A byte now and then is no progress, or a server that drips would be waited for for ever. */
  #report(attempt: Attempt, bytes: number): void {
    const now = performance.now();
    this.#unreported.bytes += bytes;
    if (bytes === 0 || this.#unreported.bytes < leastBytes(now - this.#unreported.since)) return;
    this.#unreported = { bytes: 0, since: now };
    attempt.progressed();
  }
}

/** The compression that the answer's head names. */
function compressionOf(headers: Headers): string | undefined {
  return /\b(?:gzip|deflate|compress|br|zstd)\b/i.exec(headers.get('content-encoding') ?? '')?.[0];
}

function short(came: number, wanted: number): TransportError {
  return new TransportError('ESHORT', `${wanted} bytes were announced, ${came} arrived`);
}

/** 416 to a range from 0 on: the object is empty, which Content-Range `bytes * slash 0` or a HEAD proves. */
async function emptyObject(client: S3Client, key: string, error: S3Error): Promise<RangeAnswer> {
  const { cause } = error;
  const proof = cause instanceof FailedAnswer ? cause.headers.get('content-range') : null;
  const facts = proof?.trim() === 'bytes */0' ? readFacts(new Headers(), 0) : await headObject(client, key);
  if (facts.size !== 0) throw error;
  return { facts, bytes: new Uint8Array(0) };
}
