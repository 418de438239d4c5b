import { describe, expect, test } from 'bun:test';
import { generatedReport } from '../../../lab/generated-report.ts';
import type { BackupConfig } from '../../../src/backup/backup-config.ts';
import type { ReportedSet } from '../../../src/catalogue/report/reported-set.ts';
import { type Verdict, verdictOf } from '../../../src/catalogue/report/verdict.ts';

const NOW = new Date(Date.UTC(2026, 10, 29, 8, 14));
const { sets } = await generatedReport({ sets: 6, tables: 4, segments: 2 }, NOW);

type Change = Partial<Omit<ReportedSet, 'set'>> & {
  readonly set?: Partial<ReportedSet['set']>;
  readonly config?: Partial<BackupConfig> | null;
};

/** The sets with the latest changed. */
function changed(...changes: readonly Change[]): readonly ReportedSet[] {
  return sets.map((each, index): ReportedSet => {
    const { set = {}, config = {}, ...rest } = changes[index] ?? {};
    const own = each.set.config;
    const changedConfig = config === null || own === undefined ? undefined : { ...own, ...config };
    return { ...each, ...rest, set: { ...each.set, config: changedConfig, ...set } };
  });
}

const of = (...changes: readonly Change[]): Verdict => verdictOf(changed(...changes), NOW, 26 * 3600);

describe('the verdict', () => {
  test('is good', () => {
    expect(of()).toMatchObject({ grade: 'good', databases: [{ database: 'sales', reasons: [] }] });
  });

  test.each<readonly [string, Change, Verdict['grade'], RegExp]>([
    ['failed', { set: { status: 'Failure' } }, 'bad', /failed/],
    ['can not be read', { set: { status: 'Unreadable', problem: 'x' } }, 'bad', /can't be read: x/],
    ['was killed, and says nothing', { config: null, set: { status: 'Failure' } }, 'bad', /failed/],
    [
      'lacks files by its list',
      { set: { problem: 'its toc.yaml is missing' } },
      'bad',
      /not complete: its toc/,
    ],
    [
      'lacks a data file',
      { findings: [{ text: 'a is gone', certain: true }] },
      'bad',
      /not complete: a is gone/,
    ],
    ['may lack one', { findings: [{ text: 'a is gone', certain: false }] }, 'attention', /a is gone/],
    ['is built on one that is gone', { brokenBases: ['20261101000000'] }, 'bad', /built on 20261101000000/],
    [
      'left tables out',
      { text: { error: undefined, leftOut: ['a'] } },
      'attention',
      /data of 1 table was left out/,
    ],
    ['has no table of contents that can be read', { findings: undefined }, 'attention', /table of contents/],
  ])('of a backup that %s', (_, change, grade, reason) => {
    const verdict = of(change);
    expect(verdict.grade).toBe(grade);
    expect(verdict.databases.length).toBe(1);
    expect(verdict.databases[0]?.reasons.join('\n')).toMatch(reason);
  });

  test('of one that is too old is bad, from the second on', () => {
    const age = of().databases[0]?.age ?? 0;
    expect(verdictOf(sets, NOW, age).grade).toBe('good');
    expect(verdictOf(sets, NOW, age - 1).grade).toBe('bad');
  });

  test('one that is being written counts neither way', () => {
    const verdict = of({ set: { status: 'Running' } });
    expect(verdict.databases[0]?.running?.set.timestamp).toBe(sets[0]?.set.timestamp ?? '');
    expect(verdict.databases[0]?.lastGood?.set.timestamp).toBe(sets[1]?.set.timestamp ?? '');
  });

  test('metadata alone or a few tables do not hide that the database was not backed up', () => {
    for (const config of [{ metadataOnly: true }, { includeTableFiltered: true }]) {
      const verdict = of({ config }, { set: { status: 'Failure' } });
      expect(verdict.grade).toBe('bad');
    }
    const only = sets.map((_, index): Change => (index < 6 ? { config: { metadataOnly: true } } : {}));
    expect(of(...only).grade).toBe('good');
  });

  test('each database has its own, the worst first', () => {
    const verdict = of({}, { config: { databaseName: 'crm' }, set: { status: 'Failure' } });
    expect(verdict.databases.map(({ database, grade }) => [database, grade])).toEqual([
      ['crm', 'bad'],
      ['sales', 'good'],
    ]);
    expect(verdict.grade).toBe('bad');
  });

  test('without any backup is bad', () => {
    expect(verdictOf([], NOW, 1).grade).toBe('bad');
  });
});
