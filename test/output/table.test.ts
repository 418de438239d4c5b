import { expect, test } from 'bun:test';
import { type Column, textTable } from '../../src/output/table.ts';

const COLUMNS: readonly Column[] = [{ title: 'NAME' }, { title: 'ROWS', right: true }, { title: 'NOTE' }];
const shown = (...rows: (readonly string[])[]): string => [...textTable(COLUMNS, rows)].join('');

test('columns are as wide as their longest value; numbers end at the same place', () => {
  expect(shown(['public.orders', '7', 'x'], ['a', '12345', ''])).toBe(
    'NAME            ROWS  NOTE\npublic.orders      7  x\na              12345\n',
  );
});

test('without rows there is the head', () => {
  expect(shown()).toBe('NAME  ROWS  NOTE\n');
});

test('a value that is missing is empty, and no line ends in spaces', () => {
  expect(shown(['a'])).toBe('NAME  ROWS  NOTE\na\n');
});

test('signs that take two columns, or none, keep the columns straight', () => {
  expect(shown(['日本', '1', '|'], ['e\u0301e\u0301', '1', '|'])).toBe(
    'NAME  ROWS  NOTE\n日本     1  |\ne\u0301e\u0301       1  |\n',
  );
});

test('a hostile name stays in its cell', () => {
  const lines = shown(['a\nb\u001b[2J', '1', '\u202ex\u2028']).split('\n');
  expect(lines).toEqual(['NAME         ROWS  NOTE', 'a\\nb\\x1b[2J     1  \\x202ex\\x2028', '']);
});
