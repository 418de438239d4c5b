import { expect, test } from 'bun:test';
import { type SeenTable, TableTrends } from '../../../src/catalogue/report/table-trends.ts';

const seen = (timestamp: string, name: string, rows: number, bytes = rows, skew = 1): SeenTable => ({
  schema: 's',
  name,
  timestamp,
  rows,
  bytes,
  isBeforeCompression: false,
  skew,
});

test('the latest backup with a table counts, and its growth since the earliest', () => {
  const trends = new TableTrends();
  trends.add('d', [seen('3', 'a', 30)]);
  trends.add('d', [seen('2', 'b', 5)]);
  trends.add('d', [seen('1', 'a', 10), seen('1', 'b', 7)]);
  const [a, b] = trends.top(10);
  expect(a).toMatchObject({
    name: 'a',
    backups: 2,
    latest: { rows: 30 },
    earliest: { rows: 10, timestamp: '1' },
  });
  expect(a?.series).toEqual([
    { timestamp: '1', rows: 10 },
    { timestamp: '3', rows: 30 },
  ]);
  expect(b).toMatchObject({ name: 'b', backups: 2, latest: { rows: 5, timestamp: '2' } });
});

test('tables of the same name in two databases are two', () => {
  const trends = new TableTrends();
  trends.add('d', [seen('1', 'a', 1)]);
  trends.add('e', [seen('1', 'a', 2)]);
  expect(trends.top(10).map(({ database }) => database)).toEqual(['e', 'd']);
});

test('the largest are shown, and the most skewed and grown of the rest', () => {
  const trends = new TableTrends();
  const many = Array.from({ length: 100 }, (_, index) => seen('2', `t${index}`, 1000 - index));
  trends.add('d', [...many, seen('2', 'skewed', 3, 3, 9), seen('2', 'grown', 800, 1)]);
  trends.add('d', [seen('1', 'grown', 1)]);
  const names = trends.top(10).map(({ name }) => name);
  expect(names.slice(0, 3)).toEqual(['t0', 't1', 't2']);
  expect(names).toContain('skewed');
  expect(names).toContain('grown');
  expect(names.length).toBeLessThanOrEqual(14);
  expect(trends.count).toBe(102);
});
