import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { PluginError } from '../../base/plugin-error.ts';
import { PROGRAM } from '../../base/product.ts';

/** Bytes that the system takes as a socket's name. */
const LONGEST_PATH = 107;
/** Milliseconds after which a socket without a process is swept. */
const STALE = 24 * 3_600_000;

let made = 0;

/**
 * A name for a socket in a folder that no other user can enter. It is removed when the process ends; what killed
 * processes left behind is removed a day later.
 * @throws {PluginError} when there is no folder for it
 */
export function privateSocketPath(): string {
  made += 1;
  for (const parent of [tmpdir(), '/dev/shm', homedir()]) {
    const folder = privateFolder(parent);
    if (folder === undefined) continue;
    const path = join(folder, `${process.pid}-${made}`);
    if (Buffer.byteLength(path) > LONGEST_PATH) continue;
    sweep(folder);
    rmSync(path, { force: true });
    process.once('exit', () => remove(path));
    return path;
  }
  throw new PluginError('there is no folder for the socket of the proxy connection', {
    hint: 'the folder for temporary files (TMPDIR or /tmp) must be writable',
  });
}

/** One for all processes of this user; one for this process where somebody else was there first. */
function privateFolder(parent: string): string | undefined {
  const folder = join(parent, `.${PROGRAM}-${process.getuid?.() ?? ''}`);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch {
    // It is there, or it can't be made: both show in the next step.
  }
  try {
    const { mode, uid } = lstatSync(folder);
    if ((mode & 0o170_777) === 0o040_700 && uid === process.getuid?.()) return folder;
    const own = mkdtempSync(`${folder}-`);
    process.once('exit', () => remove(own));
    return own;
  } catch {
    return undefined;
  }
}

function sweep(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const pid = Number(/^(\d+)-/.exec(name)?.[1]);
    try {
      if (Date.now() - lstatSync(path).mtimeMs > STALE && !isAlive(pid)) remove(path);
    } catch {
      // Another process was faster.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // At the end of a process; the next one sweeps.
  }
}
