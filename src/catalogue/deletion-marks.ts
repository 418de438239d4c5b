import { localClock } from '../log/time-zone.ts';
import type { HistoryFile } from './history-file.ts';

/** What gpbackman writes into `date_deleted` while it deletes a backup, and when its plugin could not. */
export const IN_PROGRESS = 'In progress';
export const DELETE_FAILED = 'Plugin Backup Delete Failed';

/** Local time as 14 digits: the `date_deleted` of a backup that is deleted. */
export function deletedAt(time: Date): string {
  return localClock(time).toISOString().replace(/\D/g, '').slice(0, 14);
}

/** Sets `date_deleted` of a backup; one that the history does not have is none of its. @throws {HistoryError} */
export async function markDeletion(history: HistoryFile, timestamp: string, mark: string): Promise<void> {
  await history.change((database) =>
    database.query('UPDATE backups SET date_deleted = ? WHERE timestamp = ?').run(mark, timestamp),
  );
}
