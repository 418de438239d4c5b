import { codeOf, reasonOf } from '../base/plugin-error.ts';
import type { StreamCheck } from './stream-check.ts';

/** The least that is one: 10 bytes of header, 2 of an empty deflate stream, 8 of trailer (RFC 1952, section 2.3). */
export const LEAST_GZIP = 20;

/** Streams up to this length are inflated: 0.3 of 14 ms of CPU at 64 kB, 3 (rows) to 5 (base64) of 17 ms at 1 MB. */
const MOST_CHECKED = 1024 * 1024;
/** Inflated bytes up to which that is done in one call. */
const MOST_AT_ONCE = 16 * 1024 * 1024;
/** The same with a limit that is watched, for what is not what it seems to be: no more memory than of a few parts. */
const MOST_INFLATED = 32 * 1024 * 1024;
/** Streams that are inflated in one call whatever length they claim: no more than 4 MB can come of them. */
const TINY = 4096;
/** What deflate can make of a byte at most: 258 bytes of 2 bits. */
const BEST_RATIO = 1032;

/**
 * A gzip stream. A short one is inflated, and its lengths and checksums compared; of a longer one only the beginning is
 * looked at, since the end of a compressor that was killed is found by nothing but inflating.
 */
export class GzipCheck implements StreamCheck {
  readonly format = 'gzip';
  #length = 0;
  #head: readonly number[] = [];
  /** The whole stream so far, while it is in one piece. */
  #whole: Uint8Array | undefined;

  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (this.#head.length < 4) this.#head = [...this.#head, ...bytes.subarray(0, 4)];
    this.#whole = this.#length === 0 && bytes.length <= MOST_CHECKED ? bytes : undefined;
    this.#length += bytes.length;
  }

  finish(): string | undefined {
    if (this.#length === 0) return 'is empty';
    if (!beginsGzip(this.#head)) return 'does not begin like one';
    if (this.#length < LEAST_GZIP) return endsEarly(this.#length);
    return this.#whole === undefined ? undefined : faultOf(this.#whole);
  }
}

/** Magic number, the only method there is, and no flag that nobody has given a meaning yet. */
function beginsGzip([first, second, method, flags = 0]: Iterable<number>): boolean {
  return first === 0x1f && second === 0x8b && method === 8 && (flags & 0xe0) === 0;
}

function endsEarly(length: number): string {
  return `ends early, after ${length} bytes`;
}

function faultOf(whole: Uint8Array): string | undefined {
  const told = toldSize(whole);
  if (told > BEST_RATIO * whole.length) return endsEarly(whole.length);
  const seemsWhole = told >= whole.length / 2 || whole.length <= TINY;
  if (seemsWhole && told <= MOST_AT_ONCE && isOneMember(whole)) return undefined;
  return thoroughly(whole);
}

/** Inflated bytes by the last four bytes, which belong to the last member unless there is padding. */
function toldSize(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4).getUint32(0, true);
}

/** Whether all of it is one whole member. The runtime stops behind the first one and does not say where that is. */
function isOneMember(bytes: Uint8Array): boolean {
  let inflated: Uint8Array;
  try {
    inflated = Bun.gunzipSync(bytes as Uint8Array<ArrayBuffer>, { library: 'libdeflate' });
  } catch {
    return false;
  }
  const trailer = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 8);
  return (
    trailer.getUint32(0, true) === Bun.hash.crc32(inflated) && trailer.getUint32(4, true) === inflated.length
  );
}

/**
 * Several members, padding, or an incomplete stream. Few processes need this library, which takes 2 ms to load.
 * Nothing is known of what would become too large.
 */
function thoroughly(whole: Uint8Array): string | undefined {
  try {
    process.getBuiltinModule('node:zlib').gunzipSync(whole, { maxOutputLength: MOST_INFLATED });
    return undefined;
  } catch (error) {
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE') return undefined;
    if (codeOf(error) === 'Z_BUF_ERROR') return endsEarly(whole.length);
    return `is damaged (${reasonOf(error)})`;
  }
}
