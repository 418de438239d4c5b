import { closeSync, constants, lstatSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../base/plugin-error.ts';
import { isOwnFolder, isOwnOrMade, openOwn } from './private-folder.ts';

/** Bytes after which a file takes no further line: some 100,000 of a usual length. */
export const MOST_BYTES = 32 * 1024 * 1024;

const { O_WRONLY, O_RDONLY, O_CREAT, O_APPEND } = constants;

/**
 * Adds a line to a file that all processes of this user on this host share, by one write to a file opened for
 * appending: lines of many processes do not mix (POSIX write, O_APPEND). A line end goes before it too, so that what
 * was cut by a full disk spoils no other line.
 * @param folder of this user alone; it is made where it is missing
 * @throws when it can't be written, or is full
 */
export function appendLine(folder: string, name: string, line: string): void {
  const { fd, size } = openToAppend(folder, name);
  try {
    if (size >= MOST_BYTES) throw new Error(`${name} is full`);
    writeSync(fd, `\n${line}\n`);
  } finally {
    closeSync(fd);
  }
}

type Opened = ReturnType<typeof openOwn>;

function openToAppend(folder: string, name: string): Opened {
  try {
    return open(folder, name);
  } catch (error) {
    // Whoever used the folder last may have removed it since it was looked at.
    if (codeOf(error) !== 'ENOENT') throw error;
    return open(folder, name);
  }
}

function open(folder: string, name: string): Opened {
  if (!isOwnOrMade(folder)) throw new Error(`${folder} is not a private folder of this user`);
  return openOwn(folder, name, O_WRONLY | O_CREAT | O_APPEND);
}

/** What such a file contains; undefined where there is none, or it is not this user's alone. */
export function readLines(folder: string, name: string): Uint8Array | undefined {
  try {
    if (lstatSync(join(folder, name), { throwIfNoEntry: false }) === undefined) return undefined;
    if (!isOwnFolder(folder)) return undefined;
    const { fd, size } = openOwn(folder, name, O_RDONLY);
    try {
      return readAll(fd, Math.min(size, 2 * MOST_BYTES));
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}

function readAll(fd: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let length = 0;
  while (length < size) {
    const came = readSync(fd, bytes, length, size - length, length);
    if (came === 0) break;
    length += came;
  }
  return bytes.subarray(0, length);
}
