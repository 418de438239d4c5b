import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import {
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appendLine, MOST_BYTES, readLines } from '../../src/host/shared-lines.ts';

const NAME = 'lines';
let place: string;
let folder: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'shared-lines-'));
  folder = join(place, 'own');
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

const text = (): string => Buffer.from(readLines(folder, NAME) ?? []).toString();

test('lines come one after the other, whatever was cut before', () => {
  appendLine(folder, NAME, 'one');
  writeFileSync(join(folder, NAME), 'cut', { flag: 'a' });
  appendLine(folder, NAME, 'two');
  expect(text().split(/\n+/)).toEqual(['', 'one', 'cut', 'two', '']);
  expect([statSync(folder).mode & 0o777, statSync(join(folder, NAME)).mode & 0o777]).toEqual([0o700, 0o600]);
});

test('a line needs no more descriptors than it gives back', () => {
  const before = openSync('/dev/null', 'r');
  closeSync(before);
  for (let count = 0; count < 50; count += 1) appendLine(folder, NAME, 'x');
  expect(() => appendLine(join(place, 'gone', 'own'), NAME, 'x')).toThrow();
  readLines(folder, NAME);
  const after = openSync('/dev/null', 'r');
  closeSync(after);
  expect(after).toBe(before);
});

test('a full file takes no further line', () => {
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(folder, NAME), new Uint8Array(MOST_BYTES - 1), { mode: 0o600 });
  appendLine(folder, NAME, 'last');
  expect(() => appendLine(folder, NAME, 'too much')).toThrow('full');
  expect(readLines(folder, NAME)?.length).toBe(MOST_BYTES - 1 + '\nlast\n'.length);
});

function refused(): void {
  expect(() => appendLine(folder, NAME, 'x')).toThrow();
  expect(readLines(folder, NAME)).toBeUndefined();
}

describe('nothing is written or read', () => {
  test('through a link', () => {
    mkdirSync(folder, { mode: 0o700 });
    writeFileSync(join(place, 'theirs'), 'theirs', { mode: 0o600 });
    symlinkSync(join(place, 'theirs'), join(folder, NAME));
    refused();
    expect(readFileSync(join(place, 'theirs'), 'utf8')).toBe('theirs');
  });

  test('in a folder that others may enter, whatever its file', () => {
    mkdirSync(folder);
    chmodSync(folder, 0o755);
    writeFileSync(join(place, 'key'), 'key', { mode: 0o600 });
    // Where the system lets users link to files of others, it could be this user's own key.
    linkSync(join(place, 'key'), join(folder, NAME));
    refused();
    expect(readFileSync(join(place, 'key'), 'utf8')).toBe('key');
  });

  test('in a file that others may read', () => {
    mkdirSync(folder, { mode: 0o700 });
    writeFileSync(join(folder, NAME), '');
    chmodSync(join(folder, NAME), 0o644);
    refused();
  });

  test('where there is nothing', () => {
    expect(readLines(folder, NAME)).toBeUndefined();
    expect(existsSync(folder)).toBe(false);
  });
});
