import type { RetainedSet } from './retained-set.ts';
import { type CalendarRule, PERIODS, periodText, type RetentionPolicy } from './retention-policy.ts';

/** Milliseconds for which a backup without a config file is not deleted, also when nothing of it comes. */
const MAY_RUN = 2 * 86_400_000;

/** What a policy means for a set. */
export interface Verdict<S extends RetainedSet = RetainedSet> {
  readonly set: S;
  readonly isKept: boolean;
  /** In words, at least one. */
  readonly reasons: readonly string[];
}

/**
 * What is kept and what is not, the latest first. Whatever a kept set needs is kept too. Only a set that succeeded
 * satisfies a rule, and one of which files are missing takes nobody's place.
 * @param now a date whose UTC fields are the local time of the cluster, as timestamps are
 */
export function retain<S extends RetainedSet>(
  sets: readonly S[],
  policy: RetentionPolicy,
  now: Date,
): readonly Verdict<S>[] {
  return new Retention(sets, policy, now).verdicts();
}

class Retention<S extends RetainedSet> {
  /** The latest first. */
  readonly #sets: readonly S[];
  readonly #policy: RetentionPolicy;
  readonly #now: Date;
  /** Of those that are kept, by their timestamps. */
  readonly #reasons = new Map<string, string[]>();
  /** By database: its last good backup of all of it, and its last good one of any kind. */
  readonly #lastWhole: ReadonlyMap<string, string>;
  readonly #lastGood: ReadonlyMap<string, string>;

