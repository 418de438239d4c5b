import { mkdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { codeOf, PluginError, reasonOf } from '../base/plugin-error.ts';
import { amount } from '../output/amount.ts';
import { s3Url } from '../s3/errors/s3-error.ts';
import { listObjects } from '../s3/operations/list-objects.ts';
import type { CommandContext, CommandInput, DirectoryArgs } from '../session/command.ts';
import { filesAtOnce } from '../session/files-at-once.ts';
import { openSession, type Session } from '../session/session.ts';
import { downloadSettings } from '../session/transfer-settings.ts';
import { downloadFile } from '../transfer/download-file.ts';
import { inParallel } from '../transfer/in-parallel.ts';
import { SinkError } from '../transfer/sink.ts';

/** A key that does not belong below the directory it is to be restored into. */
export class HostileKeyError extends PluginError {}

interface Target {
  readonly key: string;
  readonly path: string;
}

/**
 * `restore_directory[_parallel] CONFIG DIRECTORY [FILES_AT_ONCE]`: fetches every object whose key is below the
 * directory, keeping the tree. Some servers store the key `/a/b` as `a/b`, so both are looked for.
 */
export async function restoreDirectory(
  { args: { config: configPath, directory, filesAtOnce: files } }: CommandInput<DirectoryArgs>,
  context: CommandContext,
): Promise<void> {
  const startedAt = performance.now();
  const most = filesAtOnce(files);
  const session = await openSession(configPath, context, 'long');
  const { client, log, signal } = session;
  const settings = downloadSettings(session, most);
  let bytes = 0;
  let count = 0;
  await inParallel(targets(session, directory), settings.files, signal, async ({ key, path }, scope) => {
    makeFolder(dirname(path));
    const report = await downloadFile(client.with({ signal: scope }), key, path, settings, scope);
    bytes += report.bytes;
    count += 1;
  });
  if (count === 0) {
    throw new PluginError(`there is nothing below ${s3Url(client.bucket, directory)}`, {
      hint: 'list_directory shows what is there; the path must be the one given to backup_directory',
    });
  }
  log.info(`fetched ${count} files into ${directory}: ${bytes} bytes, ${amount(bytes, startedAt)}`);
}

async function* targets({ client }: Session, directory: string): AsyncGenerator<Target> {
  // backup_directory names keys by the plain path: `./d` and `d//e` become `d` and `d/e`.
  const plain = `${normalize(directory).replace(/\/+$/, '')}/`;
  const prefixes = [...new Set([plain, plain.replace(/^\/+/, '')])].filter((prefix) => prefix !== '');
  for (const prefix of prefixes) {
    let found = 0;
    for await (const page of listObjects(client, prefix)) {
      for (const { key } of page) {
        // A key that ends with a slash is a folder that some tools store; there is nothing to restore in it.
        if (key.endsWith('/')) continue;
        found += 1;
        // A server that knows no leading slash lists such keys for the prefix with it.
        const listed = key.startsWith(prefix) ? prefix : prefix.replace(/^\/+/, '');
        yield { key, path: pathBelow(directory, key.slice(listed.length), s3Url(client.bucket, key)) };
      }
    }
    if (found > 0) return;
  }
}

/** The path of a key's rest below the directory; a rest that leads elsewhere is refused. */
export function pathBelow(directory: string, rest: string, url: string): string {
  const parts = rest.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..') || rest.includes('\0')) {
    throw new HostileKeyError(`${url} would be written outside ${directory}: refused`, {
      hint: 'the bucket holds a key that backup_directory never writes: delete it, or restore a folder below',
    });
  }
  return join(directory, ...parts);
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (cause) {
    throw new SinkError(`creating the folder ${path} failed: ${codeOf(cause) ?? reasonOf(cause)}`, { cause });
  }
}
