import { closeSync, constants, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf, reasonOf } from '../base/plugin-error.ts';
import type { S3Client } from '../s3/client.ts';
import { type DownloadReport, type DownloadSettings, download } from './download.ts';
import { ByteSink, SinkError } from './sink.ts';
import { unfinishedPath } from './unfinished-file.ts';

/**
 * Writes the object under `key` to the file `path`, whole or not at all: into a file beside it first, which is
 * flushed to the disk and renamed. On any failure the target is as it was and nothing else is left.
 *
 * @throws as `download` does, and {SinkError} when the file can't be written.
 */
export async function downloadFile(
  client: S3Client,
  key: string,
  path: string,
  settings: DownloadSettings,
  signal: AbortSignal,
): Promise<DownloadReport> {
  const folder = dirname(path);
  const unfinished = unfinishedPath(path);
  const fd = system(`creating ${unfinished}`, () =>
    openSync(unfinished, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o666),
  );
  let open = true;
  try {
    const report = await download(client, key, new ByteSink(fd, path), settings, signal);
    system(`writing ${path}`, () => fsyncSync(fd));
    open = false;
    system(`writing ${path}`, () => closeSync(fd));
    system(`renaming ${unfinished} to ${path}`, () => renameSync(unfinished, path));
    system(`flushing ${folder}`, () => flushFolder(folder));
    return report;
  } catch (error) {
    if (open) closeSync(fd);
    rmSync(unfinished, { force: true });
    throw error;
  }
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

function system<T>(what: string, call: () => T): T {
  try {
    return call();
  } catch (cause) {
    const code = codeOf(cause);
    const why = code === 'ENOSPC' ? 'the disk is full' : (code ?? reasonOf(cause));
    throw new SinkError(`${what} failed: ${why}`, {
      hint:
        code === 'EACCES' || code === 'EROFS'
          ? 'the folder must be writable for the user that runs the restore'
          : undefined,
      cause,
    });
  }
}
