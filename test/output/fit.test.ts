import { expect, test } from 'bun:test';
import { fit } from '../../src/output/fit.ts';

test.each([
  ['abc', 3, 'abc'],
  ['abcd', 3, 'abc'],
  ['日本', 3, '日'],
  ['日本', 4, '日本'],
  ['\u{1f600}x', 1, ''],
  ['', 0, ''],
])('%j in %d columns', (text, columns, expected) => {
  expect(fit(text, columns)).toBe(expected);
});
