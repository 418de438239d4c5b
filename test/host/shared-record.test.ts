import { afterEach, beforeEach, expect, test } from 'bun:test';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SharedRecord } from '../../src/host/shared-record.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gpbackup-s3-plugin-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const path = (name = 'record'): string => join(folder, name);

function start(...args: string[]): Bun.Subprocess<'ignore', 'pipe', 'inherit'> {
  return Bun.spawn([process.execPath, join(import.meta.dir, 'record-user.ts'), folder, 'record', ...args], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'inherit',
  });
}

test('no change is lost, however many processes are at it', async () => {
  const all = Array.from({ length: 6 }, () => start('count', '300'));
  await Promise.all(all.map(async (child) => child.exited));
  expect(readFileSync(path(), 'utf8')).toBe('00001800');
});

test('a process that is killed while it changes the line keeps nobody out', async () => {
  using record = new SharedRecord(folder, 'record');
  const child = start('hold');
  const { value } = await child.stdout.getReader().read();
  expect(new TextDecoder().decode(value)).toBe('held\n');
  expect(record.update(() => 'b')).toBe(false);
  expect(record.read()).toBe('');
  child.kill('SIGKILL');
  await child.exited;
  expect(record.update(() => 'c')).toBe(true);
  expect(record.read()).toBe('c');
});

test('what is in the way is replaced: a link, a folder, a file that others can read', () => {
  const other = path('other');
  writeFileSync(other, 'kept');
  for (const name of ['record', 'record.lock']) {
    for (const block of [
      () => symlinkSync(other, path(name)),
      () => mkdirSync(path(name)),
      () => {
        writeFileSync(path(name), 'foreign');
        chmodSync(path(name), 0o666);
      },
    ]) {
      rmSync(path(name), { recursive: true, force: true });
      block();
      using record = new SharedRecord(folder, 'record');
      expect(record.update(() => 'a')).toBe(true);
      expect(record.read()).toBe('a');
    }
  }
  expect(readFileSync(other, 'utf8')).toBe('kept');
});

test('a lock file with bytes in it is emptied', () => {
  writeFileSync(path('record.lock'), 'x'.repeat(5000), { mode: 0o600 });
  using record = new SharedRecord(folder, 'record');
  expect(record.update(() => 'a')).toBe(true);
});

test('a file that somebody removes is noticed', () => {
  using record = new SharedRecord(folder, 'record');
  expect(record.isGone).toBe(false);
  rmSync(path());
  expect(record.isGone).toBe(true);
});

test('where no file can be made, it says so and removes nothing', () => {
  expect(() => new SharedRecord(path('missing'), 'record')).toThrow('ENOENT');
});
