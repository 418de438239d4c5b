/** Bytes [start, end) of an object or a file; empty when both are equal. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}
