import { objectFilteringOf, typeOfBackup } from '../../backup/backup-config.ts';
import type { ReportedSet } from './reported-set.ts';

/** `bad` wins over `attention`, and that over `good`. */
export type Grade = 'good' | 'attention' | 'bad';

/** How a database is backed up, by its last backups. */
export interface DatabaseVerdict {
  /** Empty for backups that do not say. */
  readonly database: string;
  readonly grade: Grade;
  /** Why, in words; empty where all is well. */
  readonly reasons: readonly string[];
  /** The last one that is not being written. */
  readonly last: ReportedSet | undefined;
  readonly lastGood: ReportedSet | undefined;
  readonly running: ReportedSet | undefined;
  /** Seconds since `lastGood` was finished. */
  readonly age: number | undefined;
}

export interface Verdict {
  readonly grade: Grade;
  readonly databases: readonly DatabaseVerdict[];
  /** Seconds above which a backup is too old. */
  readonly maxAge: number;
}

/** How the databases are backed up, by backups with the latest first. */
export function verdictOf(sets: readonly ReportedSet[], now: Date, maxAge: number): Verdict {
  const names = new Set(
    sets.flatMap(({ set }) => (set.config === undefined ? [] : [set.config.databaseName])),
  );
  const [only] = names;
  // A backup that was killed does not say whose it was: where there is one database, it is that one's.
  const nameOf = ({ set }: ReportedSet): string =>
    set.config?.databaseName ?? (names.size === 1 && only !== undefined ? only : '');
  const groups = Map.groupBy(sets, nameOf);
  const databases = [...groups]
    .map(([database, own]) => ofDatabase(database, own, now, maxAge))
    .toSorted(
      (one, other) => rankOf(other.grade) - rankOf(one.grade) || (one.database < other.database ? -1 : 1),
    );
  return { grade: databases[0]?.grade ?? 'bad', databases, maxAge };
}

function ofDatabase(
  database: string,
  sets: readonly ReportedSet[],
  now: Date,
  maxAge: number,
): DatabaseVerdict {
  const counted = sets.some(isMain)
    ? sets.filter((each) => each.set.config === undefined || isMain(each))
    : sets;
  const last = counted.find(({ set }) => set.status !== 'Running');
  const lastGood = counted.find(({ set }) => set.status === 'Success');
  const running = counted[0]?.set.status === 'Running' ? counted[0] : undefined;
  const age =
    lastGood?.finished === undefined
      ? undefined
      : Math.max(0, Math.round((now.getTime() - lastGood.finished.getTime()) / 1000));
  const bad: string[] = [];
  const notes: string[] = [];
  if (lastGood === undefined) bad.push('no good backup');
  if (last !== undefined && last !== lastGood) bad.push(failureOf(last));
  if (age !== undefined && age > maxAge) bad.push('the last good backup is too old');
  if (lastGood !== undefined) {
    for (const { text, certain } of lastGood.findings ?? []) (certain ? bad : notes).push(text);
    for (const base of lastGood.brokenBases)
      bad.push(`it is built on ${base}, which is not there or not good`);
    const { leftOut } = lastGood.text;
    if (leftOut.length > 0) notes.push(`data of ${leftOut.length} tables was left out`);
    if (lastGood.findings === undefined) notes.push('its list of tables could not be read');
  }
  const grade = bad.length > 0 ? 'bad' : notes.length > 0 ? 'attention' : 'good';
  return { database, grade, reasons: [...bad, ...notes], last, lastGood, running, age };
}

/** Not metadata alone, and not a few tables or schemas: what a database is restored from. */
function isMain({ set: { config } }: ReportedSet): boolean {
  if (config === undefined || typeOfBackup(config) === 'metadata-only') return false;
  return !objectFilteringOf(config).startsWith('include-');
}

function failureOf({ set, text }: ReportedSet): string {
  if (set.status === 'Unreadable') return `the last backup, ${set.timestamp}, can't be read`;
  const [why] = (text.error ?? '').split('\n');
  return `the last backup, ${set.timestamp}, failed${why === undefined || why === '' ? '' : `: ${why}`}`;
}

function rankOf(grade: Grade): number {
  return { good: 0, attention: 1, bad: 2 }[grade];
}
