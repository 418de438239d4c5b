import { isStatistics } from '../../backup/file-name.ts';
import type { SetFile } from '../set-list.ts';
import { Surveyor } from '../survey.ts';
import { TableSizes } from '../table-sizes.ts';

/** When objects of a segment were stored. */
export interface SegmentTimes {
  objects: number;
  bytes: number;
  /** Milliseconds since 1970, in no order. */
  readonly ends: number[];
}

/** Sums up the objects of a backup while it is listed. */
export class SetContents {
  readonly surveyor = new Surveyor();
  readonly sizes = new TableSizes();
  readonly times = new Map<number, SegmentTimes>();
  /** Objects with what hosts noted of it. */
  readonly statistics: { readonly key: string; readonly size: number }[] = [];
  /** All others. */
  objects = 0;
  bytes = 0;

  readonly add = (object: SetFile): void => {
    const { name, key, size, modified, file } = object;
    if (isStatistics(name)) {
      this.statistics.push({ key, size });
      return;
    }
    this.objects += 1;
    this.bytes += size;
    this.surveyor.add({ key, size });
    this.sizes.add(object);
    if (file.kind !== 'table' && file.kind !== 'single data file') return;
    const times = this.times.get(file.segment) ?? { objects: 0, bytes: 0, ends: [] };
    times.objects += 1;
    times.bytes += size;
    const at = Date.parse(modified ?? '');
    if (!Number.isNaN(at)) times.ends.push(at);
    this.times.set(file.segment, times);
  };
}
