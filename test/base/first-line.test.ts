import { afterAll, describe, expect, test } from 'bun:test';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFirstLine } from '../../src/base/first-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'first-line-'));
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
function file(content: string | Uint8Array, mode = 0o600): string {
  count += 1;
  const path = join(folder, `file-${count}`);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

const LONGEST = 'x'.repeat(64 * 1024);

test.each<readonly [string, string | Uint8Array, string]>([
  ['without a line break', 'secret', 'secret'],
  ['with a line feed', 'secret\n', 'secret'],
  ['with CR and line feed', 'secret\r\nnext\r\n', 'secret'],
  ['with a CR at the end of the file', 'secret\r', 'secret'],
  ['before others', 'secret\nnext\n', 'secret'],
  ['with spaces around it', '  a b \n', '  a b '],
  ['with a byte order mark', '\ufeffsecret\n', 'secret'],
  ['outside of ASCII', 'gehëim-密\n', 'gehëim-密'],
  ['of 64 KB', `${LONGEST}\r\n${LONGEST}`, LONGEST],
  ['before bytes of any kind', Buffer.from([0x61, 0x0a, 0xff, 0x00]), 'a'],
  ['that ends before a broken character', Buffer.from([...Buffer.from('ab\n'), 0xc3]), 'ab'],
])('the first line of a file %s', (_, content, line) => {
  expect(readFirstLine(file(content))).toEqual({ line, open: false });
});

test('says whether others can read the file', () => {
  for (const [mode, open] of [
    [0o600, false],
    [0o640, false],
    [0o644, true],
    [0o604, true],
  ] as const) {
    expect(readFirstLine(file('x', mode))).toEqual({ line: 'x', open });
  }
});

test('a link leads to the file and its mode, as in a folder of Kubernetes secrets', () => {
  const link = join(folder, 'link');
  symlinkSync(file('of-the-file\n', 0o644), link);
  expect(readFirstLine(link)).toEqual({ line: 'of-the-file', open: true });
});

describe('a file without a usable first line is told in words that have nothing of it in them', () => {
  test.each<readonly [string, string | Uint8Array, string]>([
    ['nothing', '', 'its first line is empty'],
    ['an empty line first', '\nsecret\n', 'its first line is empty'],
    ['spaces only', ' \t \r\nsecret', 'its first line is empty'],
    ['a line too long', `${LONGEST}y`, 'its first line is longer than 64 KB'],
    ['a line too long to end in what is read', LONGEST.repeat(2), 'its first line is longer than 64 KB'],
    ['Latin-1', Buffer.from('geh\xeb\n', 'latin1'), 'its first line is not text in UTF-8'],
    ['NUL', 'sec\0ret\n', 'its first line contains control characters'],
    ['a CR within the line', 'sec\rret\n', 'its first line contains control characters'],
  ])('%s', (_, content, why) => {
    expect(readFirstLine(file(content))).toEqual({ why });
  });

  test('a folder, a device, no file', () => {
    expect(readFirstLine(folder)).toEqual({ why: 'it is a folder' });
    expect(readFirstLine('/dev/null')).toEqual({ why: 'it is not a regular file' });
    expect(readFirstLine(join(folder, 'none'))).toEqual({ why: 'there is no such file or folder' });
    expect(readFirstLine(join(file('x'), 'below'))).toEqual({
      why: 'a part of the path is a file, not a folder',
    });
    expect(readFirstLine('~/secret')).toEqual({
      why: 'there is no such file or folder (~ is not replaced by a home folder here)',
    });
  });

  test('a pipe that nobody writes to is not waited for', () => {
    const pipe = join(folder, 'pipe');
    expect(Bun.spawnSync(['mkfifo', pipe]).exitCode).toBe(0);
    expect(readFirstLine(pipe)).toEqual({ why: 'it is not a regular file' });
  });
});
