import { deletePrefix } from '../catalogue/sweep.ts';
import { deletionText } from '../output/deletion.ts';
import type { CommandResult } from '../output/result.ts';
import { s3Url } from '../s3/errors/s3-error.ts';
import type { Session } from './session.ts';

type Deletion = CommandResult & { readonly kind: 'deletion' };

/**
 * Deletes everything below `prefix`, logs what was deleted and gives it as a result. In a bucket with versions the
 * objects are hidden, as other programs do it; with `bypass_governance_retention` all versions are deleted.
 * @param note said when there was nothing
 * @throws {LockedError} when something is left that is locked
 */
export async function deleteAndTell(session: Session, prefix: string, note?: string): Promise<Deletion> {
  const { client, config, log } = session;
  const bypass = config.objects.bypassGovernance;
  const { hidden, locked, ...deleted } = await deletePrefix(client, prefix, bypass);
  const plain = {
    kind: 'deletion',
    where: s3Url(client.bucket, prefix),
    ...deleted,
    ...(note === undefined ? {} : { note }),
  } as const;
  const isNothing = deleted.objects === 0 && deleted.uploads === 0;
  let result: Deletion = plain;
  if (bypass || hidden || locked.length > 0 || isNothing) {
    const { withVersions } = await import('./versions-left.ts');
    result = await withVersions(client, prefix, plain, { bypass, locked });
  }
  if (isNothing && (result.versions ?? 0) === 0) log.warning(deletionText(result));
  else log.info(deletionText(result));
  return result;
}
