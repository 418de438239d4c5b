/**
 * User metadata that uploads leave on their objects. It does not touch the bytes, so other plugins restore
 * them, and every store keeps it and answers it with each GET and HEAD.
 */

/** CRC32 of the whole object, eight hex digits: set where it is known before the upload (one PutObject). */
export const CRC32_METADATA = 'x-amz-meta-gpbackup-crc32';

/** A token of the upload: shows whether the object there is the one this process completed. */
export const UPLOAD_METADATA = 'x-amz-meta-gpbackup-upload';

/** A token that no other upload has. */
export function newUploadToken(): string {
  return crypto.getRandomValues(new Uint8Array(16)).toHex();
}

/** The ETag, without quotes, of the object that this one is a replica of: it shows the same bytes where nothing else can. */
export const SOURCE_METADATA = 'x-amz-meta-gpbackup-source';

/** What the metadata of uploads begin with. */
export const USER_METADATA = 'x-amz-meta-';
