import { backupPrefix } from '../backup/timestamp.ts';
import type { CommandResult } from '../output/result.ts';
import { deleteAndTell } from './delete-and-tell.ts';
import type { Session } from './session.ts';

/**
 * Deletes a replica, as `delete_backup` deletes a backup: with its unfinished uploads, locks told, versions hidden.
 * @param second a session with the second site
 * @throws {LockedError} {S3Error}
 */
export async function deleteReplicaOf(
  second: Session,
  timestamp: string,
): Promise<CommandResult & { readonly kind: 'deletion' }> {
  return await deleteAndTell(second, backupPrefix(second.config.folder, timestamp), ALREADY);
}

/** In the words that other plugins have for a second delete. */
const ALREADY = 'already deleted';
