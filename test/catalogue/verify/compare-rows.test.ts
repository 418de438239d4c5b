import { expect, test } from 'bun:test';
import { wrongRows } from '../../../src/catalogue/verify/compare-rows.ts';

/** A table with so many rows on each segment, and so many that were backed up. */
function said(perSegment: readonly number[], expected: number, isReplicated = false): string | undefined {
  return wrongRows({
    timestamp: '20260102030405',
    prefix: 'f/',
    extension: '.gz',
    entry: {
      oid: 1,
      table: 's.t',
      schema: 's',
      name: 't',
      rows: expected,
      columns: '(a)',
      partitionRoot: '',
      isReplicated,
    },
    rows: perSegment.reduce((sum, rows) => sum + rows, 0),
    perContent: new Map(perSegment.entries()),
    complete: true,
  });
}

test('rows of all segments together are those that were backed up', () => {
  expect(said([3, 0, 4], 7)).toBeUndefined();
  expect(said([], 0)).toBeUndefined();
  expect(said([3, 0, 3], 7)).toBe('s.t has 6 rows; 7 were backed up');
  expect(said([3, 3], 3)).toBe('s.t has 6 rows; 3 were backed up');
});

test('a replicated table has all rows on each segment, counted together or once', () => {
  expect(said([3, 3], 6, true)).toBeUndefined();
  expect(said([3, 3], 3, true)).toBeUndefined();
  expect(said([3, 3], 7, true)).toBe('s.t has 6 rows on all segments; 7 were backed up');
  expect(said([2, 4], 6, true)).toBe(
    's.t is replicated, and has 2 on segment 0, 4 on segment 1; 6 were backed up in all',
  );
});
