import {
  chmodSync,
  closeSync,
  constants,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { stat } from 'node:fs/promises';
import { codeOf } from '../base/plugin-error.ts';
import { systemHint, systemReason } from '../base/system-error.ts';
import { ByteSink, SinkError } from './sink.ts';
import { unfinishedPath } from './unfinished-file.ts';

/**
 * Writes a text as a file, completely or not at all: next to it first, which then takes its name. On any failure the
 * file is as it was and nothing else is left. What a symbolic link leads to is written, and the link stays; a device or
 * a pipe is written to as it is.
 *
 * @param mode of the file, whatever the process's umask; without it what the umask leaves
 * @returns its bytes
 * @throws {SinkError}
 */
export async function writeFileWhole(
  path: string,
  pieces: Iterable<string>,
  signal: AbortSignal,
  mode?: number,
): Promise<number> {
  const target = await targetOf(path);
  const unfinished = target.isFile ? unfinishedPath(target.path) : undefined;
  try {
    const flags = unfinished === undefined ? 0 : constants.O_CREAT | constants.O_EXCL;
    const fd = openSync(unfinished ?? target.path, constants.O_WRONLY | flags, 0o666);
    let bytes = 0;
    try {
      const sink = new ByteSink(fd, path);
      const encoder = new TextEncoder();
      for (const piece of pieces) await sink.write(encoder.encode(piece), signal);
      bytes = sink.written;
      if (unfinished !== undefined) fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    signal.throwIfAborted();
    if (unfinished !== undefined) {
      if (mode !== undefined) chmodSync(unfinished, mode);
      renameSync(unfinished, target.path);
    }
    return bytes;
  } catch (error) {
    if (unfinished !== undefined) rmSync(unfinished, { force: true });
    throw codeOf(error) === undefined ? error : failure(path, error);
  }
}

/** What is written instead of a link, and whether a file can take its place. */
async function targetOf(path: string): Promise<{ readonly path: string; readonly isFile: boolean }> {
  try {
    const facts = await stat(path);
    if (facts.isDirectory()) throw new SinkError(`writing ${path} failed: it is a folder`);
    return { path: realpathSync(path), isFile: facts.isFile() };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { path, isFile: true };
    throw codeOf(error) === undefined ? error : failure(path, error);
  }
}

function failure(path: string, cause: unknown): SinkError {
  return new SinkError(`writing ${path} failed: ${systemReason(cause)}`, {
    hint: codeOf(cause) === 'ENOENT' ? 'create its folder first' : systemHint('writing', cause),
    cause,
  });
}
