import { ObjectChangedError } from '../../s3/errors/object-changed-error.ts';
import { isDenied, S3Error } from '../../s3/errors/s3-error.ts';
import type { VerifyFinding } from './finding.ts';
import type { Share } from './share.ts';

/** What is wrong with an object that a server answers about, but does not give; undefined for other errors. */
export function refusalOf(error: unknown): Pick<VerifyFinding, 'kind' | 'detail'> | undefined {
  if (error instanceof ObjectChangedError)
    return { kind: 'unreadable', detail: 'was replaced while it was read' };
  if (!(error instanceof S3Error) || error.status === undefined) return undefined;
  if (error.status === 404) return { kind: 'missing', detail: 'was listed, and is not there' };
  if (error.code === 'InvalidObjectState')
    return { kind: 'unreadable', detail: 'is in an archive and must be brought back before it is read' };
  return { kind: 'unreadable', detail: `can't be read: ${error.code}: ${error.reason}` };
}

/**
 * What `read` gives of a file that tells about others. One that is gone or archived is a finding, after which the rest
 * is still compared.
 * @throws {S3Error} also when reading is denied: whoever may read nothing can't verify
 */
export async function readOrFind<T>(
  share: Share,
  content: number,
  key: string,
  read: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    const refusal = isDenied(error) && error.code !== 'InvalidObjectState' ? undefined : refusalOf(error);
    if (refusal === undefined) throw error;
    share.find(content, refusal.kind, key, refusal.detail);
    return undefined;
  }
}
