import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { baseName, classifyFile } from '../backup/file-name.ts';
import { keyOfFile } from '../backup/key.ts';
import { codeOf, PluginError, reasonOf } from '../base/plugin-error.ts';
import { s3Url } from '../s3/errors/s3-error.ts';
import { putObject } from '../s3/operations/put-object.ts';
import type { UploadSettings } from '../transfer/part-sender.ts';
import { ByteSource, SourceError } from '../transfer/source.ts';
import { upload } from '../transfer/upload.ts';
import type { CommandContext } from './command.ts';
import { amount } from './report.ts';
import { openSession, type Session } from './session.ts';
import { uploadSettings } from './transfer-settings.ts';

/** `backup_file CONFIG FILE`: stores a file of a backup, which stays where it is. */
export async function backupFile(
  [configPath = '', path = '']: readonly string[],
  context: CommandContext,
): Promise<void> {
  const startedAt = performance.now();
  const session = await openSession(configPath, context, 'long');
  const { client, config, log } = session;
  const key = keyOfFile(config.folder, path);
  const isConfig = classifyFile(baseName(path)).kind === 'plugin config';
  const bytes =
    isConfig && !config.uploadSecrets
      ? await storeRedacted(session, path, key)
      : await storeFile(session, path, key);
  log.info(`stored ${path} as ${s3Url(client.bucket, key)}: ${bytes} bytes, ${amount(bytes, startedAt)}`);
}

/** Stores a regular file as it is. Gives its size in bytes. */
export async function storeFile(
  session: Session,
  path: string,
  key: string,
  settings = uploadSettings(session),
): Promise<number> {
  const fd = reading(path, () => openSync(path, 'r'));
  try {
    const facts = fstatSync(fd);
    if (!facts.isFile()) throw new SourceError(`${path} is no regular file`);
    const small =
      facts.size < settings.schedule.sizeOf(1)
        ? await storeSmall(session, fd, path, key, facts.size, settings)
        : undefined;
    if (small !== undefined) return small;
    return (await upload(session.client, key, new ByteSource(fd, path), settings, session.signal)).bytes;
  } finally {
    closeSync(fd);
  }
}

/**
 * Stores a file that fits into a part. Its bytes come at once, so nothing has to be asynchronous, and its buffer
 * is no larger than it is. Undefined when the file has grown in the meantime.
 */
async function storeSmall(
  { client, signal }: Session,
  fd: number,
  path: string,
  key: string,
  size: number,
  { pool, policy }: UploadSettings,
): Promise<number | undefined> {
  const buffer = await pool.acquire(size + 1, signal);
  try {
    let length = 0;
    while (length < buffer.length) {
      const came = reading(path, () => readSync(fd, buffer, length, buffer.length - length, length));
      if (came === 0) break;
      length += came;
    }
    if (length === buffer.length) return undefined;
    await putObject(client, key, buffer.subarray(0, length), policy);
    return length;
  } finally {
    pool.discard(buffer);
  }
}

/** Stores gpbackup's copy of the config file with the values of its secrets replaced. */
async function storeRedacted({ client, config }: Session, path: string, key: string): Promise<number> {
  const { redactConfig } = await import('../backup/redact-config.ts');
  const text = reading(path, () => readFileSync(path, 'utf8'));
  const body = new TextEncoder().encode(redactConfig(text));
  await putObject(client, key, body, config.connection);
  return body.length;
}

function reading<T>(path: string, call: () => T): T {
  try {
    return call();
  } catch (cause) {
    if (cause instanceof PluginError) throw cause;
    const why = codeOf(cause) === 'ENOENT' ? 'there is no such file' : (codeOf(cause) ?? reasonOf(cause));
    throw new SourceError(`${path} can't be read: ${why}`, { cause });
  }
}
