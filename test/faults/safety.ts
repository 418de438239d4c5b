import { expect } from 'bun:test';
import { readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Outcome } from '../../lab/program/plugin.ts';
import type { Fate } from './fault-case.ts';

/** A store, looked at from outside of the plugin: `RealServer`, or `storeOf` the embedded one. */
export interface Store {
  /** Undefined when there is no such object. */
  bytes(key: string): Promise<Uint8Array | undefined>;
  /** Unfinished uploads whose key begins so. */
  uploads(prefix: string): Promise<readonly { readonly key: string }[]>;
}

/** What may never appear in any output of the plugin. */
const SECRET = 'testsecret';

export interface SafeBackup {
  readonly store: Store;
  readonly key: string;
  /** What was to be stored. */
  readonly data: Uint8Array;
  /** What was stored under the key before. */
  readonly previous?: Uint8Array;
  /** The store could not be reached at the end, so that the upload could not be removed. */
  readonly uploadMayRemain?: boolean;
  /** The process was ended by SIGKILL: it could neither say why nor remove its upload. */
  readonly killed?: boolean;
}

/**
 * A backup either succeeded and is stored as it was, or failed with a clear error, and then the key holds what it held
 * before, or the whole (the answer that said so was lost), and no unfinished upload is left.
 */
export async function expectSafeBackup(outcome: Outcome, expected: SafeBackup): Promise<Fate> {
  const { store, key, data, previous, uploadMayRemain = false, killed = false } = expected;
  const stored = await store.bytes(key);
  if (outcome.exitCode === 0) {
    expect(outcome.stderr).toBe('');
    expectSameBytes(stored, data);
    expect(await store.uploads(key)).toEqual([]);
    return 'survived';
  }
  if (killed) expectKilled(outcome);
  else expectClearError(outcome);
  const isPrevious = previous === undefined ? stored === undefined : isSame(stored, previous);
  if (!isPrevious) expectSameBytes(stored, data);
  if (!uploadMayRemain && !killed) expect(await store.uploads(key)).toEqual([]);
  return 'failedCleanly';
}

export interface SafeRestore {
  /** What is stored. */
  readonly data: Uint8Array;
  /** The last component of the key: it says how the data is compressed, and so what an end in failure looks like. */
  readonly name: string;
  /** The process was ended by a signal while its reader stood still: the mark at the end may not have got through. */
  readonly markMayBeMissing?: boolean;
  /** By SIGKILL. */
  readonly killed?: boolean;
}

const NUL = 0;
const BARE_GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

/**
 * restore_data either succeeded and wrote every byte, or failed with a clear error after a beginning of the data that
 * nothing behind it can take for all: compressed data is cut short, uncompressed data ends with a NUL byte.
 */
export function expectSafeRestore(outcome: Outcome, expected: SafeRestore): Fate {
  const { data, name, markMayBeMissing = false, killed = false } = expected;
  const { stdout } = outcome;
  if (outcome.exitCode === 0) {
    expect(outcome.stderr).toBe('');
    expectSameBytes(stdout, data);
    return 'survived';
  }
  if (killed) expectKilled(outcome);
  else expectClearError(outcome);
  const isCompressed = /\.(gz|zst)$/.test(name);
  const isSingle = /^gpbackup_\d+_\d{14}(\.gz|\.zst)?$/.test(name);
  if (isCompressed) {
    // gprestore's helper needs a beginning of a gzip file where there was no byte yet.
    if (isSingle && name.endsWith('.gz') && stdout.equals(BARE_GZIP_HEADER)) return 'failedCleanly';
    expectBeginning(stdout, data);
    if (data.length > 0) expect(stdout.length).toBeLessThan(data.length);
    return 'failedCleanly';
  }
  const isMarked = stdout.at(-1) === NUL && isBeginning(stdout.subarray(0, -1), data);
  if (isMarked) return 'failedCleanly';
  expectBeginning(stdout, data);
  // Of a single data file nothing was written: there its reader sees the message on stderr.
  const needsMark = !(isSingle && stdout.length === 0) && !markMayBeMissing && !killed;
  expect(needsMark ? `${stdout.length} bytes without a NUL at the end` : '').toBe('');
  return 'failedCleanly';
}

