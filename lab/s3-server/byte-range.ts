import { S3Error } from './s3-error.ts';

/** Bytes from `from` to before `to`. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/**
 * The part of an object that a Range header asks for; undefined is the whole object. S3 serves one range: several ones,
 * and what is no byte range, are ignored (S3 API Reference, GetObject; RFC 9110, section 14.2).
 * @throws S3Error InvalidRange with the size in Content-Range, when no byte of the object is in the range
 */
export function requestedRange(header: string | undefined, size: number): ByteRange | undefined {
  if (header === undefined) return undefined;
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header) ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  let range: ByteRange;
  if (first === '') {
    range = { from: Math.max(0, size - Number(last)), to: size };
  } else if (last === '') {
    range = { from: Number(first), to: size };
  } else {
    if (Number(last) < Number(first)) return undefined;
    range = { from: Number(first), to: Math.min(Number(last) + 1, size) };
  }
  if (range.from >= range.to) {
    throw new S3Error('InvalidRange', undefined, {
      headers: { 'content-range': `bytes */${size}` },
      fields: { RangeRequested: header, ActualObjectSize: String(size) },
    });
  }
  return range;
}
