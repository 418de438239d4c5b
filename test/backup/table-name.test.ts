import { describe, expect, test } from 'bun:test';
import { parseTableName, unquoted } from '../../src/backup/table-name.ts';
import { UsageError } from '../../src/base/plugin-error.ts';

describe('SCHEMA.TABLE', () => {
  test.each([
    ['sales.orders', 'sales', 'orders'],
    ['Sales.ORDERS', 'sales', 'orders'],
    ['"Sales".orders', 'Sales', 'orders'],
    ['"a.b"."c.d"', 'a.b', 'c.d'],
    ['"a""b"."c"', 'a"b', 'c'],
    ['" "." "', ' ', ' '],
    [' sales.orders ', 'sales', 'orders'],
    ['ÄÖ.İ', 'ÄÖ', 'İ'],
    ['a b.c$d', 'a b', 'c$d'],
  ])('%s', (text, schema, name) => {
    expect(parseTableName(text)).toEqual({ schema, name });
  });

  test.each(['', '.', 'a', 'a.', '.b', 'a.b.c', '"a.b', 'a".b"', '"".b', '"a"b.c'])(
    '%s is refused',
    (text) => {
      expect(() => parseTableName(text)).toThrow(UsageError);
    },
  );

  test('quotes of gpbackup are taken off', () => {
    expect(['a', '"A"', '"a""b"', '"'].map(unquoted)).toEqual(['a', 'A', 'a"b', '"']);
  });
});
