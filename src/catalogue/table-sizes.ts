import type { BackupFile } from '../backup/file-name.ts';
import type { S3Client } from '../s3/client.ts';
import { AheadOf } from './ahead.ts';
import { readSegmentContents } from './segment-contents.ts';
import type { SetFile } from './set-list.ts';

/** The data of a table in a set. */
export interface TableSize {
  readonly bytes: number;
  /** How many segments have a file of it, or an entry in a single data file. */
  readonly segments: number;
  /** Of the segment that has most. */
  readonly largest: number;
  /** Its content id; -1 is the coordinator. */
  readonly largestSegment: number;
}

/** The data of a segment in a set. */
export interface SegmentSize {
  readonly segment: number;
  readonly files: number;
  readonly bytes: number;
}

const ON_COORDINATOR = /^gpbackup_-1_\d{14}_(\d+)(?:\.gz|\.zst)?$/;
const AT_ONCE = 16;

/** Adds up the bytes of tables and segments while a set is listed. */
export class TableSizes {
  readonly #tables = new Map<number, TableSize>();
  readonly #segments = new Map<number, SegmentSize>();
  readonly #contents: { readonly segment: number; readonly key: string; readonly size: number }[] = [];
  #isSingle = false;

  /** To be told of every file of a set; see `readSet`. */
  readonly add = ({ name, key, size, file }: SetFile): void => {
    if (file.kind === 'segment contents') this.#contents.push({ segment: file.segment, key, size });
    const segment = segmentOf(file, name);
    if (segment === undefined) return;
    const { files, bytes } = this.#segments.get(segment) ?? { files: 0, bytes: 0 };
    this.#segments.set(segment, { segment, files: files + 1, bytes: bytes + size });
    if (file.kind === 'single data file') this.#isSingle = true;
    else this.#addTable(oidOf(name), segment, size);
  };

  /** Whether tables share files: then their bytes are those of the data before compression. */
  get isSingle(): boolean {
    return this.#isSingle;
  }

  /** In the order of their numbers. */
  segments(): readonly SegmentSize[] {
    return [...this.#segments.values()].toSorted((one, other) => one.segment - other.segment);
  }

  /**
   * The sizes of tables by their OIDs: of their files, or, where all tables share one, by its table of contents.
   * @throws {S3Error}
   */
  async tables(client: S3Client): Promise<ReadonlyMap<number, TableSize>> {
    const reads = new AheadOf(this.#contents.splice(0), AT_ONCE, async ({ segment, key, size }) => ({
      segment,
      contents: await readSegmentContents(client, key, size),
    }));
    for await (const { segment, contents } of reads)
      for (const [oid, { start, end }] of contents ?? [])
        this.#addTable(oid, segment, Math.max(0, end - start));
    return this.#tables;
  }

  #addTable(oid: number, segment: number, size: number): void {
    const before = this.#tables.get(oid);
    const isLargest = before === undefined || size > before.largest;
    this.#tables.set(oid, {
      bytes: (before?.bytes ?? 0) + size,
      segments: (before?.segments ?? 0) + 1,
      largest: isLargest ? size : before.largest,
      largestSegment: isLargest ? segment : before.largestSegment,
    });
  }
}

/**
 * How much more the segment with most data of a table has than the average of all: 1 is even, the number of segments is
 * all on one. Undefined for no data, and where the number of segments is not known.
 */
export function skewOf({ bytes, largest }: TableSize, segments: number): number | undefined {
  return bytes === 0 || segments === 0 ? undefined : Number(((largest * segments) / bytes).toFixed(3));
}

function segmentOf(file: BackupFile, name: string): number | undefined {
  if (file.kind === 'table' || file.kind === 'single data file') return file.segment;
  return ON_COORDINATOR.test(name) ? -1 : undefined;
}

function oidOf(name: string): number {
  return Number(/_(\d+)(?:\.\w+)?$/.exec(name)?.[1]);
}
