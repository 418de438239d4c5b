import { deletePrefix } from '../catalogue/sweep.ts';
import { deletionText } from '../output/deletion.ts';
import type { CommandResult } from '../output/result.ts';
import { s3Url } from '../s3/errors/s3-error.ts';
import type { Session } from './session.ts';

/**
 * Deletes everything below `prefix`, logs what was deleted and gives it as a result.
 * @param note said when there was nothing
 */
export async function deleteAndTell(
  session: Session,
  prefix: string,
  note?: string,
): Promise<CommandResult & { readonly kind: 'deletion' }> {
  const where = s3Url(session.client.bucket, prefix);
  const deleted = await deletePrefix(session.client, prefix);
  const result = {
    kind: 'deletion',
    where,
    ...deleted,
    ...(note === undefined ? {} : { note }),
  } as const;
  if (deleted.objects === 0 && deleted.uploads === 0) session.log.warning(deletionText(result));
  else session.log.info(deletionText(result));
  return result;
}
