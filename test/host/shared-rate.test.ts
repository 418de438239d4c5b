import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HostClock } from '../../src/host/host-clock.ts';
import { SharedRate, slotAt } from '../../src/host/shared-rate.ts';

let folder: string;
let warnings: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gpbackup-s3-plugin-test-'));
  warnings = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Longer than any test takes, in milliseconds. */
const LONG = 100_000;
const path = (): string => join(folder, 'rate');
const user = (of: string | undefined = folder): SharedRate =>
  new SharedRate(of, 'rate', (reason) => warnings.push(reason));

describe('the next slot', () => {
  test('follows what is reserved', () => {
    expect(slotAt(10_000, 12_000, 25)).toEqual({ start: 12_000, free: 12_025 });
    expect(slotAt(10_000, 12_000, 0)).toEqual({ start: 12_000, free: 12_000 });
  });

  test('may begin a little in the past, and no longer ago', () => {
    expect(slotAt(10_000, 9900, 25)).toEqual({ start: 9900, free: 9925 });
    expect(slotAt(10_000, Number.NEGATIVE_INFINITY, 25)).toEqual({ start: 9600, free: 9625 });
  });

  test('is never more than five minutes away', () => {
    expect(slotAt(10_000, 1e12, 25)).toEqual({ start: 310_000, free: 310_025 });
  });
});

describe('a rate', () => {
  test('is shared by all who use the folder', () => {
    const [one, other] = [user(), user()];
    expect(one.reserve(LONG)).toBeLessThanOrEqual(0);
    expect(other.reserve(LONG)).toBeWithin(LONG * 0.5, LONG);
    expect(one.reserve(0)).toBeWithin(LONG * 1.5, LONG * 2);
    expect(other.reserve(0)).toBeWithin(LONG * 1.5, LONG * 2);
    expect(warnings).toEqual([]);
  });

  test.each([
    ['of an earlier start of the host', `1 00000000-0000-0000-0000-000000000000 ${'9'.repeat(16)}.000\n`],
    ['of another version', `2 ${new HostClock().boot} ${'9'.repeat(16)}.000\n`],
    ['that is cut', `1 ${new HostClock().boot} 99`],
    ['that is garbage', '\0'.repeat(4096)],
    ['that is no number', `1 ${new HostClock().boot} NaN`],
  ])('ignores and replaces a line %s', (_, line) => {
    writeFileSync(path(), line, { mode: 0o600 });
    const rate = user();
    expect(rate.reserve(0)).toBeLessThanOrEqual(0);
    expect(rate.reserve(LONG)).toBeLessThanOrEqual(0);
    expect(user().reserve(0)).toBeWithin(LONG * 0.5, LONG);
    expect(readFileSync(path(), 'latin1')).toMatch(/^1 [0-9a-f-]{36} \d{16}\.\d{3}\n/);
  });

  test('goes on with the others when its file was removed', () => {
    const one = user();
    one.reserve(LONG);
    rmSync(path());
    user().reserve(2 * LONG);
    expect(one.reserve(0)).toBeWithin(LONG * 1.5, LONG * 2);
    expect(warnings).toEqual([]);
  });

  test.each([
    ['there is no folder', () => undefined, 'no folder that only this user can enter'],
    ['the folder is gone', () => join(folder, 'missing'), 'ENOENT'],
  ])('holds for this process alone where %s, with one warning', (_, of, reason) => {
    const rate = new SharedRate(of(), 'rate', (why) => warnings.push(why));
    expect(rate.reserve(LONG)).toBeLessThanOrEqual(0);
    expect(rate.reserve(0)).toBeWithin(LONG * 0.5, LONG);
    expect(rate.reserve(LONG)).toBeWithin(LONG * 0.5, LONG);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(reason);
  });

  test('looks for the others again, and warns no second time', () => {
    const missing = join(folder, 'missing');
    const rate = new SharedRate(missing, 'rate', (reason) => warnings.push(reason), 0);
    rate.reserve(LONG);
    expect(rate.reserve(0)).toBeWithin(LONG * 0.5, LONG);
    expect(warnings).toHaveLength(1);
    mkdirSync(missing);
    expect(rate.reserve(0)).toBeLessThanOrEqual(0);
  });

  test('holds for this process alone while another one keeps the lock', async () => {
    const rate = user();
    rate.reserve(1);
    const child = Bun.spawn(
      [process.execPath, join(import.meta.dir, 'record-user.ts'), folder, 'rate', 'hold'],
      { stdin: 'ignore', stdout: 'pipe', stderr: 'inherit' },
    );
    await child.stdout.getReader().read();
    let wait = rate.reserve(LONG);
    expect(wait).toBeUndefined();
    while (wait === undefined) {
      await Bun.sleep(5);
      wait = rate.reserve(LONG);
    }
    expect(warnings).toEqual(['another process keeps the lock']);
    child.kill('SIGKILL');
    await child.exited;
  });
});

test('the clock of the host is the same in all processes', async () => {
  using clock = new HostClock();
  const source = `import { HostClock } from ${JSON.stringify(join(import.meta.dir, '../../src/host/host-clock.ts'))};
    const clock = new HostClock(); console.log(JSON.stringify([clock.boot, clock.now()]));`;
  const before = clock.now();
  const child = Bun.spawn([process.execPath, '-e', source], { stdout: 'pipe' });
  const [boot, between] = JSON.parse(await new Response(child.stdout).text()) as [string, number];
  expect(boot).toBe(clock.boot);
  expect(between).toBeWithin(before, clock.now() + 1);
});
