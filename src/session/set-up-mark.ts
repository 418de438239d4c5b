import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmdirSync,
  type Stats,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** How long a mark counts, in milliseconds: gpbackup's teardown follows within minutes, a new try has another timestamp. */
const VALID = 15 * 60_000;
/** How far a clock may have been set back since. */
const CLOCK_STEP = 60_000;

/**
 * A small file that says: the set-up of this backup has begun on this host and has not succeeded. gpbackup's teardown
 * still calls backup_file then, twice, and each would wait for `retry_timeout` for a server that was never there.
 *
 * It is in a folder that only this user can enter. A mark that is old, of another user or not a plain file is ignored,
 * and nothing fails because a mark can't be written, read or removed.
 */
export class SetUpMark {
  readonly #name: string;
  readonly #folders: readonly string[];

  /**
   * @param timestamp of the backup
   * @param place what distinguishes its bucket and folder from others
   */
  constructor(
    timestamp: string,
    place: readonly (string | undefined)[],
    environment: Readonly<Record<string, string | undefined>>,
  ) {
    this.#name = `set-up-${timestamp}-${Bun.hash(JSON.stringify(place)).toString(36)}`;
    const runtime = environment['XDG_RUNTIME_DIR'] ?? '';
    this.#folders = [
      // A session's folder may not be there for all who are called; the other one is.
      ...(runtime.startsWith('/') ? [join(runtime, 'gpbackup_s3_plugin')] : []),
      `/tmp/gpbackup_s3_plugin-${process.geteuid?.() ?? 'user'}`,
    ];
  }

  /** Called when the set-up begins. */
  set(): void {
    this.#folders.some((folder) => quietly(() => this.#write(folder)) === true);
  }

  /** Called when the set-up has succeeded. */
  remove(): void {
    for (const folder of this.#folders) {
      quietly(() => unlinkSync(join(folder, this.#name)));
      // Other marks keep it.
      quietly(() => rmdirSync(folder));
    }
  }

  /** Whether a set-up began on this host in the last minutes and has not succeeded. */
  isSet(): boolean {
    return this.#folders.some((folder) => quietly(() => this.#isIn(folder)) === true);
  }

  #write(folder: string): boolean {
    quietly(() => mkdirSync(folder, { mode: 0o700 }));
    if (!isPrivate(lstatSync(folder), 'folder')) return false;
    removeOld(folder);
    const { O_WRONLY, O_CREAT, O_NOFOLLOW } = constants;
    const fd = openSync(join(folder, this.#name), O_WRONLY | O_CREAT | O_NOFOLLOW, 0o600);
    try {
      // Its time of change is what counts.
      writeSync(fd, `${process.pid}\n`);
      return true;
    } finally {
      closeSync(fd);
    }
  }

  #isIn(folder: string): boolean {
    const path = join(folder, this.#name);
    // Nearly always there is none, and nothing more is looked at.
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return false;
    if (!isPrivate(lstatSync(folder), 'folder')) return false;
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const facts = fstatSync(fd);
      return isPrivate(facts, 'file') && isRecent(facts);
    } finally {
      closeSync(fd);
    }
  }
}

/** Of this user, and closed to all others. */
function isPrivate(facts: Stats, kind: 'file' | 'folder'): boolean {
  const isOfKind = kind === 'file' ? facts.isFile() : facts.isDirectory();
  return isOfKind && facts.uid === process.geteuid?.() && (facts.mode & 0o077) === 0;
}

function isRecent({ mtimeMs }: Stats): boolean {
  const age = Date.now() - mtimeMs;
  return age > -CLOCK_STEP && age < VALID;
}

/** Marks of backups that were never tried again. */
function removeOld(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (!isRecent(statSync(path))) quietly(() => unlinkSync(path));
  }
}

function quietly<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch {
    // A mark saves time; without one all is as it was before there were marks.
    return undefined;
  }
}
