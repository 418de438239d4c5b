import { describe, expect, test } from 'bun:test';
import { looksLikeShell, splitCommandLine } from '../../src/base/command-line.ts';

function words(line: string): readonly string[] {
  const split = splitCommandLine(line);
  if (!('words' in split)) throw new Error(split.allowed);
  return split.words;
}

describe('a command line', () => {
  test.each<[string, string[]]>([
    ['vault read x', ['vault', 'read', 'x']],
    ['  a\t b\n c  ', ['a', 'b', 'c']],
    [`a 'b  c' "d  e"`, ['a', 'b  c', 'd  e']],
    [`a b'c'"d"e\\ f`, ['a', 'bcde f']],
    [`a '' "" b`, ['a', '', '', 'b']],
    [`a '\\' "\\\\" "\\"" "\\n" "\\$"`, ['a', '\\', '\\', '"', '\\n', '$']],
    [`a '"' "'"`, ['a', '"', "'"]],
    ['a \\\n b\\\nc "d\\\ne"', ['a', 'bc', 'de']],
    [`a \\' \\" \\\\`, ['a', "'", '"', '\\']],
    ['a $HOME ~/x *.c ; rm | b > c # d', 'a $HOME ~/x *.c ; rm | b > c # d'.split(' ')],
    ['"/opt/My Programs/get keys" --x', ['/opt/My Programs/get keys', '--x']],
    ['ä "ö ü"', ['ä', 'ö ü']],
  ])('%p', (line, expected) => expect(words(line)).toEqual(expected));

  test.each([
    [`a 'b`, `each ' is closed`],
    [`a "b`, 'each " is closed'],
    [`a "b\\"`, 'each " is closed'],
    ['a b\\', 'without a backslash at its end'],
    ['', 'begins with a program'],
    [' \\\n', 'begins with a program'],
    [`'' a`, 'begins with a program'],
    ['a\0b', 'without control characters'],
  ])('%p is refused', (line, allowed) => {
    const split = splitCommandLine(line);
    expect('allowed' in split ? split.allowed : split.words).toContain(allowed);
  });

  test('gives the words that a shell would', () => {
    const lines = [`a 'b "c'  "d 'e"f`, `x\\ y "a\\\\b" 'c\\d' "e\\f"`, `"" 'a'\\''b' "c"'d'`];
    for (const line of lines) {
      const { stdout } = Bun.spawnSync(['/bin/sh', '-c', `printf '%s\\n' ${line}`]);
      expect(words(`printf ${line}`).slice(1)).toEqual(stdout.toString().slice(0, -1).split('\n'));
    }
  });
});

test.each([
  ['a | b', true],
  ['a 2>&1', true],
  ['a && b', true],
  ['a $HOME/x', true],
  ['a $(b)', true],
  ['~/bin/a', true],
  [`a 'x;y' http://h/?a=1&b=2`, false],
  ['/usr/bin/a --b c', false],
])('whether %p was written for a shell: %p', (line, expected) =>
  expect(looksLikeShell(words(line))).toBe(expected),
);
