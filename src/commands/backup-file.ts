import { readFileSync } from 'node:fs';
import { baseName, classifyFile } from '../backup/file-name.ts';
import { keyOfFile, timestampOfFile } from '../backup/key.ts';
import { amount } from '../output/amount.ts';
import { s3Url } from '../s3/errors/s3-error.ts';
import { putObject } from '../s3/operations/put-object.ts';
import type { CommandContext, CommandInput } from '../session/command.ts';
import { openSession, type Session } from '../session/session.ts';
import { uploadSettings } from '../session/transfer-settings.ts';
import { readingFile } from '../transfer/reading-file.ts';
import { uploadFile } from '../transfer/upload-file.ts';

/** `backup_file CONFIG FILE`: stores a file of a backup, which stays where it is. */
export async function backupFile(
  { args: { config: configPath, file: path } }: CommandInput<{ config: string; file: string }>,
  context: CommandContext,
): Promise<void> {
  const startedAt = performance.now();
  const session = await openSession(configPath, context, 'long', timestampOfFile(path));
  const { client, config, log } = session;
  const key = keyOfFile(config.folder, path);
  const isConfig = classifyFile(baseName(path)).kind === 'plugin config';
  const bytes =
    isConfig && !config.uploadSecrets
      ? await storeRedacted(session, path, key)
      : await uploadFile(session.client, path, key, uploadSettings(session), session.signal);
  log.info(`stored ${path} as ${s3Url(client.bucket, key)}: ${bytes} bytes, ${amount(bytes, startedAt)}`);
}

/** Stores gpbackup's copy of the config file with the values of its secrets replaced. */
async function storeRedacted({ client, config }: Session, path: string, key: string): Promise<number> {
  const { redactConfig } = await import('../config/redact-config.ts');
  const text = readingFile(path, () => readFileSync(path, 'utf8'));
  const body = new TextEncoder().encode(redactConfig(text));
  await putObject(client, key, body, config.connection);
  return body.length;
}
