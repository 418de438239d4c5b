import type { ByteRange } from '../base/byte-range.ts';

/** One GET of a filtered restore, and the pieces of it that go out, in their order. */
export interface SubsetRead extends ByteRange {
  readonly pieces: readonly ByteRange[];
}

/** Bytes between two ranges that cost less to read than a request of their own. */
export const NEAR = 512 * 1024;

/**
 * Plans the reads of a filtered restore: ranges that lie near behind each other share a GET, far ones have
 * their own, large ones are split, and no GET is larger than `largest` bytes. The pieces of all reads, one
 * after the other, are exactly the ranges in the order given, also where they overlap. Empty ranges need no
 * read.
 */
export function* planSubset(ranges: Iterable<ByteRange>, largest: number): Generator<SubsetRead> {
  let start = 0;
  let end = 0;
  let pieces: ByteRange[] = [];
  for (const piece of split(ranges, largest)) {
    const union = { start: Math.min(start, piece.start), end: Math.max(end, piece.end) };
    const gap = Math.max(piece.start - end, start - piece.end);
    if (pieces.length > 0 && gap <= NEAR && union.end - union.start <= largest) {
      ({ start, end } = union);
    } else {
      if (pieces.length > 0) yield { start, end, pieces };
      ({ start, end } = piece);
      pieces = [];
    }
    pieces.push(piece);
  }
  if (pieces.length > 0) yield { start, end, pieces };
}

function* split(ranges: Iterable<ByteRange>, largest: number): Generator<ByteRange> {
  for (const { start, end } of ranges) {
    for (let from = start; from < end; from += largest)
      yield { start: from, end: Math.min(end, from + largest) };
  }
}
