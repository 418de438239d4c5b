import type { S3Client } from '../s3/client.ts';
import { getRange } from '../s3/operations/get-range.ts';

/** Where the data of a table is in the single data file of a segment, in bytes of the uncompressed stream: [start, end). */
export interface TableRange {
  readonly oid: number;
  readonly start: number;
  readonly end: number;
}

/** A table takes some 60 bytes; a million of them. */
const LONGEST = 64 * 1024 * 1024;

/**
 * Reads a segment's `gpbackup_SEG_TS_toc.yaml`: `dataentries`, and below it each OID with its `startbyte` and
 * `endbyte` (gpbackup, toc package). What is of another form has no ranges.
 */
export function parseSegmentContents(text: string): readonly TableRange[] {
  const ranges: TableRange[] = [];
  let [oid, start]: (number | undefined)[] = [];
  let inside = false;
  for (const line of text.split('\n')) {
    if (/^[a-z]/.test(line)) {
      inside = line.trimEnd() === 'dataentries:';
      continue;
    }
    const [, name, value] = /^ +"?(\w+)"?:(?: (\d{1,15}))?\s*$/.exec(line) ?? [];
    if (!inside || name === undefined) continue;
    if (/^\d{1,10}$/.test(name)) [oid, start] = [Number(name), undefined];
    else if (name === 'startbyte') start = value === undefined ? undefined : Number(value);
    else if (name === 'endbyte' && value !== undefined && oid !== undefined && start !== undefined) {
      const end = Number(value);
      if (end >= start) ranges.push({ oid, start, end });
    }
  }
  return ranges;
}

/**
 * Reads the contents of a single data file under `key`, `size` bytes long.
 * @throws {S3Error}
 */
export async function readSegmentContents(
  client: S3Client,
  key: string,
  size: number,
): Promise<readonly TableRange[]> {
  if (size === 0 || size > LONGEST) return [];
  const { bytes } = await getRange(client, { key, start: 0, end: size });
  return parseSegmentContents(new TextDecoder().decode(bytes));
}
