import { type ObjectFacts, strongTag } from '../s3/operations/object-facts.ts';

/** An object as a list or a HEAD shows it. */
export interface SeenObject {
  readonly facts: Pick<ObjectFacts, 'size' | 'etag' | 'crc32' | 'uploadToken'>;
  /** The ETag of the object that it is a replica of. */
  readonly replicaOf?: string | undefined;
}

/**
 * Whether a replica has the bytes of its source, in whatever buckets they are: `different` and `same` are proved,
 * `unknown` is an equal size and nothing to compare. A checksum decides where both have one; two servers that agree on
 * an ETag, which the bytes decide, or a note or token that replication left, prove the same.
 */
export function sameBytes(source: SeenObject, replica: SeenObject): 'same' | 'different' | 'unknown' {
  const [one, other] = [source.facts, replica.facts];
  if (one.size !== other.size) return 'different';
  if (one.crc32 !== undefined && other.crc32 !== undefined) {
    return one.crc32 === other.crc32 ? 'same' : 'different';
  }
  const etag = bare(one.etag);
  if (etag !== undefined && (etag === bare(other.etag) || etag === replica.replicaOf)) return 'same';
  return one.uploadToken !== undefined && one.uploadToken === other.uploadToken ? 'same' : 'unknown';
}

/** An ETag without its quotes; undefined for none, and for a weak one. */
export function bare(etag: string | undefined): string | undefined {
  return strongTag({ etag } as ObjectFacts)?.replace(/^"(.*)"$/, '$1');
}

/** Whether an ETag may be the MD5 of the bytes, in hexadecimal digits. */
export function mayBeMd5(etag: string | undefined): boolean {
  return /^[0-9a-f]{32}$/i.test(bare(etag) ?? '');
}
