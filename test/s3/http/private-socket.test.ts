import { afterEach, beforeEach, expect, test } from 'bun:test';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { privateSocketPath } from '../../../src/s3/http/private-socket.ts';

const before = process.env['TMPDIR'];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gpbackup-s3-plugin-test-'));
  process.env['TMPDIR'] = folder;
});
afterEach(() => {
  if (before === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = before;
  rmSync(folder, { recursive: true, force: true });
});

test('is in a folder that no other user can enter, the same for all processes of a user', () => {
  const [first, second] = [privateSocketPath(), privateSocketPath()];
  expect(first).not.toBe(second);
  expect(dirname(first)).toBe(dirname(second));
  expect(dirname(dirname(first))).toBe(folder);
  expect(statSync(dirname(first)).mode & 0o777).toBe(0o700);
});

test('is in a folder of its own where that name is taken', () => {
  const taken = join(folder, `.gpbackup_s3_plugin-${process.getuid?.()}`);
  mkdirSync(taken);
  chmodSync(taken, 0o755);
  const path = privateSocketPath();
  expect(dirname(path)).not.toBe(taken);
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
});

test('what a killed process left is swept after a day, and nothing else', () => {
  const own = dirname(privateSocketPath());
  // No process has these numbers: the largest is 4,194,304.
  const [old, young, living] = ['4999999-1', '4999998-1', `${process.pid}-999`].map((name) =>
    join(own, name),
  );
  for (const path of [old, young, living]) writeFileSync(path ?? '', '');
  const twoDaysAgo = Date.now() / 1000 - 2 * 86_400;
  for (const path of [old, living]) utimesSync(path ?? '', twoDaysAgo, twoDaysAgo);
  privateSocketPath();
  expect([old, young, living].map((path) => existsSync(path ?? ''))).toEqual([false, true, true]);
});

test('a name too long for a socket is not used', () => {
  process.env['TMPDIR'] = join(folder, 'x'.repeat(100));
  mkdirSync(process.env['TMPDIR']);
  expect(Buffer.byteLength(privateSocketPath())).toBeLessThanOrEqual(107);
});
