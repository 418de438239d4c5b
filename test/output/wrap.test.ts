import { expect, test } from 'bun:test';
import { definitions, wrap } from '../../src/output/wrap.ts';

test.each([
  ['', 10, []],
  ['one two three', 7, ['one two', 'three']],
  ['averylongword is one', 5, ['averylongword', 'is', 'one']],
])('%p at %d', (text, width, lines) => {
  expect(wrap(text, width)).toEqual(lines);
});

test('definitions keep to 80 columns, and what goes on is below its beginning', () => {
  const text = definitions([
    ['name', 'word '.repeat(30)],
    ['longer_name', ''],
  ]);
  const lines = text.split('\n');
  expect(lines[0]).toStartWith('  name         word word');
  expect(lines[1]).toStartWith(`${' '.repeat(15)}word`);
  expect(lines.at(-2)).toBe('  longer_name');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
});
