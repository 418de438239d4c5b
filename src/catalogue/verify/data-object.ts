import { type Compression, compressionOfName, mayHaveNoBytes } from '../../backup/file-name.ts';
import type { ByteRange } from '../../base/byte-range.ts';
import { LEAST_BYTES } from '../../codec/check-of.ts';
import type { ListedObject } from '../../s3/operations/list-objects.ts';
import type { DataEntry } from '../table-of-contents.ts';
import { isInShard } from './shard.ts';
import type { Share } from './share.ts';

/** A table's data in an object: all of it, or a range of the uncompressed stream. */
export interface TablePart {
  readonly entry: DataEntry;
  readonly range: ByteRange | undefined;
}

/** An object with data, which is there. */
export interface DataObject {
  readonly object: ListedObject;
  /** -1 is the coordinator. */
  readonly content: number;
  readonly compression: Compression;
  /** In the order of the stream. */
  readonly parts: readonly TablePart[];
  /** Whether its bytes should be UTF-8. */
  readonly isUtf8: boolean;
}

/** Names of objects with data: content id, OID and end. */
export const DATA_NAME = /^gpbackup_(-1|\d{1,6})_\d{14}(?:_(\d{1,10}))?(\.gz|\.zst)?$/;

/** Adds an object to the share, if it is in it; one that is too short for its format is a finding. */
export function addData(
  share: Share,
  { object, content, parts }: Omit<DataObject, 'compression' | 'isUtf8'>,
): void {
  const compression = compressionOfName(share.extension);
  if (!isInShard(share.shard, content)) return;
  share.data.push({ object, content, compression, parts, isUtf8: share.isUtf8 });
  const kind = /_\d{14}_\d+(?:\.\w+)?$/.test(object.key) ? 'table' : 'single data file';
  if (compression === 'none' || (object.size === 0 && mayHaveNoBytes(kind, compression))) return;
  const least = LEAST_BYTES[compression];
  if (object.size < least)
    share.find(
      content,
      'size',
      object.key,
      `has ${object.size} bytes; an empty ${compression} stream has ${least}`,
    );
}
