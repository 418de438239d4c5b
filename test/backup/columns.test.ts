import { expect, test } from 'bun:test';
import { columnsOf, quoteIdentifier } from '../../src/backup/columns.ts';

test.each([
  ['', []],
  ['()', []],
  ['(id)', ['id']],
  ['(id,name,note)', ['id', 'name', 'note']],
  ['("Line No","Text, with comma")', ['Line No', 'Text, with comma']],
  ['("a""b","c)",d)', ['a"b', 'c)', 'd']],
  ['( a , b )', ['a', 'b']],
  ['("日本",größe)', ['日本', 'größe']],
])('%j', (list, names) => {
  expect(columnsOf(list)).toEqual(names);
});

test.each(['id', '(id', '(id,)', '(id) x', '("a)', '(a b)', '(,)'])('%j is none', (list) => {
  expect(columnsOf(list)).toBeUndefined();
});

test('a name in quotes is read as it is', () => {
  for (const name of ['a', 'A b', 'x"y', ',)(', '日本'])
    expect(columnsOf(`(${quoteIdentifier(name)})`)).toEqual([name]);
});
