import { Database } from 'bun:sqlite';
import { closeSync, fsyncSync, linkSync, lstatSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { pause } from '../base/pause.ts';
import { codeOf, PluginError, reasonOf } from '../base/plugin-error.ts';
import { systemHint, systemReason } from '../base/system-error.ts';
import { removeAbandoned, unfinishedPath } from '../transfer/unfinished-file.ts';
import { createTables, problemOfTables } from './history-schema.ts';

/** The history database can't be used, or not now. */
export class HistoryError extends PluginError {}

/** Milliseconds that a lock of gpbackup, gpbackman or another run is waited for; gpbackup waits as long. */
const PATIENCE = 5000;
const EVERY = 100;

const HEADER = 'SQLite format 3\0';

/** What SQLite's codes mean (SQLite, "Result and Error Codes"), to go on after `can't be written: `. */
const WORDS: readonly (readonly [code: string, words: string, hint: string | undefined])[] = [
  ['SQLITE_FULL', 'the disk is full', 'make room and start again: the file is as it was'],
  ['SQLITE_READONLY', 'it or its folder is read-only', 'the file and its folder must be writable'],
  ['SQLITE_CANTOPEN', "it can't be opened", 'the file and its folder must be writable for this user'],
  ['SQLITE_NOTADB', 'it is not an SQLite database', undefined],
  ['SQLITE_CORRUPT', 'it is damaged', 'keep a copy, and write a new one under another name'],
  ['SQLITE_IOERR', 'the disk reports an error', undefined],
];

/**
 * gpbackup's history database, or a new one that gets its name when it is complete. Nothing is changed but by
 * `change`, in one transaction each.
 */
export class HistoryFile implements Disposable {
  readonly #path: string;
  readonly #draft: string | undefined;
  readonly #database: Database;
  readonly #signal: AbortSignal;

  private constructor(path: string, draft: string | undefined, signal: AbortSignal) {
    this.#path = path;
    this.#draft = draft;
    this.#signal = signal;
    this.#database = this.#told(
      () => new Database(draft ?? path, { readwrite: true, create: draft !== undefined }),
    );
    this.#database.run('PRAGMA busy_timeout=0');
    // Whatever happens to a draft, nobody reads it: it needs no journal beside it.
    if (draft !== undefined) this.#database.run('PRAGMA journal_mode=MEMORY');
  }

  /**
   * Opens the file, or begins a new one where there is none and `create` permits it.
   * @throws {HistoryError} for anything but a history database, which stays as it is
   */
  static async open(path: string, create: boolean, signal: AbortSignal): Promise<HistoryFile> {
    const isThere = isHistoryThere(path);
    if (!isThere && !create)
      throw new HistoryError(`history database ${path} is not there`, { hint: 'check the path' });
    if (!isThere) removeAbandoned(dirname(path));
    const file = new HistoryFile(path, isThere ? undefined : unfinishedPath(path), signal);
    try {
      const problem = await file.read(problemOfTables);
      if (problem === undefined) return file;
      throw new HistoryError(`${path} ${problem}`, {
        hint: 'give the path of gpbackup_history.db, or of a new file',
      });
    } catch (error) {
      file[Symbol.dispose]();
      throw error;
    }
  }

  /** Whether there was none. */
  get isNew(): boolean {
    return this.#draft !== undefined;
  }

  /** Works on tables of the database `temp`, which nobody else sees: no lock is needed. @throws {HistoryError} */
  draft<T>(work: (database: Database) => T): T {
    return this.#told(() => work(this.#database));
  }

  /** Waits for a lock of others. @throws {HistoryError} */
  async read<T>(work: (database: Database) => T): Promise<T> {
    return await this.#whenFree(() => work(this.#database));
  }

  /** One transaction, under SQLite's lock: all of it or nothing. @throws {HistoryError} */
  async change<T>(work: (database: Database) => T): Promise<T> {
    await this.#whenFree(() => this.#database.run('BEGIN IMMEDIATE'));
    try {
      const result = this.#told(() => {
        createTables(this.#database);
        return work(this.#database);
      });
      // Readers may have to end before it.
      await this.#whenFree(() => this.#database.run('COMMIT'));
      return result;
    } catch (error) {
      if (this.#database.inTransaction) this.#database.run('ROLLBACK');
      throw error;
    }
  }

  /** Gives a new file its name. @throws {HistoryError} also when there is one by now */
  finish(): void {
    if (this.#draft === undefined) return;
    this.#database.close();
    try {
      linkSync(this.#draft, this.#path);
      const folder = openSync(dirname(this.#path), 'r');
      fsyncSync(folder);
      closeSync(folder);
    } catch (error) {
      throw failed(this.#path, error);
    }
  }

  [Symbol.dispose](): void {
    this.#database.close();
    if (this.#draft !== undefined) rmSync(this.#draft, { force: true });
  }

  async #whenFree<T>(work: () => T): Promise<T> {
    const end = performance.now() + PATIENCE;
    for (;;) {
      this.#signal.throwIfAborted();
      try {
        return work();
      } catch (error) {
        if (!isBusy(error)) throw failed(this.#path, error);
        if (performance.now() > end)
          throw new HistoryError(
            `history database ${this.#path} is locked by another program, for more than ${PATIENCE / 1000} s`,
            { hint: 'gpbackup or gpbackman is writing it: start again when that has ended', cause: error },
          );
        await pause(EVERY, this.#signal);
      }
    }
  }

  #told<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw failed(this.#path, error);
    }
  }
}

function isBusy(error: unknown): boolean {
  return /^SQLITE_(?:BUSY|LOCKED)/.test(codeOf(error) ?? '');
}

function failed(path: string, error: unknown): unknown {
  const code = codeOf(error);
  if (error instanceof PluginError || code === undefined) return error;
  const [, words, hint] = WORDS.find(([known]) => code.startsWith(known)) ?? [];
  const isOfSqlite = code.startsWith('SQLITE_');
  const reason = words ?? (isOfSqlite ? `${reasonOf(error)} (${code})` : systemReason(error));
  return new HistoryError(`history database ${path} can't be written: ${reason}`, {
    hint: isOfSqlite ? hint : systemHint('writing', error),
    cause: error,
  });
}

/** Whether there is a file of SQLite, or an empty one. @throws {HistoryError} for anything else. */
function isHistoryThere(path: string): boolean {
  const refuse = (why: string): never => {
    throw new HistoryError(`${path} ${why}`, {
      hint: 'give the path of gpbackup_history.db, or of a new file',
    });
  };
  try {
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return false;
    if (!statSync(path).isFile()) return refuse('is not a file');
    const descriptor = openSync(path, 'r');
    try {
      const start = Buffer.alloc(HEADER.length);
      const length = readSync(descriptor, start);
      return length === 0 || start.toString('latin1') === HEADER ? true : refuse('is not an SQLite database');
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (error instanceof PluginError) throw error;
    throw new HistoryError(`history database ${path} can't be read: ${systemReason(error)}`, {
      hint: systemHint('reading', error),
      cause: error,
    });
  }
}
