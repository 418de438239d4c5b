import { type BackupType, objectFilteringOf, typeOfBackup } from '../backup/backup-config.ts';
import { type BackupSet, isGood, type SetStatus } from './backup-set.ts';

/** Backups of one database that are made in the same way. What a backup without a config file is of is not known. */
export interface BackupKind {
  readonly database: string | undefined;
  readonly type: BackupType | undefined;
  /** Empty for all objects. */
  readonly filtering: string;
  readonly plugin: string;
}

/** How many they are, and the last ones. */
export interface KindTotals extends BackupKind {
  readonly counts: Readonly<Record<SetStatus, number>>;
  readonly objects: number;
  readonly bytes: number;
  /** The last one that is not being written. */
  readonly last: BackupSet | undefined;
  /** The last one of which nothing is missing by its list. */
  readonly lastGood: BackupSet | undefined;
}

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

/** Sums up backups by their kinds; of each kind two stay in memory. */
export class BackupTotals {
  readonly #kinds = new Map<string, Mutable<KindTotals> & { counts: Record<SetStatus, number> }>();

  /** Takes the next backup; in any order. */
  add(set: BackupSet): void {
    const totals = this.#of(kindOf(set));
    totals.counts[set.status] += 1;
    totals.objects += set.objects;
    totals.bytes += set.bytes;
    if (set.status !== 'Running') totals.last = later(totals.last, set);
    if (isGood(set)) totals.lastGood = later(totals.lastGood, set);
  }

  /** By database, type, filtering and plugin. */
  all(): readonly KindTotals[] {
    return [...this.#kinds].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, totals]) => totals);
  }

  #of(kind: BackupKind): Mutable<KindTotals> & { counts: Record<SetStatus, number> } {
    const key = JSON.stringify([kind.database ?? '', kind.type ?? '', kind.filtering, kind.plugin]);
    let totals = this.#kinds.get(key);
    if (totals === undefined) {
      const counts = { Success: 0, Failure: 0, Running: 0, Unreadable: 0 };
      totals = { ...kind, counts, objects: 0, bytes: 0, last: undefined, lastGood: undefined };
      this.#kinds.set(key, totals);
    }
    return totals;
  }
}

function kindOf({ config, report }: BackupSet): BackupKind {
  if (config === undefined)
    return { database: report?.databaseName, type: undefined, filtering: '', plugin: '' };
  return {
    database: config.databaseName,
    type: typeOfBackup(config),
    filtering: objectFilteringOf(config),
    plugin: config.plugin,
  };
}

function later(one: BackupSet | undefined, other: BackupSet): BackupSet {
  return one === undefined || other.timestamp > one.timestamp ? other : one;
}
