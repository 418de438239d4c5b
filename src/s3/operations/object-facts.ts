import { crc32FromBase64, crc32FromHex } from '../checksum.ts';
import { isArchive } from '../storage-class.ts';
import { CRC32_METADATA, UPLOAD_METADATA } from './metadata.ts';

/** What an answer to GET or HEAD says about an object. */
export interface ObjectFacts {
  /** Bytes. */
  readonly size: number;
  /** As sent, with its quotes; undefined when the server gives none. */
  readonly etag: string | undefined;
  /** As sent: Last-Modified, to the second. */
  readonly modified: string | undefined;
  /** x-amz-version-id, where the bucket keeps versions. */
  readonly version: string | undefined;
  /** CRC32 of the whole object, from our metadata or from the store's FULL_OBJECT checksum. */
  readonly crc32: number | undefined;
  /** The token of the upload that made the object, where this program made it. */
  readonly uploadToken: string | undefined;
  /** What keeps this version from being deleted; undefined also where the user may not see it. */
  readonly lock?: ObjectLock | undefined;
  /** It must be brought back before it is read; undefined: it can be read. */
  readonly archive?: 'archived' | 'coming back' | undefined;
}

export interface ObjectLock {
  /** GOVERNANCE or COMPLIANCE; undefined where there is a legal hold alone. */
  readonly mode: string | undefined;
  readonly until: Date | undefined;
  readonly legalHold: boolean;
}

/** Reads the facts from an answer's headers; `size` is known from Content-Range or Content-Length. */
export function readFacts(headers: Headers, size: number): ObjectFacts {
  const fromMetadata = headers.get(CRC32_METADATA);
  return {
    size,
    etag: headers.get('etag') ?? undefined,
    modified: headers.get('last-modified') ?? undefined,
    version: headers.get('x-amz-version-id') ?? undefined,
    crc32: fromMetadata === null ? storedCrc32(headers) : crc32FromHex(fromMetadata.trim()),
    uploadToken: headers.get(UPLOAD_METADATA)?.trim(),
    lock: lockOf(headers),
    archive: archiveOf(headers),
  };
}

/** S3 API Reference, HeadObject: x-amz-restore, x-amz-storage-class and, for INTELLIGENT_TIERING, x-amz-archive-status. */
function archiveOf(headers: Headers): ObjectFacts['archive'] {
  const restore = headers.get('x-amz-restore') ?? '';
  if (/ongoing-request="true"/.test(restore)) return 'coming back';
  if (/ongoing-request="false"/.test(restore)) return undefined;
  const storageClass = headers.get('x-amz-storage-class') ?? '';
  return isArchive(storageClass) || headers.get('x-amz-archive-status') !== null ? 'archived' : undefined;
}

/** S3 API Reference, HeadObject: the headers are there only for a user who may read them. */
function lockOf(headers: Headers): ObjectLock | undefined {
  const mode = headers.get('x-amz-object-lock-mode') ?? undefined;
  const legalHold = headers.get('x-amz-object-lock-legal-hold')?.toUpperCase() === 'ON';
  if (mode === undefined && !legalHold) return undefined;
  const until = new Date(headers.get('x-amz-object-lock-retain-until-date') ?? Number.NaN);
  return { mode, until: Number.isNaN(until.getTime()) ? undefined : until, legalHold };
}

/**
 * x-amz-checksum-crc32 of the whole object. A composite checksum (of the parts' checksums, written `…-N`) says
 * nothing about the bytes in order. A store that names no type means FULL_OBJECT when there is no `-N`; but some
 * (moto) write a composite one without, so that of an object in parts counts only if this program has asked for it.
 */
function storedCrc32(headers: Headers): number | undefined {
  const type = headers.get('x-amz-checksum-type');
  if (type === 'COMPOSITE') return undefined;
  if (type === null && isInParts(headers.get('etag') ?? undefined) && headers.get(UPLOAD_METADATA) === null)
    return undefined;
  return crc32FromBase64(headers.get('x-amz-checksum-crc32') ?? '');
}

/** Whether an ETag is that of an object of parts: it ends in their number. */
export function isInParts(etag: string | undefined): boolean {
  return /-\d+"?$/.test(etag ?? '');
}

/**
 * An ETag that identifies the exact bytes (RFC 9110, section 8.8.3): only that goes into If-Match. A proxy on the way
 * may have made it a weak one, which no server takes there.
 */
export function strongTag(facts: ObjectFacts | undefined): string | undefined {
  return facts?.etag?.startsWith('W/') === true ? undefined : facts?.etag;
}

/**
 * Whether two answers are about the same bytes, as far as a server can show: by a strong ETag, and without one by
 * everything else that changes with an object of the same size.
 */
export function isSameObject(one: ObjectFacts, other: ObjectFacts): boolean {
  if (one.size !== other.size || one.etag !== other.etag) return false;
  if (strongTag(one) !== undefined) return true;
  return (
    one.modified === other.modified && one.version === other.version && one.uploadToken === other.uploadToken
  );
}

/** Whether the head of an answer is of a store, and not of a portal or a proxy that answers everything with a page. */
export function isOfStore(headers: Headers): boolean {
  return headers.get('etag') !== null && !isPage(headers);
}

export function isPage(headers: Headers): boolean {
  return /^text\/html\b/i.test(headers.get('content-type') ?? '');
}
