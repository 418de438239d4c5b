import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, reasonOf } from '../base/plugin-error.ts';
import { amount } from '../output/amount.ts';
import type { CommandContext, CommandInput, DirectoryArgs } from '../session/command.ts';
import { filesAtOnce } from '../session/files-at-once.ts';
import { openSession, type Session } from '../session/session.ts';
import { uploadSettings } from '../session/transfer-settings.ts';
import { inParallel } from '../transfer/in-parallel.ts';
import { SourceError } from '../transfer/source.ts';
import { uploadFile } from '../transfer/upload-file.ts';

/**
 * `backup_directory[_parallel] CONFIG DIRECTORY [FILES_AT_ONCE]`: stores each file below the directory; its key
 * is its path as given, without the configured folder. Where keys can't begin with a slash, it is left out;
 * restore_directory looks for both.
 */
export async function backupDirectory(
  { args: { config: configPath, directory, filesAtOnce: files } }: CommandInput<DirectoryArgs>,
  context: CommandContext,
): Promise<void> {
  const startedAt = performance.now();
  const most = filesAtOnce(files);
  const session = await openSession(configPath, context, 'long');
  const { client, log, signal } = session;
  // One pool for all files: together they stay within max_memory.
  const settings = uploadSettings(session, most);
  let bytes = 0;
  let count = 0;
  await inParallel(
    filesBelow(session, directory.replace(/(?<=.)\/+$/, '')),
    most,
    signal,
    async (path, scope) => {
      const stored = await uploadFile(
        client.with({ signal: scope }),
        path,
        client.takesLeadingSlash ? path : path.replace(/^\/+/, ''),
        settings,
        scope,
      );
      bytes += stored;
      count += 1;
    },
  );
  log.info(`stored ${count} files below ${directory}: ${bytes} bytes, ${amount(bytes, startedAt)}`);
}

/** Regular files, also behind symbolic links to files; other things in the tree are left out and logged. */
async function* filesBelow(session: Session, directory: string): AsyncGenerator<string> {
  for (const entry of await reading(directory, () => readdir(directory, { withFileTypes: true }))) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      yield* filesBelow(session, path);
    } else if (await isFile(path)) {
      yield path;
    } else {
      session.log.warning(`${path} is no regular file: left out`);
    }
  }
}

async function reading<T>(path: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    const why = codeOf(cause) === 'ENOENT' ? 'it is not there' : (codeOf(cause) ?? reasonOf(cause));
    throw new SourceError(`${path} can't be read: ${why}`, { cause });
  }
}

/** Whether a path is a file or a link to one; a link to nothing is none. */
async function isFile(path: string): Promise<boolean> {
  return await reading(path, async () => {
    try {
      return (await stat(path)).isFile();
    } catch (error) {
      if (codeOf(error) === 'ENOENT' && (await lstat(path)).isSymbolicLink()) return false;
      throw error;
    }
  });
}
