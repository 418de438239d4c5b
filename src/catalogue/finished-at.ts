import { localTimeOf } from '../backup/timestamp.ts';
import { instantOfLocal } from '../log/time-zone.ts';
import type { BackupSet } from './backup-set.ts';

/** Milliseconds between what clocks of two time zones show, and the length of a backup, at most. */
const NEAR = 36 * 3_600_000;

/**
 * When a backup was finished. Its timestamps are local times of a zone that they do not name; the store knows when the
 * last object came, but a copy in another bucket has the time of the copy. So the store's time counts where it is near
 * to that of the timestamps, and theirs in the zone of this host otherwise. Undefined where neither is known.
 */
export function finishedAt({
  timestamp,
  config,
  report,
  newest,
}: Pick<BackupSet, 'timestamp' | 'config' | 'report' | 'newest'>): Date | undefined {
  const local = localTimeOf(config?.endTime || (report?.endTime ?? '')) ?? localTimeOf(timestamp);
  const written = local === undefined ? undefined : instantOfLocal(local);
  if (newest === undefined || written === undefined) return newest ?? written;
  return Math.abs(newest.getTime() - written.getTime()) <= NEAR ? newest : written;
}

/** Seconds since then; not negative, also where clocks differ. */
export function ageOf(set: Parameters<typeof finishedAt>[0], now: Date): number | undefined {
  const at = finishedAt(set);
  return at === undefined ? undefined : Math.max(0, Math.round((now.getTime() - at.getTime()) / 1000));
}
