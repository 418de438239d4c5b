import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { digitsOf, type GeneratedSet, generatedSets, setOf } from '../../lab/generated-sets.ts';
import { dependentsFirst } from '../../src/catalogue/dependents-first.ts';
import { type RetainedSet, retainedOf } from '../../src/catalogue/retained-set.ts';
import { retain } from '../../src/catalogue/retention.ts';
import { PERIODS, type RetentionPolicy } from '../../src/catalogue/retention-policy.ts';

const DAY = 86_400_000;
const NOW = new Date(Date.UTC(2026, 11, 1));

const count = fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined });
const policies: fc.Arbitrary<RetentionPolicy> = fc.record({
  keepFull: count,
  keepWithin: fc.option(
    fc.integer({ min: 1, max: 400 }).map((days) => days * DAY),
    { nil: undefined },
  ),
  keepDaily: count,
  keepWeekly: count,
  keepMonthly: count,
});

interface Decision {
  readonly kept: readonly GeneratedSet[];
  readonly gone: readonly GeneratedSet[];
}

function decide(sets: readonly GeneratedSet[], policy: RetentionPolicy): Decision {
  const verdicts = retain(
    sets.map((set) => retainedOf(setOf(set))),
    policy,
    NOW,
  );
  const kept = new Set(verdicts.filter(({ isKept }) => isKept).map(({ set }) => set.timestamp));
  expect(verdicts.every(({ reasons }) => reasons.length > 0)).toBeTrue();
  return {
    kept: sets.filter(({ timestamp }) => kept.has(timestamp)),
    gone: sets.filter(({ timestamp }) => !kept.has(timestamp)),
  };
}

/** Whether a rule holds for all histories and policies. */
function always(
  rule: (decision: Decision, policy: RetentionPolicy, sets: readonly GeneratedSet[]) => void,
): void {
  fc.assert(
    fc.property(generatedSets, policies, (sets, policy) => rule(decide(sets, policy), policy, sets)),
    { numRuns: 200 },
  );
}

function timestampsOf(sets: readonly { readonly timestamp: string }[]): string[] {
  return sets.map(({ timestamp }) => timestamp);
}

/** Good backups of all of a database, the latest first. */
function wholeOf(sets: readonly GeneratedSet[], database: string): readonly GeneratedSet[] {
  return sets
    .filter((set) => set.database === database && set.ending === 'good' && /^(?:full|leaf)$/.test(set.kind))
    .toReversed();
}

