import { compressionOfName, mayHaveNoBytes } from '../../backup/file-name.ts';
import { LEAST_BYTES } from '../../codec/check-of.ts';
import type { DataObject } from './data-object.ts';
import { isInShard } from './shard.ts';
import type { Share } from './share.ts';

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
