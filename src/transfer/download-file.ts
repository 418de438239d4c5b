import { closeSync, constants, fsync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf } from '../base/plugin-error.ts';
import { systemHint, systemReason } from '../base/system-error.ts';
import { untilAborted } from '../base/until-aborted.ts';
import type { S3Client } from '../s3/client.ts';
import { type DownloadReport, type DownloadSettings, download } from './download.ts';
import { ByteSink, SinkError } from './sink.ts';
import { unfinishedPath } from './unfinished-file.ts';

/**
 * Writes the object under `key` to the file `path`, completely or not at all: into a file next to it first, which is
 * flushed to the disk and renamed. On any failure the target is as it was and nothing else is left.
 *
 * @throws as `download` does, and {SinkError} when the file can't be written.
 */
export async function downloadFile(
  client: S3Client,
  key: string,
  path: string,
  settings: DownloadSettings,
): Promise<DownloadReport> {
  const folder = dirname(path);
  const unfinished = unfinishedPath(path);
  const fd = system(path, () =>
    openSync(unfinished, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o666),
  );
  let open = true;
  try {
    const report = await download(client, key, new ByteSink(fd, path), settings);
    await flushed(fd, path, client.signal);
    open = false;
    system(path, () => closeSync(fd));
    system(path, () => renameSync(unfinished, path));
    system(path, () => flushFolder(folder));
    return report;
  } catch (error) {
    if (open) closeSync(fd);
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/** Puts the file's bytes on the disk, which may take a busy one minutes. */
async function flushed(fd: number, path: string, signal: AbortSignal): Promise<void> {
  const flush = new Promise<void>((resolve, reject) => {
    fsync(fd, (error) => (error === null ? resolve() : reject(failure(path, error))));
  });
  await untilAborted(flush, signal);
}

/** A rename is on the disk only when its folder is. A folder that may be written but not read can't be flushed. */
function flushFolder(folder: string): void {
  let fd: number;
  try {
    fd = openSync(folder, constants.O_RDONLY);
  } catch (error) {
    if (codeOf(error) === 'EACCES') return;
    throw error;
  }
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function system<T>(path: string, call: () => T): T {
  try {
    return call();
  } catch (cause) {
    throw failure(path, cause);
  }
}

function failure(path: string, cause: unknown): SinkError {
  return new SinkError(`writing ${path} failed: ${systemReason(cause)}`, {
    hint: codeOf(cause) === 'ENOENT' ? 'create its folder first' : systemHint('writing', cause),
    cause,
  });
}
