import { type CheckedFormat, checkOf } from '../../src/codec/check-of.ts';

/** What a check says of a stream that comes in pieces of so many bytes, the last size again and again. */
export function verdict(
  format: CheckedFormat,
  bytes: Uint8Array,
  sizes: readonly number[] = [],
): string | undefined {
  const check = checkOf(format);
  for (let at = 0, piece = 0; at < bytes.length; piece += 1) {
    const size = Math.max(1, sizes[Math.min(piece, sizes.length - 1)] ?? bytes.length);
    check.push(bytes.slice(at, at + size));
    at += size;
  }
  return check.finish();
}

/** Data as tables have it: lines of which some repeat. */
export function rows(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  let text = '';
  for (let row = 0, state = seed; text.length < length; row += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    text += `${row}\t${state % 1000}\tcustomer ${state >>> 20}\t2026-01-0${(state >>> 8) % 9}\n`;
  }
  return new TextEncoder().encode(text.slice(0, length));
}
