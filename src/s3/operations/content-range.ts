import type { ByteRange } from '../../base/byte-range.ts';

/** What a ranged GET answered: bytes [start, end) of `total`. */
export interface ContentRange extends ByteRange {
  readonly total: number;
}

/** Reads `bytes 0-9/100` (RFC 9110, section 14.4); undefined for anything else, also for an unknown total. */
export function parseContentRange(value: string | null): ContentRange | undefined {
  const match = /^bytes (\d{1,16})-(\d{1,16})\/(\d{1,16})$/.exec(value ?? '');
  if (match === null) return undefined;
  const [start, last, total] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return start <= last && last < total ? { start, end: last + 1, total } : undefined;
}