  constructor(sets: readonly S[], policy: RetentionPolicy, now: Date) {
    this.#sets = sets.toSorted((one, other) => (one.timestamp < other.timestamp ? 1 : -1));
    this.#policy = policy;
    this.#now = now;
    const good = this.#sets.filter(({ isGood }) => isGood);
    this.#lastGood = lastOf(good, ({ database }) => database);
    this.#lastWhole = lastOf(
      good.filter(({ isWhole }) => isWhole),
      ({ database }) => database,
    );
  }

  verdicts(): readonly Verdict<S>[] {
    this.#keepUnknown();
    this.#keepByRules();
    this.#keepNewest();
    for (const set of this.#sets) if (set.status === 'Failure') this.#keepFailed(set);
    this.#keepBases();
    return this.#sets.map((set) => {
      const reasons = this.#reasons.get(set.timestamp);
      return { set, isKept: reasons !== undefined, reasons: reasons ?? [this.#whyDeleted(set)] };
    });
  }

  #keep(timestamp: string, reason: string): void {
    const reasons = this.#reasons.get(timestamp);
    if (reasons === undefined) this.#reasons.set(timestamp, [reason]);
    else if (!reasons.includes(reason)) reasons.push(reason);
  }

  /** Whatever the policy says. */
  #protect(timestamp: string, reason: string): void {
    if (!this.#reasons.has(timestamp)) this.#keep(timestamp, reason);
  }

  #keepUnknown(): void {
    for (const { timestamp, local, status, problem } of this.#sets) {
      if (local === undefined) this.#keep(timestamp, 'its timestamp is not a date');
      if (status === 'Running') this.#keep(timestamp, 'it is being written');
      if (status === 'Unreadable') this.#keep(timestamp, problem ?? "it can't be read");
    }
  }

  #keepByRules(): void {
    const succeeded = this.#sets.filter(({ status, local }) => status === 'Success' && local !== undefined);
    for (const series of Map.groupBy(succeeded, (set) => set.series).values()) {
      this.#keepOfSeries(series);
      // Those without a gap by themselves: no other takes their place.
      this.#keepOfSeries(series.filter(({ isGood }) => isGood));
    }
    for (const set of succeeded) this.#keepYoung(set);
  }

  #keepYoung({ timestamp, local }: S): void {
    const { keepWithin } = this.#policy;
    if (
      keepWithin !== undefined &&
      local !== undefined &&
      this.#now.getTime() - local.getTime() <= keepWithin
    )
      this.#keep(timestamp, `not older than ${periodText(keepWithin)}`);
  }

  /** @param series successful ones, the latest first */
  #keepOfSeries(series: readonly S[]): void {
    const { keepFull = 0 } = this.#policy;
    const full = series.filter(({ isIncremental }) => !isIncremental).slice(0, keepFull);
    for (const { timestamp, isWhole } of full) {
      const kind = isWhole ? ['full backup', 'full backups'] : ['backup of its kind', 'backups of its kind'];
      this.#keep(timestamp, keepFull === 1 ? `the last ${kind[0]}` : `among the last ${keepFull} ${kind[1]}`);
    }
    for (const set of full.length === 0 ? [] : series) {
      // Built on it, if by others in between, which the last of a chain need not name.
      const base = full.find(({ timestamp }) => timestamp < set.timestamp);
      if (set.isIncremental && base !== undefined)
        this.#keep(set.timestamp, `incremental after ${base.timestamp}`);
    }
    for (const rule of ['keepDaily', 'keepWeekly', 'keepMonthly'] as const)
      this.#keepByCalendar(series, rule);
  }

  #keepByCalendar(series: readonly S[], rule: CalendarRule): void {
    const seen = new Set<string>();
    for (const { timestamp, local } of series) {
      if (local === undefined) continue;
      const period = PERIODS[rule](local);
      if (seen.has(period)) continue;
      if (seen.size >= (this.#policy[rule] ?? 0)) return;
      seen.add(period);
      this.#keep(timestamp, `the last backup of ${period}`);
    }
  }

  /** The last good backup of all of a database, that of each series, and what is newer. */
  #keepNewest(): void {
    const lastOfSeries = lastOf(
      this.#sets.filter(({ isGood, isIncremental }) => isGood && !isIncremental),
      ({ series }) => series,
    );
    for (const { timestamp, status, database = '', series = '' } of this.#sets) {
      if (series === '') continue;
      const whole = this.#lastWhole.get(database);
      if (timestamp === whole) this.#protect(timestamp, 'the last good full backup of its database');
      else if (whole !== undefined && timestamp > whole)
        this.#protect(timestamp, `newer than ${whole}, the last good full backup`);
      if (status !== 'Success') continue;
      const last = lastOfSeries.get(series);
      if (last === undefined) this.#protect(timestamp, 'there is no good one of its kind');
      else if (timestamp === last && last !== whole)
        this.#protect(timestamp, 'the last good one of its kind');
      else if (timestamp > last)
        this.#protect(timestamp, `newer than ${last}, the last good one of its kind`);
    }
  }

  /** One that failed goes when another succeeded since, and a look at it is no longer likely. */
  #keepFailed(set: S): void {
    const { timestamp, local, database, series } = set;
    this.#keepYoung(set);
    if (series === undefined && local !== undefined && this.#now.getTime() - local.getTime() < MAY_RUN)
      this.#protect(timestamp, 'it has no end, and began less than two days ago');
    // Of an unknown database: of all.
    const databases = database === undefined ? [...this.#lastGood.keys()] : [database];
    const lasts = databases.map((each) => this.#lastWhole.get(each) ?? this.#lastGood.get(each) ?? '');
    if (lasts.length === 0 || lasts.some((last) => last < timestamp))
      this.#protect(timestamp, 'no good full backup since');
  }

  #keepBases(): void {
    const byTimestamp = new Map(this.#sets.map((set) => [set.timestamp, set]));
    const dependents = new Map<string, S[]>();
    const pending = [...this.#reasons.keys()];
    const seen = new Set(pending);
    for (let timestamp = pending.pop(); timestamp !== undefined; timestamp = pending.pop()) {
      const set = byTimestamp.get(timestamp);
      if (set === undefined) continue;
      for (const { timestamp: base } of this.#possibleBases(set, byTimestamp)) {
        dependents.set(base, [...(dependents.get(base) ?? []), set]);
        if (seen.has(base)) continue;
        seen.add(base);
        pending.push(base);
      }
    }
    for (const [base, sets] of dependents) this.#keep(base, reasonOfBase(sets));
  }

  /** Where a set does not say what it is built on, that may be any earlier one of its database. */
  #possibleBases(set: S, byTimestamp: ReadonlyMap<string, S>): readonly S[] {
    if (set.needs !== undefined) return set.needs.flatMap((base) => byTimestamp.get(base) ?? []);
    return this.#sets.filter(
      ({ timestamp, mayBeBase, database }) =>
        mayBeBase && timestamp < set.timestamp && (set.database ?? database) === database,
    );
  }

  #whyDeleted({ timestamp, status, database }: S): string {
    if (status !== 'Failure') return 'no rule keeps it';
    const since = this.#sets.findLast(
      (set) => set.timestamp > timestamp && set.isGood && (database ?? set.database) === set.database,
    );
    return `it failed, and ${since?.timestamp ?? 'another'} succeeded since`;
  }
}

/** `20260104030000 and 2 others are built on it`: the latest that certainly is. */
function reasonOfBase(dependents: readonly RetainedSet[]): string {
  const certain = dependents.filter(({ needs }) => needs !== undefined);
  const sets = certain.length > 0 ? certain : dependents;
  const [last = '', ...others] = sets
    .map(({ timestamp }) => timestamp)
    .toSorted()
    .toReversed();
  const more = others.length === 0 ? '' : ` and ${others.length} other${others.length === 1 ? '' : 's'}`;
  const verb = certain.length === 0 ? 'may be' : more === '' ? 'is' : 'are';
  return `${last}${more} ${verb} built on it`;
}

/** @param sets the latest first */
function lastOf<S extends RetainedSet>(
  sets: readonly S[],
  keyOf: (set: S) => string | undefined,
): ReadonlyMap<string, string> {
  const last = new Map<string, string>();
  for (const set of sets) {
    const key = keyOf(set);
    if (key !== undefined && !last.has(key)) last.set(key, set.timestamp);
  }
  return last;
}
