import { describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Outcome } from '../../lab/program/plugin.ts';
import {
  expectClearError,
  expectSafeBackup,
  expectSafeRestore,
  expectSafeRestoreFile,
  type Store,
} from './safety.ts';

const data = new TextEncoder().encode('a row of a table\n');
const TABLE = 'gpbackup_0_20260102030405_16385';
const SINGLE = 'gpbackup_0_20260102030405';
const message = 'gpbackup_s3_plugin: PutObject failed\nHINT: try again\n';

function outcome(exitCode: number, stdout: Uint8Array | string = '', stderr = message): Outcome {
  return { exitCode, stdout: Buffer.from(stdout), stderr: exitCode === 0 ? '' : stderr };
}

function storeWith(object?: Uint8Array, ...uploads: string[]): Store {
  return { bytes: async () => object, uploads: async () => uploads.map((key) => ({ key })) };
}

describe('a backup', () => {
  const check = async (end: Outcome, store: Store, more = {}) =>
    await expectSafeBackup(end, { store, key: 'k', data, ...more });

  test('that succeeded and is stored as it was survived; that failed and left nothing failed cleanly', async () => {
    expect(await check(outcome(0), storeWith(data))).toBe('survived');
    expect(await check(outcome(1), storeWith())).toBe('failedCleanly');
  });

  test('that failed may leave what was there, or the whole', async () => {
    const previous = new Uint8Array([1]);
    expect(await check(outcome(1), storeWith(previous), { previous })).toBe('failedCleanly');
    expect(await check(outcome(1), storeWith(data))).toBe('failedCleanly');
  });

  test.each([
    ['succeeded and stored nothing', outcome(0), storeWith()],
    ['succeeded and stored less', outcome(0), storeWith(data.subarray(1))],
    ['succeeded and left an upload', outcome(0), storeWith(data, 'k')],
    ['failed and stored a piece', outcome(1), storeWith(data.subarray(0, 5))],
    ['failed and left an upload', outcome(1), storeWith(undefined, 'k')],
    ['failed without a message', outcome(1, '', ''), storeWith()],
    ['succeeded with a message', { ...outcome(0), stderr: message }, storeWith(data)],
  ])('that %s is not safe', async (_what, end, store) => {
    expect(await thrownBy(() => check(end, store))).toBeTrue();
  });

  test('that was killed may leave an upload and has no message, but no piece of an object', async () => {
    expect(await check(outcome(137, '', ''), storeWith(undefined, 'k'), { killed: true })).toBe(
      'failedCleanly',
    );
    expect(
      await thrownBy(() => check(outcome(137, '', ''), storeWith(data.subarray(1)), { killed: true })),
    ).toBeTrue();
  });
});

describe('a restore', () => {
  const piece = Buffer.from(data.subarray(0, 5));

  test.each([
    ['succeeded and wrote all', 'survived', outcome(0, data), TABLE],
    ['failed and marked its piece', 'failedCleanly', outcome(1, Buffer.concat([piece, Buffer.of(0)])), TABLE],
    ['failed and cut compressed data short', 'failedCleanly', outcome(1, piece), `${TABLE}.gz`],
    ['failed before the first byte of a single file', 'failedCleanly', outcome(1), SINGLE],
  ] as const)('that %s is safe', (_what, fate, end, name) => {
    expect(expectSafeRestore(end, { data, name })).toBe(fate);
  });

  test.each([
    ['succeeded and wrote less', outcome(0, piece), TABLE],
    ['succeeded and wrote other bytes', outcome(0, data.toReversed()), TABLE],
    ['failed without the mark', outcome(1, piece), TABLE],
    ['failed before the first byte of a table, without the mark', outcome(1), TABLE],
    ['failed after all compressed bytes', outcome(1, data), `${TABLE}.zst`],
    ['failed after other bytes', outcome(1, data.toReversed().subarray(0, 5)), `${TABLE}.gz`],
    ['failed after other bytes and a mark', outcome(1, 'b row\0'), TABLE],
  ])('that %s is not safe', async (_what, end, name) => {
    expect(await thrownBy(() => expectSafeRestore(end, { data, name }))).toBeTrue();
  });
});

describe('a restored file', () => {
  const files = async (content: Record<string, string | Uint8Array>, end: Outcome, previous?: Uint8Array) => {
    const folder = mkdtempSync(join(tmpdir(), 'gpbackup-s3-plugin-safety-'));
    try {
      for (const [name, bytes] of Object.entries(content)) writeFileSync(join(folder, name), bytes);
      const path = join(folder, 'f');
      return await expectSafeRestoreFile(end, {
        path,
        data,
        ...(previous === undefined ? {} : { previous }),
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  test('is whole, or as it was before', async () => {
    expect(await files({ f: data }, outcome(0))).toBe('survived');
    expect(await files({}, outcome(1))).toBe('failedCleanly');
    expect(await files({ f: 'old' }, outcome(1), Buffer.from('old'))).toBe('failedCleanly');
  });

  test.each([
    ['a piece', { f: data.subarray(1) }, outcome(0)],
    ['a piece after a failure', { f: data.subarray(1) }, outcome(1)],
    ['another file beside it', { f: data, '.f.1234.unfinished': '' }, outcome(0)],
  ])('%s is not safe', async (_what, content, end) => {
    expect(await thrownBy(() => files(content, end))).toBeTrue();
  });
});

describe('a message', () => {
  test.each([
    ['a stack', 'gpbackup_s3_plugin: it broke\n    at run (/$bunfs/root/main.js:1:2)\n'],
    ['a defect', 'gpbackup_s3_plugin: internal error: x is not a function\n'],
    ['a secret', 'gpbackup_s3_plugin: wrong secret: testsecret\n'],
    ['an escape sequence', 'gpbackup_s3_plugin: no \u001b[31mkey\n'],
    ['another beginning', 'error: no key\n'],
    ['no end', 'gpbackup_s3_plugin: no key'],
  ])('with %s is not clear', async (_what, text) => {
    expect(await thrownBy(() => expectClearError(outcome(1, '', text)))).toBeTrue();
  });

  test('of several lines with a hint is clear', () => {
    expectClearError(outcome(1));
  });
});

async function thrownBy(call: () => unknown): Promise<boolean> {
  try {
    await call();
    return false;
  } catch {
    return true;
  }
}
