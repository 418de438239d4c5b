import { closeSync, constants, lstatSync, mkdirSync, openSync, truncateSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pause } from '../base/pause.ts';
import { codeOf } from '../base/plugin-error.ts';
import { isOwnFile } from './private-folder.ts';

/** Milliseconds until the next try, at first and at most. */
const FIRST_PAUSE = 1;
const LONGEST_PAUSE = 50;

/** A lock that this process has. Its end, however it comes, gives it back. */
export interface Lock extends Disposable {}

export interface LockWait {
  readonly signal: AbortSignal;
  /** Milliseconds. */
  readonly limit: number;
  /** Checked before each further try: true ends the wait without the lock. */
  readonly isNeedless?: () => boolean;
}

/**
 * Waits until no other process has the lock of this name. SQLite's lock of an empty file is what the runtime has of
 * the kernel's locks, which end with their process; the file stays, since whoever removed it would let two have it.
 * @param folder of this user alone
 * @returns undefined when it can't be had within the limit, or at all: a full or read-only folder, a file of another
 *   user. The caller goes on without.
 * @throws the signal's reason
 */
export async function takeLock(
  folder: string,
  name: string,
  { signal, limit, isNeedless = () => false }: LockWait,
): Promise<Lock | undefined> {
  signal.throwIfAborted();
  const end = performance.now() + limit;
  const { Database } = await import('bun:sqlite');
  const path = join(folder, name);
  for (let longest = FIRST_PAUSE; ; longest = Math.min(longest * 2, LONGEST_PAUSE)) {
    const lock = tryOnce(path, Database);
    if (lock !== 'busy') return lock;
    const left = end - performance.now();
    if (left <= 0) return undefined;
    // Of different lengths: those who wait don't come all at the same time again.
    await pause(Math.min(left, longest * (0.5 + Math.random() / 2)), signal);
    if (isNeedless()) return undefined;
  }
}

type DatabaseClass = typeof import('bun:sqlite').Database;

function tryOnce(path: string, Database: DatabaseClass): Lock | 'busy' | undefined {
  let database: InstanceType<DatabaseClass> | undefined;
  try {
    prepare(path);
    database = new Database(path, { readwrite: true, create: false });
    database.run('PRAGMA busy_timeout=0');
    database.run('BEGIN EXCLUSIVE');
    const held = database;
    return { [Symbol.dispose]: () => held.close() };
  } catch (error) {
    database?.close();
    return codeOf(error)?.startsWith('SQLITE_BUSY') === true ? 'busy' : undefined;
  }
}

/**
 * An empty file of this user, or an error. It is looked at by name: to close a descriptor of it would give back a lock
 * that this process has.
 */
function prepare(path: string): void {
  const facts = lstatSync(path, { throwIfNoEntry: false });
  if (facts === undefined) {
    create(path);
    return;
  }
  if (!isOwnFile(facts)) throw new Error(`${path} is not a private file of this user`);
  // Nothing is ever written to it. Any content would not be a database, and SQLite would refuse it.
  if (facts.size > 0) truncateSync(path, 0);
}

function create(path: string): void {
  const { O_WRONLY, O_CREAT, O_EXCL } = constants;
  const make = (): void => closeSync(openSync(path, O_WRONLY | O_CREAT | O_EXCL, 0o600));
  try {
    make();
  } catch (error) {
    // Another process made it first.
    if (codeOf(error) === 'EEXIST') return;
    if (codeOf(error) !== 'ENOENT') throw error;
    // The folder was empty until now, and whoever used it last has removed it.
    mkdirSync(dirname(path), { mode: 0o700 });
    make();
  }
}
