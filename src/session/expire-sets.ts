import { PluginError } from '../base/plugin-error.ts';
import { DELETE_FAILED, deletedAt, IN_PROGRESS, markDeletion } from '../catalogue/deletion-marks.ts';
import { dependentsFirst } from '../catalogue/dependents-first.ts';
import type { HistoryFile } from '../catalogue/history-file.ts';
import type { RetainedSet } from '../catalogue/retained-set.ts';
import type { CommandContext } from './command.ts';
import { deleteWithReplica } from './delete-with-replica.ts';
import type { Session } from './session.ts';
import { LockedError } from './versions-left.ts';

/** What became of a set that was to be deleted. */
export interface Expiry {
  readonly outcome: 'deleted' | 'locked' | 'failed' | 'untouched';
  /** Why it was not deleted. */
  readonly error?: PluginError;
}

/**
 * Deletes sets, dependents first, each as `delete_backup` does it. Of what Object Lock keeps the rest goes on, but for
 * its bases; any other failure ends it, and leaves the rest as it is.
 * @param history gets the marks that gpbackman would set
 * @throws the signal's reason
 */
export async function expireSets(
  session: Session,
  context: CommandContext,
  sets: readonly RetainedSet[],
  history: HistoryFile | undefined,
  tell: (done: number, timestamp: string) => void,
): Promise<ReadonlyMap<string, Expiry>> {
  const all = new Map<string, Expiry>();
  const needed = new Set<string>();
  let failed = false;
  for (const [done, set] of dependentsFirst(sets).entries()) {
    const { timestamp } = set;
    if (failed || needed.has(timestamp)) {
      all.set(timestamp, { outcome: 'untouched' });
    } else {
      tell(done, timestamp);
      const expiry = await expire(session, context, timestamp, history);
      all.set(timestamp, expiry);
      failed ||= expiry.outcome === 'failed';
      if (expiry.outcome === 'deleted') continue;
    }
    for (const base of set.needs ?? []) needed.add(base);
  }
  return all;
}

async function expire(
  session: Session,
  context: CommandContext,
  timestamp: string,
  history: HistoryFile | undefined,
): Promise<Expiry> {
  const mark = async (text: string): Promise<void> => {
    if (history !== undefined) await markDeletion(history, timestamp, text);
  };
  try {
    await mark(IN_PROGRESS);
    try {
      await deleteWithReplica(session, context, timestamp);
    } catch (error) {
      await mark(DELETE_FAILED);
      throw error;
    }
    try {
      await mark(deletedAt(new Date()));
    } catch (error) {
      if (!(error instanceof PluginError)) throw error;
      throw new PluginError(
        `it is deleted, but its date_deleted is still "${IN_PROGRESS}": ${error.message}`,
        { hint: error.hint, cause: error },
      );
    }
    return { outcome: 'deleted' };
  } catch (error) {
    session.signal.throwIfAborted();
    if (!(error instanceof PluginError)) throw error;
    return { outcome: error instanceof LockedError ? 'locked' : 'failed', error };
  }
}
