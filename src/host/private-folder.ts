import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  type Stats,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf } from '../base/plugin-error.ts';
import { PROGRAM } from '../base/product.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where the processes of this user on this host may keep what they share, the preferred folder first: of the session
 * (XDG_RUNTIME_DIR), in memory, among temporary files. None of them has to be there.
 */
export function privateFolders(environment: Environment): readonly string[] {
  const own = `${PROGRAM}-${process.geteuid?.() ?? 'user'}`;
  return [
    ...absolute(environment['XDG_RUNTIME_DIR']).map((folder) => join(folder, PROGRAM)),
    join('/dev/shm', own),
    join(absolute(environment['TMPDIR'])[0] ?? '/tmp', own),
  ];
}

function absolute(path: string | undefined): string[] {
  return path?.startsWith('/') === true ? [path] : [];
}

/** The one of them among temporary files: on a disk as a rule, and the same whatever session a process is of. */
export function temporaryFolder(environment: Environment): string {
  return privateFolders(environment).at(-1) ?? '';
}

/** The first of these folders that only this user can enter; it is made where it is missing. Undefined: none. */
export function ownFolder(environment: Environment): string | undefined {
  return privateFolders(environment).find(isOwnOrMade);
}

/** Whether only this user can enter the folder; it is made where it is missing. */
export function isOwnOrMade(folder: string): boolean {
  return isOwnFolder(folder) || isMade(folder);
}

function isMade(folder: string): boolean {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it at the same time.
    if (codeOf(error) !== 'EEXIST') return false;
  }
  return isOwnFolder(folder);
}

/** Whether it is a folder of this user, closed to all others, that nobody else can replace. */
export function isOwnFolder(folder: string): boolean {
  try {
    const facts = lstatSync(folder, { throwIfNoEntry: false });
    if (facts?.isDirectory() !== true || !isPrivate(facts)) return false;
    const above = statSync(dirname(folder));
    const isSafe = (above.mode & 0o022) === 0 || (above.mode & 0o1000) !== 0;
    return isSafe && (above.uid === 0 || above.uid === process.geteuid?.());
  } catch {
    // Not one that can be looked at.
    return false;
  }
}

/**
 * Opens a file in a folder that {@link isOwnFolder}. A new one can be read and written by this user alone.
 * @param flags O_RDONLY, O_WRONLY, O_CREAT …
 * @returns a file descriptor, to be closed
 * @throws when it is missing, a link, not a plain file, another user's, or open to others
 */
export function openOwnFile(folder: string, name: string, flags: number): number {
  return openOwn(folder, name, flags).fd;
}

/** The same, with the size that the file has in bytes. */
export function openOwn(
  folder: string,
  name: string,
  flags: number,
): { readonly fd: number; readonly size: number } {
  // O_NONBLOCK: a named pipe must not keep anybody waiting.
  const fd = openSync(join(folder, name), flags | constants.O_NOFOLLOW | constants.O_NONBLOCK, 0o600);
  try {
    const facts = fstatSync(fd);
    if (isOwnFile(facts)) return { fd, size: facts.size };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  closeSync(fd);
  throw new Error(`${name} is not a private file of this user`);
}

/** A plain file of this user, closed to all others. */
export function isOwnFile(facts: Stats): boolean {
  return facts.isFile() && isPrivate(facts);
}

function isPrivate({ uid, mode }: Stats): boolean {
  return uid === process.geteuid?.() && (mode & 0o077) === 0;
}
