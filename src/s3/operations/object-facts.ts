import { crc32FromBase64, crc32FromHex } from '../checksum.ts';
import { CRC32_METADATA, UPLOAD_METADATA } from './metadata.ts';

/** What an answer to GET or HEAD tells of an object. */
export interface ObjectFacts {
  /** Bytes. */
  readonly size: number;
  /** As sent, with its quotes; undefined when the server gives none. */
  readonly etag: string | undefined;
  /** CRC32 of the whole object, from our metadata or from the store's FULL_OBJECT checksum. */
  readonly crc32: number | undefined;
  /** The token of the upload that made the object, where this program made it. */
  readonly uploadToken: string | undefined;
}

/** Reads the facts from an answer's headers; `size` is known from Content-Range or Content-Length. */
export function readFacts(headers: Headers, size: number): ObjectFacts {
  const fromMetadata = headers.get(CRC32_METADATA);
  return {
    size,
    etag: headers.get('etag') ?? undefined,
    crc32: fromMetadata === null ? storedCrc32(headers) : crc32FromHex(fromMetadata.trim()),
    uploadToken: headers.get(UPLOAD_METADATA)?.trim(),
  };
}

/**
 * x-amz-checksum-crc32 of the whole object. A composite checksum (of the parts' checksums, written `…-N`) says
 * nothing about the bytes in order. A store that names no type means FULL_OBJECT when there is no `-N`; but some
 * (moto) write a composite one without, so that of an object in parts counts only if this program has asked for it.
 */
function storedCrc32(headers: Headers): number | undefined {
  const type = headers.get('x-amz-checksum-type');
  if (type === 'COMPOSITE') return undefined;
  const inParts = /-\d+"?$/.test(headers.get('etag') ?? '');
  if (type === null && inParts && headers.get(UPLOAD_METADATA) === null) return undefined;
  return crc32FromBase64(headers.get('x-amz-checksum-crc32') ?? '');
}

/** Whether the head of an answer is of a store, and not of a portal or a proxy that answers everything with a page. */
export function isOfStore(headers: Headers): boolean {
  return headers.get('etag') !== null && !isPage(headers);
}

export function isPage(headers: Headers): boolean {
  return /^text\/html\b/i.test(headers.get('content-type') ?? '');
}
