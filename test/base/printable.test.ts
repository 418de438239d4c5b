import { expect, test } from 'bun:test';
import { assert, property, string } from 'fast-check';
import { printable } from '../../src/base/printable.ts';

const LONGEST = 80;

test.each([
  ['plain', 'plain'],
  ['', ''],
  ['é 😀 "', 'é 😀 "'],
  ['a\nb\r\u0000\u001b\u0085\u2028', 'a?b?????'],
  ['x'.repeat(LONGEST), 'x'.repeat(LONGEST)],
  ['x'.repeat(LONGEST + 1), `${'x'.repeat(LONGEST - 3)}...`],
])('%p is shown as %p', (text, shown) => {
  expect(printable(text)).toBe(shown);
});

test('any text is shown on one short line', () => {
  assert(
    property(string({ unit: 'binary', maxLength: 200 }), (text) => {
      const shown = printable(text);
      expect(shown.length).toBeLessThanOrEqual(LONGEST);
      expect(shown).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
    }),
  );
});
