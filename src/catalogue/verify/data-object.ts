import type { Compression } from '../../backup/file-name.ts';
import type { ByteRange } from '../../base/byte-range.ts';
import type { ListedObject } from '../../s3/operations/list-objects.ts';
import type { DataEntry } from '../table-of-contents.ts';

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
