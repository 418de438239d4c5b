import { S3Error } from './s3-error.ts';
import type { StoredObject } from './stored-object.ts';

/** The entity tags of an If-Match or If-None-Match header; S3 takes them with and without quotes. */
function names(header: string, etag: string): boolean {
  return header.split(',').some((tag) => {
    const bare = tag.trim().replace(/^"(.*)"$/, '$1');
    return bare === '*' || bare === etag;
  });
}

/**
 * Conditional reads (S3 API Reference, GetObject; RFC 9110, section 13).
 * @returns whether the answer is 304 Not Modified
 * @throws S3Error PreconditionFailed
 */
export function isNotModified(headers: ReadonlyMap<string, string>, object: StoredObject): boolean {
  const match = headers.get('if-match');
  if (match !== undefined && !names(match, object.etag)) {
    throw new S3Error('PreconditionFailed', undefined, { fields: { Condition: 'If-Match' } });
  }
  const noneMatch = headers.get('if-none-match');
  return noneMatch !== undefined && names(noneMatch, object.etag);
}

/**
 * Conditional writes (S3 User Guide, "How to prevent object overwrites with conditional writes"). To be called in the
 * same step as the write, otherwise two writers can both win.
 * @throws S3Error PreconditionFailed; NoSuchKey for If-Match without an object; NotImplemented for If-None-Match other than *
 */
export function checkWriteConditions(
  headers: ReadonlyMap<string, string>,
  key: string,
  existing: StoredObject | undefined,
  rule: 'kept' | 'demanded' | 'ignored' | 'unknown' = 'kept',
): void {
  const noneMatch = headers.get('if-none-match');
  // S3 User Guide, "Enforce conditional writes on Amazon S3 buckets".
  if (rule === 'demanded' && noneMatch === undefined) throw new S3Error('AccessDenied');
  if (noneMatch !== undefined && rule !== 'ignored') {
    if (rule === 'unknown') throw new S3Error('NotImplemented');
    if (noneMatch !== '*') {
      throw new S3Error('NotImplemented', undefined, { fields: { Header: 'If-None-Match' } });
    }
    if (existing !== undefined) {
      throw new S3Error('PreconditionFailed', undefined, { fields: { Condition: 'If-None-Match' } });
    }
  }
  const match = headers.get('if-match');
  if (match === undefined) return;
  if (existing === undefined) throw new S3Error('NoSuchKey', undefined, { fields: { Key: key } });
  if (!names(match, existing.etag)) {
    throw new S3Error('PreconditionFailed', undefined, { fields: { Condition: 'If-Match' } });
  }
}
