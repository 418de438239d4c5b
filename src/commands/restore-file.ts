import { dirname } from 'node:path';
import { keyOfFile, timestampOfFile } from '../backup/key.ts';
import { afterRetries, amount } from '../output/amount.ts';
import { s3Url } from '../s3/errors/s3-error.ts';
import type { CommandContext, CommandInput } from '../session/command.ts';
import { openSession } from '../session/session.ts';
import { restoreSettings } from '../session/transfer-settings.ts';
import { downloadFile } from '../transfer/download-file.ts';
import { removeAbandoned } from '../transfer/unfinished-file.ts';

/** `restore_file CONFIG FILE`: fetches a file of a backup, whole or not at all. */
export async function restoreFile(
  { args: { config: configPath, file: path } }: CommandInput<{ config: string; file: string }>,
  context: CommandContext,
): Promise<void> {
  const startedAt = performance.now();
  const session = await openSession(configPath, context, 'long', timestampOfFile(path), true);
  const { client, config, log } = session;
  const key = keyOfFile(config.folder, path);
  removeAbandoned(dirname(path));
  const { bytes } = await downloadFile(client, key, path, await restoreSettings(session, context));
  log.info(
    `fetched ${s3Url(client.bucket, key)} into ${path}: ${amount(bytes, startedAt)}${afterRetries(client.server.retries)}`,
  );
}
