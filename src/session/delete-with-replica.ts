import { backupPrefix } from '../backup/timestamp.ts';
import { PluginError } from '../base/plugin-error.ts';
import type { CommandResult } from '../output/result.ts';
import type { CommandContext } from './command.ts';
import { deleteAndTell } from './delete-and-tell.ts';
import type { Session } from './session.ts';

type Deletion = CommandResult & { readonly kind: 'deletion' };

/** The backup is deleted, and its replica is not. */
export class ReplicaLeftError extends PluginError {}

/**
 * Deletes a backup, and with `replication` its replica after it: where the second site fails, the first is done.
 * @param note said when there was nothing
 * @throws {LockedError} {S3Error} of the first site; {ReplicaLeftError}
 */
export async function deleteWithReplica(
  session: Session,
  context: CommandContext,
  timestamp: string,
  note?: string,
): Promise<Deletion> {
  const { config } = session;
  const deletion = await deleteAndTell(session, backupPrefix(config.folder, timestamp), note);
  if (!config.replicates) return deletion;
  const [{ openSecond }, { deleteReplicaOf }] = await Promise.all([
    import('./second-site.ts'),
    import('./delete-replica.ts'),
  ]);
  try {
    const replica = await deleteReplicaOf(await openSecond(config, context, 'short'), timestamp);
    return { ...deletion, replica };
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    throw new ReplicaLeftError(`the backup ${timestamp} is deleted, but not its replica: ${error.message}`, {
      hint: error.hint ?? 'run delete_replica when the second site can be reached',
      cause: error,
    });
  }
}