export interface SafeRestoreFile {
  readonly path: string;
  readonly data: Uint8Array;
  /** What the file held before; without it there was none. */
  readonly previous?: Uint8Array;
  /** By SIGKILL: the unfinished file beside it stays. */
  readonly killed?: boolean;
}

/** restore_file either put the whole file there, or failed with a clear error and left everything as it was. */
export async function expectSafeRestoreFile(outcome: Outcome, expected: SafeRestoreFile): Promise<Fate> {
  const { path, data, previous, killed = false } = expected;
  const file = Bun.file(path);
  const found = (await file.exists()) ? await file.bytes() : undefined;
  if (!killed) expectNoTemporaryFile(dirname(path), basename(path));
  if (outcome.exitCode === 0) {
    expect(outcome.stderr).toBe('');
    expectSameBytes(found, data);
    return 'survived';
  }
  if (killed) {
    expectKilled(outcome);
    // The signal may have come after the renaming.
    if (isSame(found, data)) return 'failedCleanly';
  } else expectClearError(outcome);
  if (previous === undefined) expect(found).toBeUndefined();
  else expectSameBytes(found, previous);
  return 'failedCleanly';
}

/** The folder holds nothing beside `name` that was made for it. */
export function expectNoTemporaryFile(folder: string, name: string): void {
  const others = readdirSync(folder).filter((entry) => entry !== name);
  expect(others.filter((entry) => entry.includes(name) || entry.startsWith('.'))).toEqual([]);
}

/** One message in words, perhaps several lines, perhaps with a hint; nothing of the program's inside, and no secret. */
export function expectClearError({ exitCode, stderr }: Outcome): void {
  expect(exitCode).toBeGreaterThan(0);
  expect(exitCode, stderr).not.toBe(137);
  expect(stderr).toMatch(/^gpbackup_s3_plugin: [^\n]+\n(?:[^\n]+\n)*$/);
  expect(stderr).not.toMatch(
    /^gpbackup_s3_plugin: internal error|\bat \S+ \(|\n {2,}at |\[object |\bundefined\b|\bNaN\b/,
  );
  // Whatever a server answered: a terminal must be safe from it.
  // oxlint-disable-next-line no-control-regex
  expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  expectNoSecret(stderr);
}

export function expectNoSecret(text: string): void {
  expect(text).not.toContain(SECRET);
}

function expectKilled({ exitCode, stderr }: Outcome): void {
  expect([exitCode, stderr]).toEqual([137, '']);
}

/** Compares without a picture of the difference: it would be as long as the data. */
function expectSameBytes(found: Uint8Array | undefined, wanted: Uint8Array): void {
  if (isSame(found, wanted)) return;
  expect(found === undefined ? 'nothing' : `${found.length} bytes`).toBe(`${wanted.length} bytes`);
  throw new Error(`${wanted.length} bytes that differ from byte ${firstDifference(found, wanted)} on`);
}

function expectBeginning(found: Uint8Array, whole: Uint8Array): void {
  if (isBeginning(found, whole)) return;
  throw new Error(`${found.length} bytes that differ from byte ${firstDifference(found, whole)} on`);
}

function isSame(found: Uint8Array | undefined, wanted: Uint8Array): boolean {
  return found !== undefined && Buffer.compare(found, wanted) === 0;
}

function isBeginning(found: Uint8Array, whole: Uint8Array): boolean {
  return found.length <= whole.length && Buffer.compare(found, whole.subarray(0, found.length)) === 0;
}

function firstDifference(found: Uint8Array | undefined, wanted: Uint8Array): number {
  const differs = (found ?? []).findIndex((byte, index) => byte !== wanted[index]);
  return differs === -1 ? (found?.length ?? 0) : differs;
}
