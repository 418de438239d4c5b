import { objectFilteringOf, typeOfBackup } from '../../backup/backup-config.ts';
import { isGood } from '../backup-set.ts';
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
    set.config?.databaseName ||
    set.report?.databaseName ||
    (names.size === 1 && only !== undefined ? only : '');
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
  const lastGood = counted.find(isRestorable);
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
  if (lastGood !== undefined && lastGood === last) {
    notes.push(...(lastGood.findings ?? []).map(({ text }) => text));
    const { leftOut } = lastGood.text;
    if (leftOut.length > 0)
      notes.push(`data of ${leftOut.length} ${leftOut.length === 1 ? 'table' : 'tables'} was left out`);
    if (lastGood.findings === undefined) notes.push('its table of contents could not be read');
  }
  const grade = bad.length > 0 ? 'bad' : notes.length > 0 ? 'attention' : 'good';
  return { database, grade, reasons: [...bad, ...notes], last, lastGood, running, age };
}

/** Not metadata alone, and not a few tables or schemas: what a database is restored from. */
function isMain({ set: { config } }: ReportedSet): boolean {
  if (config === undefined || typeOfBackup(config) === 'metadata-only') return false;
  return !objectFilteringOf(config).startsWith('include-');
}

/** Nothing shows that it could not be restored: files, tables, what it is built on. */
function isRestorable({ set, findings, brokenBases }: ReportedSet): boolean {
  return isGood(set) && brokenBases.length === 0 && !(findings ?? []).some(({ certain }) => certain);
}

function failureOf({ set, text, findings, brokenBases }: ReportedSet): string {
  const { timestamp, status, problem } = set;
  if (status === 'Unreadable') return `the last backup, ${timestamp}, can't be read: ${problem ?? ''}`;
  if (status === 'Failure') {
    const [why = ''] = (text.error ?? problem ?? '').split('\n');
    return `the last backup, ${timestamp}, failed${why === '' ? '' : `: ${why}`}`;
  }
  const [base] = brokenBases;
  const certain = (findings ?? []).filter((each) => each.certain).map((each) => each.text);
  const why =
    problem ??
    (base === undefined ? certain.join('; ') : `it is built on ${base}, which is not there or not good`);
  return `the last backup, ${timestamp}, is not complete: ${why}`;
}

function rankOf(grade: Grade): number {
  return { good: 0, attention: 1, bad: 2 }[grade];
}
