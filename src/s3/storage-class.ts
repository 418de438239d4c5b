/** Classes whose objects must be brought back before they are read (S3 User Guide, "Storage classes"). */
const ARCHIVES: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/** Whether objects of a class can't be read at once. Of GLACIER_IR they can. */
export function isArchive(storageClass: string): boolean {
  return ARCHIVES.has(storageClass);
}
