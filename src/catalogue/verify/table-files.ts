import type { BackupConfig } from '../../backup/backup-config.ts';
import { compressionOfName } from '../../backup/file-name.ts';
import type { ListedObject } from '../../s3/operations/list-objects.ts';
import type { DataEntry } from '../table-of-contents.ts';
import { addData, DATA_NAME } from './add-data.ts';
import type { Share } from './share.ts';

/** Bytes that the gzip and zstd commands make of nothing. */
const EMPTY_STREAM = { gzip: 20, zstd: 13 };

/** Data of tables that the table of contents does not name: it is another backup's. */
export function lookForStrangers(
  share: Share,
  { singleDataFile }: BackupConfig,
  known: ReadonlyMap<number, DataEntry>,
): void {
  for (const [name, { key }] of share.listed) {
    const [, content, oid] = DATA_NAME.exec(name) ?? [];
    if (content === undefined || (singleDataFile && oid === undefined)) continue;
    if (oid === undefined)
      share.find(Number(content), 'contents', key, 'is a single data file in a backup without');
    else if (!known.has(Number(oid)))
      share.find(Number(content), 'contents', key, `is of a table (OID ${oid}) that toc.yaml does not name`);
  }
}

/** A file on each segment, or one on the coordinator (WarehousePG). */
export function filesOf(share: Share, entry: DataEntry, segments: number, mayBeLeftOut: boolean): void {
  const { timestamp, prefix } = share.set;
  const nameOn = (content: number): string =>
    `gpbackup_${content}_${timestamp}_${entry.oid}${share.extension}`;
  const there: ListedObject[] = [];
  const missing: number[] = [];
  for (let content = -1; content < segments; content += 1) {
    const object = share.listed.get(nameOn(content));
    if (object === undefined) {
      if (content >= 0) missing.push(content);
      continue;
    }
    there.push(object);
    addData(share, { object, content, parts: [{ entry, range: undefined }] });
  }
  const isOnCoordinator = share.listed.has(nameOn(-1)) && missing.length === segments;
  const isLeftOut = mayBeLeftOut && entry.rows === 0 && there.length === 0;
  if (!isOnCoordinator && !isLeftOut)
    for (const content of missing)
      share.find(content, 'missing', `${prefix}${nameOn(content)}`, `is missing: data of ${entry.table}`);
  const bytes = there.reduce((sum, { size }) => sum + size, 0);
  if (missing.length === 0 && entry.rows > 0 && isTooLittle(share, entry, there, bytes))
    share.find(
      -1,
      'size',
      `${prefix}${tableName(timestamp, entry.oid, share.extension)}`,
      `${entry.table} has ${entry.rows} rows, and ${bytes} bytes on all segments`,
    );
}

/** A row has a line end at least, and a stream that contains one is longer than one that contains nothing. */
function isTooLittle(
  share: Share,
  { rows }: DataEntry,
  there: readonly ListedObject[],
  bytes: number,
): boolean {
  const compression = compressionOfName(share.extension);
  if (compression === 'none') return bytes < rows;
  return there.every(({ size }) => size <= EMPTY_STREAM[compression]);
}

/** The name of a table's files on all segments. */
export function tableName(timestamp: string, oid: number, extension: string): string {
  return `gpbackup_*_${timestamp}_${oid}${extension}`;
}
