import { typeOfFile } from '../../backup/file-type.ts';
import type { ObjectsConfig } from '../../config/config.ts';

type ClassConfig = Pick<ObjectsConfig, 'storageClass' | 'storageClassMinSize'>;

/** Classes whose objects must be brought back before they can be read (S3 User Guide, "Storage classes"). */
const ARCHIVES = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/** Whether objects of a class can't be read at once. */
export function isArchive(storageClass: string | undefined): boolean {
  return ARCHIVES.has(storageClass ?? '');
}

/**
 * The storage class of an object: the bucket's default where it is small, since other classes bill a minimum, and
 * for what gpbackup and gprestore read of a backup before its data, which no archive may hold.
 * @param size in bytes; undefined for an object in parts, which is never small
 */
export function classHeaders(
  { storageClass, storageClassMinSize }: ClassConfig,
  key: string,
  size: number | undefined,
): Record<string, string> {
  if (storageClass === undefined || (size !== undefined && size < storageClassMinSize)) return {};
  if (isArchive(storageClass) && !['data', undefined].includes(typeOfFile(key))) return {};
  return { 'x-amz-storage-class': storageClass };
}
