import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  readdirSync,
  rmdirSync,
  type Stats,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { isOwnFolder, openOwnFile, ownFolder, privateFolders } from '../host/private-folder.ts';

/** How long a mark counts, in milliseconds: gpbackup's teardown follows within minutes, a new try has another timestamp. */
const VALID = 15 * 60_000;
/** How far a clock may have been set back since. */
const CLOCK_STEP = 60_000;
const PREFIX = 'set-up-';

/**
 * A small file that says: the set-up of this backup has begun on this host and has not succeeded. gpbackup's teardown
 * still calls backup_file then, twice, and each would wait for `retry_timeout` for a server that was never there.
 *
 * It is in a folder that only this user can enter. A mark that is old, of another user or not a plain file is ignored,
 * and nothing fails because a mark can't be written, read or removed.
 */
export class SetUpMark {
  /** Of the backup: its timestamp, and something that is another one for each bucket and folder. */
  readonly id: string;
  readonly #name: string;
  readonly #environment: Readonly<Record<string, string | undefined>>;

  /**
   * @param timestamp of the backup
   * @param place what distinguishes its bucket and folder from others
   */
  constructor(
    timestamp: string,
    place: readonly (string | undefined)[],
    environment: Readonly<Record<string, string | undefined>>,
  ) {
    this.id = `${timestamp}-${Bun.hash(JSON.stringify(place)).toString(36)}`;
    this.#name = `${PREFIX}${this.id}`;
    this.#environment = environment;
  }

  /** Called when the set-up begins. */
  set(): void {
    quietly(() => this.#write());
  }

  /** Called when the set-up has succeeded. */
  remove(): void {
    for (const folder of privateFolders(this.#environment)) {
      quietly(() => unlinkSync(join(folder, this.#name)));
      // What else is in it keeps it.
      quietly(() => rmdirSync(folder));
    }
  }

  /** Whether a set-up began on this host in the last minutes and has not succeeded. */
  isSet(): boolean {
    // A session's folder may not be there for all who are called; the other ones are.
    return privateFolders(this.#environment).some((folder) => quietly(() => this.#isIn(folder)) === true);
  }

  #write(): void {
    const folder = ownFolder(this.#environment);
    if (folder === undefined) return;
    removeOld(folder);
    const fd = openOwnFile(folder, this.#name, constants.O_WRONLY | constants.O_CREAT);
    try {
      // Its time of change is what counts.
      writeSync(fd, `${process.pid}\n`);
    } finally {
      closeSync(fd);
    }
  }

  #isIn(folder: string): boolean {
    const path = join(folder, this.#name);
    // Nearly always there is none, and nothing more is looked at.
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return false;
    if (!isOwnFolder(folder)) return false;
    const fd = openOwnFile(folder, this.#name, constants.O_RDONLY);
    try {
      return isRecent(fstatSync(fd));
    } finally {
      closeSync(fd);
    }
  }
}

function isRecent({ mtimeMs }: Stats): boolean {
  const age = Date.now() - mtimeMs;
  return age > -CLOCK_STEP && age < VALID;
}

/** Marks of backups that were never tried again. */
function removeOld(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(PREFIX)) continue;
    const path = join(folder, name);
    quietly(() => isRecent(lstatSync(path)) || unlinkSync(path));
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
