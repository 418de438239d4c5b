import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { isOwnFolder, openOwnFile, privateFolders } from './private-folder.ts';

/** A text that one process of this user left for the others of this host. */
export interface KeptText {
  readonly text: string;
  /** Milliseconds since 1970, by the file's own time. */
  readonly modified: number;
}

/** Bytes of the largest text that is read. */
const LONGEST = 64 * 1024;
/** Bytes that a draft takes up before its text is known: a full disk shows itself then. */
const RESERVED = 8 * 1024;
/** Milliseconds after which a draft has no process any more. */
const OLD_DRAFT = 3_600_000;
/** Milliseconds after which nobody looks for a file. */
const OLD_FILE = 7 * 86_400_000;
const DRAFT = '.draft';

/** What is kept by this name, of the preferred folder first; a file that others may have touched is left out. */
export function* readKept(
  environment: Readonly<Record<string, string | undefined>>,
  name: string,
): Generator<KeptText> {
  for (const folder of privateFolders(environment)) {
    const kept = readFrom(folder, name);
    if (kept !== undefined) yield kept;
  }
}

function readFrom(folder: string, name: string): KeptText | undefined {
  let fd: number;
  try {
    // In most folders there is none, and an error costs more than a look.
    if (lstatSync(join(folder, name), { throwIfNoEntry: false }) === undefined) return undefined;
    fd = openOwnFile(folder, name, constants.O_RDONLY);
  } catch {
    return undefined;
  }
  try {
    const { size, mtimeMs } = fstatSync(fd);
    if (size > LONGEST || !isOwnFolder(folder)) return undefined;
    return { text: readFileSync(fd, 'utf8'), modified: mtimeMs };
  } catch {
    return undefined;
  } finally {
    closeSync(fd);
  }
}

/**
 * A file that takes its name only with all of its text: at no moment does another process see a part of it. It takes up
 * its room at once, so that whoever has one can be nearly sure to be able to share.
 */
export class Draft implements Disposable {
  readonly folder: string;
  readonly #path: string;
  readonly #draft: string;
  readonly #fd: number;
  #published = false;

  /**
   * @param folder of this user alone
   * @throws when it is full, read-only or gone
   */
  constructor(folder: string, name: string) {
    const draft = `${name}.${process.pid}-${Math.random().toString(36).slice(2)}${DRAFT}`;
    this.folder = folder;
    this.#path = join(folder, name);
    this.#draft = join(folder, draft);
    const { O_WRONLY, O_CREAT, O_EXCL } = constants;
    this.#fd = openOwnFile(folder, draft, O_WRONLY | O_CREAT | O_EXCL);
    try {
      this.#write(new Uint8Array(RESERVED));
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** @throws when it can't be written; what is kept by its name is then as it was. */
  publish(text: string): void {
    const bytes = Buffer.from(text);
    this.#write(bytes);
    ftruncateSync(this.#fd, bytes.length);
    renameSync(this.#draft, this.#path);
    this.#published = true;
  }

  #write(bytes: Uint8Array): void {
    if (writeSync(this.#fd, bytes, 0, bytes.length, 0) < bytes.length) throw new Error('no room');
  }

  /** Nothing is left of one that was not published. */
  [Symbol.dispose](): void {
    closeSync(this.#fd);
    if (this.#published) return;
    try {
      unlinkSync(this.#draft);
    } catch {
      // Somebody has cleaned up.
    }
  }
}

/** Removes the drafts of processes that were killed, and files that nobody has used for long. */
export function removeOldFiles(folder: string, prefix: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(prefix)) continue;
    const path = join(folder, name);
    try {
      const age = Math.abs(Date.now() - lstatSync(path).mtimeMs);
      if (age > (name.endsWith(DRAFT) ? OLD_DRAFT : OLD_FILE)) unlinkSync(path);
    } catch {
      // Another process did it.
    }
  }
}
