import { Database } from 'bun:sqlite';
import { closeSync, constants, fstatSync, lstatSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../base/plugin-error.ts';
import { isOwnFile, openOwnFile } from './private-folder.ts';

/** Milliseconds that this process stops for another one's lock, which is held for 50 µs. */
const MOMENT = 10;

/** Bytes. */
const LENGTH = 128;

/**
 * A line of text that processes share and change under a lock; a change costs 0.05 ms. It is
 * written in one piece, so a process that is killed leaves the old line or the new one; the lock ends with its process.
 */
export class SharedRecord implements Disposable {
  readonly #fd: number;
  readonly #lock: Database;
  readonly #begin: () => void;
  readonly #end: () => void;
  readonly #buffer = Buffer.alloc(LENGTH);

  /**
   * @param folder of this user alone
   * @throws when one of its two files can't be made or is not this user's
   */
  constructor(folder: string, name: string) {
    const lockName = `${name}.lock`;
    // SQLite locks an empty file; what else is there it would refuse.
    const { O_RDWR, O_CREAT, O_TRUNC } = constants;
    closeSync(openReplaced(folder, lockName, O_RDWR | O_CREAT | O_TRUNC));
    this.#fd = openReplaced(folder, name, O_RDWR | O_CREAT);
    try {
      this.#lock = new Database(join(folder, lockName), { readwrite: true, create: false });
      this.#lock.run(`PRAGMA busy_timeout=${MOMENT}`);
      const begin = this.#lock.prepare('BEGIN EXCLUSIVE');
      const end = this.#lock.prepare('ROLLBACK');
      this.#begin = () => void begin.run();
      this.#end = () => void end.run();
    } catch (error) {
      closeSync(this.#fd);
      throw error;
    }
  }

  /** Somebody has removed the file: others share another one by now. */
  get isGone(): boolean {
    return fstatSync(this.#fd).nlink === 0;
  }

  /** The line as it is, without the lock. */
  read(): string {
    const length = readSync(this.#fd, this.#buffer, 0, LENGTH, 0);
    return this.#buffer.toString('latin1', 0, length);
  }

  /**
   * Replaces the line by one of the same length, or of any length where what was there is not one of this program.
   * @returns false when another process has the lock
   */
  update(change: (line: string) => string): boolean {
    try {
      this.#begin();
    } catch (error) {
      if (codeOf(error)?.startsWith('SQLITE_BUSY') === true) return false;
      throw error;
    }
    try {
      writeSync(this.#fd, change(this.read()), 0, 'latin1');
      return true;
    } finally {
      this.#end();
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
    this.#lock.close();
  }
}

/** What is in the way (a link, a folder, a file that others can read) is not this program's, and is removed. */
function openReplaced(folder: string, name: string, flags: number): number {
  try {
    return openOwnFile(folder, name, flags);
  } catch (error) {
    const path = join(folder, name);
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined || isOwnFile(found)) throw error;
    rmSync(path, { recursive: true, force: true });
    return openOwnFile(folder, name, flags);
  }
}
