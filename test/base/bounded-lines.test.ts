import { expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { BoundedLines } from '../../src/base/bounded-lines.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function linesOf(pieces: readonly Uint8Array[], longest: number): string[] {
  const lines = new BoundedLines(longest);
  return [...pieces.flatMap((piece) => [...lines.push(piece)]), ...lines.end()];
}

test('however a text is cut into pieces, its lines are the same', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom('a', 'ü', '\u{1F600}', '\n', '"') }), { maxLength: 20 }),
      fc.integer({ min: 1, max: 9 }),
      (words, length) => {
        const text = bytes(words.join(''));
        const pieces: Uint8Array[] = [];
        for (let at = 0; at < text.length; at += length) pieces.push(text.subarray(at, at + length));
        expect(linesOf(pieces, 1000)).toEqual(
          words
            .join('')
            .split('\n')
            .filter((line) => line !== ''),
        );
      },
    ),
  );
});

test.each([
  ['as long as may be', 'a\nbbbb\nc', ['a', 'bbbb', 'c']],
  ['longer', 'a\nbbbbb\nc\n', ['a', 'c']],
  ['much longer, at the end', `a\n${'b'.repeat(1000)}`, ['a']],
  ['of more bytes than characters', 'ü\nüüü\nc', ['ü', 'c']],
])('a line that is %s', (_title, text, lines) => {
  expect(linesOf([bytes(text)], 4)).toEqual(lines);
  expect(
    linesOf(
      [...bytes(text)].map((byte) => Uint8Array.of(byte)),
      4,
    ),
  ).toEqual(lines);
});