function localOf({ timestamp }: Pick<GeneratedSet, 'timestamp'>): Date {
  return new Date(timestamp.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6Z'));
}

function isUnknown({ ending }: GeneratedSet): boolean {
  return ending === 'running' || ending === 'unreadable';
}

function sale(timestamp: string, more: Partial<GeneratedSet> = {}): GeneratedSet {
  return { timestamp, database: 'sales', kind: 'full', ending: 'good', bases: [], ...more };
}

/** The timestamps of what is deleted. */
function deletedOf(sets: readonly GeneratedSet[], policy: RetentionPolicy): readonly string[] {
  return timestampsOf(decide(sets, policy).gone);
}

describe('for any history and any policy', () => {
  test('nothing that a kept backup needs is deleted', () => {
    always(({ kept, gone }) => {
      const needed = new Set(kept.flatMap(({ bases }) => bases));
      expect(timestampsOf(gone).filter((timestamp) => needed.has(timestamp))).toEqual([]);
    });
  });

  test('no backup is deleted that is being written or unreadable, or that such a one may be built on', () => {
    always(({ kept, gone }) => {
      expect(gone.filter(isUnknown)).toEqual([]);
      const last = kept.findLast(isUnknown)?.timestamp ?? '';
      const bases = gone.filter(({ kind, ending, timestamp }) => {
        const mayBeBase = kind === 'leaf' || kind === 'incremental';
        return mayBeBase && ending === 'good' && timestamp < last;
      });
      expect(bases).toEqual([]);
    });
  });

  test('the last good full backup of each database is kept, and all that are newer', () => {
    always(({ gone }, _, sets) => {
      for (const database of ['sales', 'web']) {
        const [last] = wholeOf(sets, database);
        const after = gone.filter(
          (set) =>
            set.database === database &&
            set.ending !== 'failed without config' &&
            set.timestamp >= (last?.timestamp ?? '~'),
        );
        expect(after).toEqual([]);
      }
    });
  });

  test('so many full backups of each database are kept, and what is built on them', () => {
    always(({ kept, gone }, { keepFull = 0 }, sets) => {
      for (const database of ['sales', 'web']) {
        const full = timestampsOf(wholeOf(sets, database).slice(0, keepFull));
        expect(full.filter((timestamp) => !timestampsOf(kept).includes(timestamp))).toEqual([]);
        const built = gone.filter(
          ({ ending, bases }) => ending === 'good' && bases.some((base) => full.includes(base)),
        );
        expect(built).toEqual([]);
      }
    });
  });

  test('no young backup is deleted, and none that failed when there is none since', () => {
    always(({ gone }, { keepWithin = 0 }, sets) => {
      const oldest = digitsOf(new Date(NOW.getTime() - keepWithin));
      for (const { timestamp, database, ending } of gone) {
        expect(timestamp < oldest || keepWithin === 0).toBeTrue();
        if (!ending.startsWith('failed')) continue;
        const since = sets.filter((set) => set.timestamp > timestamp && set.ending === 'good');
        const own = ending === 'failed' ? since.filter((set) => set.database === database) : since;
        expect(own.length).toBeGreaterThan(0);
      }
    });
  });

  test('the last full or incremental backup of each of so many days, weeks and months is kept', () => {
    always(({ kept }, policy, sets) => {
      for (const rule of ['keepDaily', 'keepWeekly', 'keepMonthly'] as const) {
        for (const database of ['sales', 'web']) {
          const good = sets
            .filter((set) => set.database === database && set.ending === 'good')
            .filter(({ kind }) => kind === 'full' || kind === 'leaf' || kind === 'incremental');
          const byPeriod = new Map(good.map((set) => [PERIODS[rule](localOf(set)), set.timestamp]));
          const wanted = [...byPeriod.values()].slice(-(policy[rule] ?? 0) || Infinity);
          expect(wanted.filter((timestamp) => !timestampsOf(kept).includes(timestamp))).toEqual([]);
        }
      }
    });
  });

  test('a second run deletes nothing more', () => {
    always(({ kept }, policy) => {
      expect(decide(kept, policy).gone).toEqual([]);
    });
  });

  test('a policy that keeps more deletes nothing that another one keeps', () => {
    fc.assert(
      fc.property(generatedSets, policies, policies, (sets, one, other) => {
        const more = Object.fromEntries(
          Object.entries(one).map(([name, value]) => [
            name,
            Math.max((value as number | undefined) ?? 0, other[name as keyof RetentionPolicy] ?? 0) ||
              undefined,
          ]),
        );
        const lost = deletedOf(sets, more);
        expect(timestampsOf(decide(sets, one).kept).filter((timestamp) => lost.includes(timestamp))).toEqual(
          [],
        );
      }),
    );
  });

  test('a run that ends in the middle leaves every backup with all that it needs', () => {
    always(({ kept, gone }) => {
      const order = dependentsFirst(gone.map((set) => ({ ...set, needs: set.bases })));
      expect(timestampsOf(order).toSorted()).toEqual(timestampsOf(gone).toSorted());
      const left = new Set(timestampsOf([...kept, ...gone]));
      for (const { timestamp } of order) {
        left.delete(timestamp);
        const needed = [...kept, ...gone]
          .filter((set) => left.has(set.timestamp))
          .flatMap(({ bases }) => bases);
        expect(needed).not.toContain(timestamp);
      }
    });
  });
});

test('what is built on a backup goes first, also where a clock was set back in between', () => {
  const sets = [
    { timestamp: '1', needs: ['3', '2'] },
    { timestamp: '2', needs: ['3'] },
    { timestamp: '3', needs: [] },
  ];
  expect(timestampsOf(dependentsFirst(sets))).toEqual(['1', '2', '3']);
});

test('a circle of backups, which gpbackup cannot make, has an order too', () => {
  const sets = [
    { timestamp: '1', needs: ['2'] },
    { timestamp: '2', needs: ['1'] },
    { timestamp: '3', needs: undefined },
  ];
  expect(timestampsOf(dependentsFirst(sets)).toSorted()).toEqual(['1', '2', '3']);
});

describe('by example', () => {
  const [JAN1, JAN2, JAN3, JAN4] = ['01', '02', '03', '04'].map((day) => `202601${day}030000`) as [
    string,
    string,
    string,
    string,
  ];

  test('what no rule keeps is deleted', () => {
    expect(deletedOf([sale(JAN1), sale(JAN2), sale(JAN3)], { keepFull: 2 })).toEqual([JAN1]);
    expect(deletedOf([sale(JAN1), sale(JAN2), sale(JAN3)], { keepDaily: 1 })).toEqual([JAN1, JAN2]);
  });

  test.each<GeneratedSet['kind']>(['metadata-only', 'data-only', 'include-schema'])(
    'a newer %s backup takes no place of a full one',
    (kind) => {
      const sets = [sale(JAN1), sale(JAN2), sale(JAN3, { kind }), sale(JAN4, { kind })];
      expect(deletedOf(sets, { keepFull: 2 })).toEqual([]);
      expect(deletedOf(sets, { keepFull: 1 })).toEqual([JAN1]);
      expect(deletedOf(sets.slice(2), { keepFull: 1 })).toEqual([JAN3]);
    },
  );

  test('one of which files are missing takes no place, and is kept as if it were whole', () => {
    const sets = [sale(JAN1), sale(JAN2), sale(JAN3, { ending: 'damaged' })];
    expect(deletedOf(sets, { keepFull: 1 })).toEqual([JAN1]);
    const older = [sale(JAN1), sale(JAN2, { ending: 'damaged' }), sale(JAN3), sale(JAN4)];
    expect(deletedOf(older, { keepFull: 2 })).toEqual([JAN1, JAN2]);
    expect(deletedOf(older, { keepFull: 3 })).toEqual([]);
  });

  test('one that never ended is not deleted while it may still run', () => {
    const failed = digitsOf(new Date(NOW.getTime() - 47 * 3_600_000));
    const sets = [sale(failed, { ending: 'failed without config' }), sale(digitsOf(NOW))];
    expect(deletedOf(sets, { keepFull: 1 })).toEqual([]);
    const older = digitsOf(new Date(NOW.getTime() - 49 * 3_600_000));
    expect(
      deletedOf([sale(older, { ending: 'failed without config' }), sale(digitsOf(NOW))], { keepFull: 1 }),
    ).toEqual([older]);
  });

  test('what is needed by something that is needed is kept', () => {
    const sets = [
      sale(JAN1, { kind: 'leaf' }),
      sale(JAN2, { kind: 'incremental', bases: [JAN1] }),
      sale(JAN3, { kind: 'incremental', bases: [JAN2] }),
      sale(JAN4),
    ];
    expect(deletedOf(sets, { keepDaily: 2 })).toEqual([]);
    expect(deletedOf(sets, { keepDaily: 1 })).toEqual([JAN1, JAN2, JAN3]);
  });

  test('an incremental backup takes no place of a full one', () => {
    const incremental = sale(JAN3, { kind: 'incremental', bases: [JAN2] });
    expect(deletedOf([sale(JAN1), sale(JAN2, { kind: 'leaf' }), incremental], { keepFull: 2 })).toEqual([]);
  });

  test('databases do not count for each other', () => {
    expect(deletedOf([sale(JAN1), sale(JAN2, { database: 'web' })], { keepFull: 1 })).toEqual([]);
  });

  test('an incremental backup that does not say what it is built on keeps all that may be', () => {
    const sets = [sale(JAN1, { kind: 'leaf' }), sale(JAN2), sale(JAN3, { kind: 'incremental' }), sale(JAN4)];
    const all = sets.map((set) => retainedOf(setOf(set)));
    const unknown: RetainedSet[] = all.map((set) => (set.isIncremental ? { ...set, needs: undefined } : set));
    const verdicts = retain(unknown, { keepDaily: 2 }, NOW);
    expect(verdicts.map(({ set, reasons }) => [set.timestamp, reasons])).toEqual([
      [JAN4, ['the last backup of 2026-01-04']],
      [JAN3, ['the last backup of 2026-01-03']],
      [JAN2, ['no rule keeps it']],
      [JAN1, [`${JAN3} may be built on it`]],
    ]);
  });

  test('tables of a filter count without the leaf partitions that gpbackup adds', () => {
    const withTables = (timestamp: string, tables: readonly string[]): RetainedSet => {
      const set = setOf(sale(timestamp));
      const config = set.config && { ...set.config, includeTableFiltered: true, includeRelations: tables };
      return retainedOf({ ...set, config });
    };
    const series = (tables: readonly string[]): string | undefined => withTables(JAN1, tables).series;
    expect(series(['s.t', 's.t_1_prt_jan'])).toBe(series(['s.t_1_prt_feb', 's.t', 's.t_1_prt_jan']));
    expect(series(['s.t'])).not.toBe(series(['s.u']));
    expect(series(['s.t'])).not.toBe(retainedOf(setOf(sale(JAN1))).series);
  });

  test.each([
    ['2026-01-01', '2026-W01'],
    ['2027-01-01', '2026-W53'],
    ['2027-01-03', '2026-W53'],
    ['2027-01-04', '2027-W01'],
    ['2025-12-29', '2026-W01'],
    ['2024-12-29', '2024-W52'],
  ])('%s is in week %s', (day, week) => {
    expect(PERIODS.keepWeekly(new Date(`${day}T23:59:59Z`))).toBe(`week ${week}`);
  });
});
