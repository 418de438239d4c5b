import { whyNoKey } from '../backup/key.ts';
import { PluginError } from '../base/plugin-error.ts';
import { escapeControls } from '../log/line.ts';
import { amount } from '../output/amount.ts';
import { listed } from '../output/listed.ts';
import type { CommandResult } from '../output/result.ts';
import type { CommandContext, CommandInput, DirectoryArgs } from '../session/command.ts';
import { filesAtOnce } from '../session/files-at-once.ts';
import { openSession } from '../session/session.ts';
import { uploadSettings } from '../session/transfer-settings.ts';
import { filesBelow } from '../transfer/files-below.ts';
import { inParallel } from '../transfer/in-parallel.ts';
import { uploadFile } from '../transfer/upload-file.ts';

/** A file's name can't be a key that is listed and restored again. */
export class UnfitNameError extends PluginError {}

/**
 * `backup_directory[_parallel] CONFIG DIRECTORY [FILES_AT_ONCE]`: stores each file below the directory; its key
 * is its path as given, without the configured folder. Where keys can't begin with a slash, it is left out;
 * restore_directory looks for both. Every name is checked before the first file is stored.
 */
export async function backupDirectory(
  { args: { config: configPath, directory, filesAtOnce: files } }: CommandInput<DirectoryArgs>,
  context: CommandContext,
): Promise<CommandResult> {
  const startedAt = performance.now();
  const session = await openSession(configPath, context, 'long');
  const { client, log, signal } = session;
  const most = filesAtOnce(files, log);
  const tree = await filesBelow(directory.replace(/(?<=.)\/+$/, ''));
  const leftOut = tree.leftOut.map((path) => `${path} is not a regular file: skipped`);
  for (const line of leftOut) log.warning(line);
  const keyOf = (path: string): string => (client.server.takesLeadingSlash ? path : path.replace(/^\/+/, ''));
  refuseUnfit(directory, tree.notUtf8, tree.files, keyOf);
  // One pool for all files: together they stay within max_memory.
  const settings = await uploadSettings(session, most);
  let bytes = 0;
  await inParallel(tree.files, most, signal, async (path, scope) => {
    const stored = await uploadFile(client.with({ signal: scope }), path, keyOf(path), settings);
    bytes += stored.bytes;
  });
  log.info(`stored ${tree.files.length} files below ${directory}: ${amount(bytes, startedAt)}`);
  return { kind: 'files', directory, files: tree.files.length, bytes, leftOut };
}

function refuseUnfit(
  directory: string,
  notUtf8: readonly string[],
  files: readonly string[],
  keyOf: (path: string) => string,
): void {
  const unfit = files.flatMap((path) => {
    const why = whyNoKey(keyOf(path));
    return why === undefined ? [] : [`"${escapeControls(path)}" ${why}`];
  });
  const all = [...notUtf8.map((path) => `"${escapeControls(path)}" is not UTF-8`), ...unfit];
  if (all.length === 0) return;
  throw new UnfitNameError(
    `${directory} can't be stored, because these names can't be the keys of objects: ${listed(all)}`,
    { hint: 'rename or move these files; nothing was stored' },
  );
}
