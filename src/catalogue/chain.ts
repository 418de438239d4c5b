import type { BackupSet } from './backup-set.ts';

/** The timestamps of the backups that a backup's data is restored from, besides its own; the oldest first. */
export function basesOf({ timestamp, config }: Pick<BackupSet, 'timestamp' | 'config'>): readonly string[] {
  if (config === undefined || !config.incremental) return [];
  const named = new Set(config.restorePlan.map((entry) => entry.timestamp));
  named.delete(timestamp);
  return [...named].toSorted();
}

/** The backup that an incremental one was made on: the latest of its bases. */
export function baseOf(set: Pick<BackupSet, 'timestamp' | 'config'>): string | undefined {
  return basesOf(set).at(-1);
}

/** A backup's chain: what it is built on, itself, and what is built on any of them; in order. */
export function chainOf(sets: readonly BackupSet[], timestamp: string): readonly BackupSet[] {
  const self = sets.find((set) => set.timestamp === timestamp);
  if (self === undefined) return [];
  const wanted = new Set([timestamp, ...basesOf(self)]);
  return sets
    .filter((set) => wanted.has(set.timestamp) || basesOf(set).includes(timestamp))
    .toSorted((one, other) => (one.timestamp < other.timestamp ? -1 : 1));
}
