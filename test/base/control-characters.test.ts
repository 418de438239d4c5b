import { describe, expect, test } from 'bun:test';
import { hasControls, replaceControls } from '../../src/base/control-characters.ts';

describe('control characters', () => {
  test.each(['\0', 'a\nb', '\t', '\u001b[1m', '\u007f', '\u0085'])('%j has some', (text) => {
    expect(hasControls(text)).toBe(true);
  });

  test.each(['', 'a b', 'ä', '\u2028', '\u{1f600}'])('%j has none', (text) => {
    expect(hasControls(text)).toBe(false);
  });

  test('are replaced, and so are line and paragraph separators and marks of direction', () => {
    expect(replaceControls('a\n\u0085\u2028\u2029b', () => '?')).toBe('a????b');
    expect(replaceControls('\u061c\u200e\u200f\u202a\u202e\u2066\u2069x', () => '?')).toBe('???????x');
    expect(replaceControls('\u200d', () => '?')).toBe('\u200d');
    expect(replaceControls('a\tb', (character) => `<${character.length}>`)).toBe('a<1>b');
  });
});
