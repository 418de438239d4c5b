import { typeOfFile } from '../../backup/file-type.ts';
import type { ObjectsConfig } from '../../config/config.ts';
import { isArchive } from '../../s3/storage-class.ts';

type ClassConfig = Pick<ObjectsConfig, 'storageClass' | 'storageClassMinSize'>;

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
