import type { ByteRange } from '../base/byte-range.ts';
import type { S3Client } from '../s3/client.ts';
import { getRange } from '../s3/operations/get-range.ts';

/** Where the data of each table is in the uncompressed stream of a segment's single data file, by its OID. */
export type SegmentContents = ReadonlyMap<number, ByteRange>;

/** 50 bytes a table: a million tables. */
const LONGEST = 64 * 1024 * 1024;

/**
 * Reads a segment's `gpbackup_SEG_TS_toc.yaml`: `dataentries: {OID: {startbyte, endbyte}}`, a field a line. What is not
 * of that form is passed over; undefined where there is no such map at all.
 */
function parseSegmentContents(text: string): SegmentContents | undefined {
  const contents = new Map<number, ByteRange>();
  let inside = false;
  let found = false;
  let oid: number | undefined;
  let start: number | undefined;
  for (const line of text.split('\n')) {
    if (/^\S/.test(line)) {
      inside = /^dataentries:(?: \{\})?\s*$/.test(line);
      found ||= inside;
      continue;
    }
    if (!inside) continue;
    const [, name = '', value = ''] = /^\s+"?(\w+)"?:\s*(\d{0,16})\s*$/.exec(line) ?? [];
    if (value === '' && /^\d{1,10}$/.test(name)) [oid, start] = [Number(name), undefined];
    else if (name === 'startbyte') start = Number(value);
    else if (name === 'endbyte' && oid !== undefined && start !== undefined)
      contents.set(oid, { start, end: Number(value) });
  }
  return found ? contents : undefined;
}

/**
 * The contents under `key`, `size` bytes long; undefined where it is not a table of contents.
 * @throws {S3Error}
 */
export async function readSegmentContents(
  client: S3Client,
  key: string,
  size: number,
): Promise<SegmentContents | undefined> {
  if (size === 0 || size > LONGEST) return undefined;
  const { bytes } = await getRange(client, { key, start: 0, end: size });
  return parseSegmentContents(new TextDecoder().decode(bytes));
}
