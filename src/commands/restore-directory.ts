import { mkdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { hasOnlyNames } from '../base/path-parts.ts';
import { PluginError } from '../base/plugin-error.ts';
import { systemHint, systemReason } from '../base/system-error.ts';
import { amount } from '../output/amount.ts';
import { listed } from '../output/listed.ts';
import type { CommandResult } from '../output/result.ts';
import { s3Url } from '../s3/errors/s3-error.ts';
import { listObjects } from '../s3/operations/list-objects.ts';
import type { CommandContext, CommandInput, DirectoryArgs } from '../session/command.ts';
import { filesAtOnce } from '../session/files-at-once.ts';
import { openSession, type Session } from '../session/session.ts';
import { downloadSettings } from '../session/transfer-settings.ts';
import { downloadFile } from '../transfer/download-file.ts';
import { inParallel } from '../transfer/in-parallel.ts';
import { SinkError } from '../transfer/sink.ts';
import { type TreeConflict, treeConflicts } from '../transfer/tree-conflicts.ts';
import { removeAbandoned } from '../transfer/unfinished-file.ts';

/** A key that does not belong below the directory it is to be restored into. */
export class HostileKeyError extends PluginError {}

/** Keys that can't all be files, because of each other or of what is on the disk. */
export class TreeConflictError extends PluginError {}

interface Target {
  readonly key: string;
  readonly path: string;
}

/**
 * `restore_directory[_parallel] CONFIG DIRECTORY [FILES_AT_ONCE]`: fetches every object whose key is below the
 * directory, keeping the tree. Some servers store the key `/a/b` as `a/b`, so both are looked for. All keys are listed
 * and checked before the first is fetched.
 */
export async function restoreDirectory(
  { args: { config: configPath, directory, filesAtOnce: files } }: CommandInput<DirectoryArgs>,
  context: CommandContext,
): Promise<CommandResult> {
  const startedAt = performance.now();
  const session = await openSession(configPath, context, 'long');
  const { client, log, signal } = session;
  const settings = downloadSettings(session, filesAtOnce(files, log));
  const targets = await targetsOf(session, directory);
  if (targets.length === 0) {
    throw new PluginError(`there is nothing below ${s3Url(client.bucket, directory)}`, {
      hint: 'list_directory shows what is there; the path must be the one given to backup_directory',
    });
  }
  refuseConflicts(client.bucket, directory, targets);
  for (const path of new Set(targets.map(({ path: file }) => dirname(file)))) {
    makeFolder(path);
    removeAbandoned(path);
  }
  let bytes = 0;
  await inParallel(targets, settings.files, signal, async ({ key, path }, scope) => {
    const report = await downloadFile(client.with({ signal: scope }), key, path, settings);
    bytes += report.bytes;
  });
  log.info(`fetched ${targets.length} files into ${directory}: ${amount(bytes, startedAt)}`);
  return { kind: 'files', directory, files: targets.length, bytes, leftOut: [] };
}

async function targetsOf({ client }: Session, directory: string): Promise<readonly Target[]> {
  // backup_directory names keys by the plain path: `./d` and `d//e` become `d` and `d/e`.
  const plain = `${normalize(directory).replace(/\/+$/, '')}/`;
  const prefixes = [...new Set([plain, plain.replace(/^\/+/, '')])].filter((prefix) => prefix !== '');
  const targets: Target[] = [];
  for (const prefix of prefixes) {
    for await (const page of listObjects(client, prefix)) {
      for (const { key } of page) {
        // A key that ends with a slash is a folder that some tools store; there is nothing to restore in it.
        if (key.endsWith('/')) continue;
        // A server that knows no leading slash lists such keys for the prefix with it.
        const below = key.startsWith(prefix) ? prefix : prefix.replace(/^\/+/, '');
        const path = pathBelow(directory, key.slice(below.length), s3Url(client.bucket, key));
        targets.push({ key, path });
      }
    }
    if (targets.length > 0) break;
  }
  return targets;
}

function refuseConflicts(bucket: string, directory: string, targets: readonly Target[]): void {
  const conflicts = treeConflicts(targets.map(({ path }) => path));
  if (conflicts.length === 0) return;
  const urls = new Map(targets.map(({ key, path }) => [path, s3Url(bucket, key)]));
  const url = (path: string): string => urls.get(path) ?? path;
  throw new TreeConflictError(
    `${directory} can't be restored: ${listed(conflicts.map((conflict) => wordsOf(conflict, url)))}`,
    { hint: 'move what is in the way, or restore a folder below; nothing was written' },
  );
}

function wordsOf(conflict: TreeConflict, url: (path: string) => string): string {
  const what = url(conflict.path);
  switch (conflict.kind) {
    case 'file and folder':
      return `${url(conflict.folder)} would be a file, and ${what} needs a folder of that name`;
    case 'file on disk':
      return `${conflict.folder} is a file, and ${what} needs a folder of that name`;
    case 'folder on disk':
      return `${conflict.path} is a folder, and ${what} would be a file of that name`;
    case 'name too long':
      return `${what} has a name that is longer than 255 bytes`;
  }
}

/** The path of a key's rest below the directory; a rest that leads elsewhere is refused. */
export function pathBelow(directory: string, rest: string, url: string): string {
  if (!hasOnlyNames(rest) || rest.includes('\0')) {
    throw new HostileKeyError(`${url} would be written outside ${directory}: refused`, {
      hint: 'the bucket contains a key that backup_directory never writes: delete it, or restore a folder below',
    });
  }
  return join(directory, rest);
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (cause) {
    throw new SinkError(`creating the folder ${path} failed: ${systemReason(cause)}`, {
      hint: systemHint('writing', cause),
      cause,
    });
  }
}
