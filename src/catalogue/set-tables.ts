import type { S3Client } from '../s3/client.ts';
import type { BackupSet } from './backup-set.ts';
import { type DataEntry, readDataEntries } from './table-of-contents.ts';
import { skewOf, type TableSizes } from './table-sizes.ts';

/** A table whose data is in a set, and how much it is. */
export interface SetTable extends DataEntry {
  /** Stored bytes; of a set with single data files, bytes before compression. */
  readonly bytes: number;
  /** Segments that have data files of it. */
  readonly segments: number;
  readonly skew: number | undefined;
  readonly largest: number | undefined;
  /** The segment with most; undefined where there is no file. */
  readonly largestSegment: number | undefined;
}

/**
 * The tables whose data a set has itself, in the order of its table of contents; undefined where that is missing.
 * @param sizes told of all files of the set
 * @param wanted of which tables; default: of all
 * @throws {S3Error}
 */
export async function readSetTables(
  client: S3Client,
  { prefix, timestamp, files, config, segments }: BackupSet,
  sizes: TableSizes,
  wanted: (entry: DataEntry) => boolean = () => true,
): Promise<readonly SetTable[] | undefined> {
  const size = files.get('toc.yaml');
  if (size === undefined) return undefined;
  const entries = await readDataEntries(client, `${prefix}gpbackup_${timestamp}_toc.yaml`, size);
  const some = entries.filter(wanted);
  if (some.length === 0) return [];
  const tables = await sizes.tables(client);
  const all = config !== undefined && config.segmentCount > 0 ? config.segmentCount : segments;
  return some.map((entry) => {
    const found = tables.get(entry.oid);
    return {
      ...entry,
      bytes: found?.bytes ?? 0,
      segments: found?.segments ?? 0,
      skew: found === undefined ? undefined : skewOf(found, all),
      largest: found?.largest,
      largestSegment: found?.largestSegment,
    };
  });
}
