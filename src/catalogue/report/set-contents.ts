import { hostOfStatistics } from '../../backup/file-name.ts';
import type { SetFile } from '../set-list.ts';
import { Surveyor } from '../survey.ts';

/** The data of a table in a backup. */
export interface TableBytes {
  /** Of its data files, as they are stored. */
  readonly bytes: number;
  /** Of the largest of them. */
  readonly largest: number;
}

/** When objects of a segment were stored. */
export interface SegmentTimes {
  objects: number;
  bytes: number;
  /** Milliseconds since 1970, in no order. */
  readonly ends: number[];
}

/** Sums up the objects of a backup: by table and by segment. */
export class SetContents {
  readonly surveyor = new Surveyor();
  readonly #tables = new Map<number, { bytes: number; largest: number }>();
  readonly segmentBytes = new Map<number, number>();
  readonly times = new Map<number, SegmentTimes>();
  /** Objects with what hosts noted of it. */
  readonly statistics: { readonly key: string; readonly size: number }[] = [];

  add({ name, key, size, modified, file }: SetFile): void {
    this.surveyor.add({ key, size });
    if (hostOfStatistics(name) !== undefined) this.statistics.push({ key, size });
    if (file.kind !== 'table' && file.kind !== 'single data file') return;
    const { segment } = file;
    this.segmentBytes.set(segment, (this.segmentBytes.get(segment) ?? 0) + size);
    if (file.kind === 'table') {
      const oid = Number(/_(\d+)(?:\.\w+)?$/.exec(name)?.[1]);
      const table = this.#tables.get(oid);
      if (table === undefined) this.#tables.set(oid, { bytes: size, largest: size });
      else {
        table.bytes += size;
        table.largest = Math.max(table.largest, size);
      }
    }
    const times = this.times.get(segment) ?? { objects: 0, bytes: 0, ends: [] };
    times.objects += 1;
    times.bytes += size;
    const at = Date.parse(modified ?? '');
    if (!Number.isNaN(at)) times.ends.push(at);
    this.times.set(segment, times);
  }

  /** By OID; a table in a single data file is not here. */
  table(oid: number): TableBytes | undefined {
    return this.#tables.get(oid);
  }
}
