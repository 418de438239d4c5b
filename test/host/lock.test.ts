import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { chownSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LockWait, takeLock } from '../../src/host/lock.ts';

const isRoot = process.getuid?.() === 0;
const { signal } = new AbortController();
const NOW: LockWait = { signal, limit: 0 };

let place: string;
let folder: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'gpbackup-s3-plugin-test-'));
  folder = join(place, 'own');
  mkdirSync(folder, { mode: 0o700 });
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

const path = (): string => join(folder, 'lock');

async function isFree(): Promise<boolean> {
  using lock = await takeLock(folder, 'lock', NOW);
  return lock !== undefined;
}

type Child = Bun.Subprocess<'pipe', 'pipe', 'inherit'>;

function start(...args: string[]): Child {
  return Bun.spawn([process.execPath, join(import.meta.dir, 'lock-holder.ts'), folder, ...args], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'inherit',
  });
}

/** Another process that has the lock. */
async function holder(): Promise<Child> {
  const child = start('hold');
  const { value } = await child.stdout.getReader().read();
  expect(new TextDecoder().decode(value)).toBe('held\n');
  return child;
}

describe('a lock', () => {
  test('is free again when it is given back', async () => {
    const lock = await takeLock(folder, 'lock', NOW);
    expect(lock).toBeDefined();
    expect(await isFree()).toBe(false);
    lock?.[Symbol.dispose]();
    expect(await isFree()).toBe(true);
    expect(statSync(path()).mode & 0o7777).toBe(0o600);
  });

  test('keeps others out that have other names', async () => {
    using first = await takeLock(folder, 'lock', NOW);
    using second = await takeLock(folder, 'another', NOW);
    expect([first === undefined, second === undefined]).toEqual([false, false]);
  });

  test('of another process is waited for, and is free as soon as it is killed', async () => {
    const child = await holder();
    expect(await isFree()).toBe(false);
    const waiting = takeLock(folder, 'lock', { signal, limit: 600_000 });
    child.kill('SIGKILL');
    using lock = await waiting;
    expect(lock).toBeDefined();
    await child.exited;
  });

  test('is not waited for when it is no longer needed, or longer than its limit', async () => {
    const child = await holder();
    expect(
      await takeLock(folder, 'lock', { signal, limit: 600_000, isNeedless: () => true }),
    ).toBeUndefined();
    expect(await takeLock(folder, 'lock', { signal, limit: 20 })).toBeUndefined();
    void child.stdin.end();
    expect(await child.exited).toBe(0);
    expect(await isFree()).toBe(true);
  });

  test('ends its wait with the signal', async () => {
    const child = await holder();
    const ending = new AbortController();
    const waiting = takeLock(folder, 'lock', { signal: ending.signal, limit: 600_000 });
    ending.abort(new Error('ended'));
    expect(await waiting.catch(String)).toBe('Error: ended');
    expect(await takeLock(folder, 'lock', { signal: ending.signal, limit: 0 }).catch(String)).toBe(
      'Error: ended',
    );
    void child.stdin.end();
    await child.exited;
  });

  test('lets one process work at a time, also while processes are killed', async () => {
    writeFileSync(join(folder, 'count'), '0');
    const killed = Array.from({ length: 4 }, () => start('hold'));
    const children = Array.from({ length: 4 }, () => start('count', '50'));
    await Promise.all(
      killed.map(async (child, index) => {
        await Bun.sleep(index * 20);
        child.kill('SIGKILL');
        await child.exited;
      }),
    );
    expect(await Promise.all(children.map(async (child) => await child.exited))).toEqual([0, 0, 0, 0]);
    expect(await Bun.file(join(folder, 'count')).text()).toBe('200');
    expect(await isFree()).toBe(true);
  }, 300_000);

  test('is made again with its folder', async () => {
    rmSync(folder, { recursive: true });
    expect(await isFree()).toBe(true);
    expect(statSync(folder).mode & 0o7777).toBe(0o700);
  });

  test('whose file has bytes in it, or a journal beside it, is a lock as before', async () => {
    for (const text of ['garbage', 'x'.repeat(20_000)]) {
      writeFileSync(path(), text, { mode: 0o600 });
      writeFileSync(`${path()}-journal`, text, { mode: 0o600 });
      writeFileSync(`${path()}-wal`, text, { mode: 0o600 });
      const child = await holder();
      expect(await isFree()).toBe(false);
      child.kill('SIGKILL');
      await child.exited;
      expect(await isFree()).toBe(true);
    }
  });
});

describe('a lock can not be had', () => {
  test.each([
    [
      'whose file is a link',
      () => {
        writeFileSync(join(place, 'elsewhere'), 'theirs');
        symlinkSync(join(place, 'elsewhere'), path());
      },
    ],
    ['whose file is a folder', () => mkdirSync(path(), { mode: 0o700 })],
    ['whose file is a named pipe', () => Bun.spawnSync(['mkfifo', '-m', '600', path()])],
    ['whose file is open to others', () => writeFileSync(path(), '', { mode: 0o666 })],
    [
      'whose folder is a file',
      () => {
        rmSync(folder, { recursive: true });
        writeFileSync(folder, '');
      },
    ],
    ['whose folder has no place', () => rmSync(place, { recursive: true })],
    ...(isRoot
      ? [
          [
            "whose file is another user's",
            () => {
              writeFileSync(path(), '', { mode: 0o600 });
              chownSync(path(), 65534, 65534);
            },
          ] as const,
        ]
      : []),
  ] as const)('%s', async (_title, spoil) => {
    spoil();
    expect(await takeLock(folder, 'lock', { signal, limit: 600_000 })).toBeUndefined();
    if (await Bun.file(join(place, 'elsewhere')).exists()) {
      expect(await Bun.file(join(place, 'elsewhere')).text()).toBe('theirs');
    }
  });
});
