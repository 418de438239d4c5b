import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { hasControls } from './control-characters.ts';
import { systemReason } from './system-error.ts';

/** Bytes of a line at most, without its line break. */
const LONGEST = 64 * 1024;

/** The first line of a file, which may be a secret. */
export interface FirstLine {
  /** Without its line break; never empty. */
  readonly line: string;
  /** Whether users other than the file's owner and group can read it. */
  readonly open: boolean;
}

/** Why the line can't be used, in words that follow the path: `it is a folder`; never with anything of the file. */
export interface NoLine {
  readonly why: string;
}

/**
 * Reads the first line of a text file in UTF-8, of 64 KB at most; what follows it is not looked at. Only a regular file
 * (or a link to one) is read, since a pipe without a writer would be waited for.
 */
export function readFirstLine(path: string): FirstLine | NoLine {
  const bytes = Buffer.alloc(LONGEST + 2);
  let length = 0;
  let open: boolean;
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    try {
      const facts = fstatSync(fd);
      if (facts.isDirectory()) return { why: 'it is a folder' };
      if (!facts.isFile()) return { why: 'it is not a regular file' };
      open = (facts.mode & 0o004) !== 0;
      for (let read = -1; read !== 0 && length < bytes.length; length += read) {
        read = readSync(fd, bytes, length, bytes.length - length, null);
      }
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    const shell = path.startsWith('~') ? ' (~ is not replaced by a home folder here)' : '';
    return { why: `${systemReason(error)}${shell}` };
  }
  const line = lineOf(bytes.subarray(0, length));
  bytes.fill(0);
  return typeof line === 'string' ? { line, open } : line;
}

/** The first line of a text that begins with these bytes. */
export function lineOf(bytes: Uint8Array): string | NoLine {
  const at = bytes.indexOf(0x0a);
  const end = at === -1 ? bytes.length : at;
  const isCut = bytes[end - 1] === 0x0d;
  const line = bytes.subarray(0, isCut ? end - 1 : end);
  if (line.length > LONGEST) return { why: 'its first line is longer than 64 KB' };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(line);
  } catch {
    return { why: 'its first line is not text in UTF-8' };
  }
  if (text.trim() === '') return { why: 'its first line is empty' };
  if (hasControls(text.replaceAll('\t', ''))) return { why: 'its first line contains control characters' };
  return text;
}
