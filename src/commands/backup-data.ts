import { keyOfFile, timestampOfFile } from '../backup/key.ts';
import { amount, tableOf } from '../output/amount.ts';
import { s3Url } from '../s3/errors/s3-error.ts';
import type { CommandContext, CommandInput, FileArgs } from '../session/command.ts';
import { openSession } from '../session/session.ts';
import { uploadSettings } from '../session/transfer-settings.ts';
import { ByteSource } from '../transfer/source.ts';
import { upload } from '../transfer/upload.ts';

/** `backup_data CONFIG PATH`: stores standard input. */
export async function backupData(
  { args: { config: configPath, path } }: CommandInput<FileArgs>,
  context: CommandContext,
): Promise<void> {
  const startedAt = performance.now();
  const session = await openSession(configPath, context, 'long', timestampOfFile(path));
  const { client, config, log, signal } = session;
  const key = keyOfFile(config.folder, path);
  const { bytes, parts } = await upload(
    client,
    key,
    new ByteSource(0, 'standard input'),
    uploadSettings(session),
    signal,
  );
  log.info(
    `stored ${s3Url(client.bucket, key)}${tableOf(context.environment)}: ${amount(bytes, startedAt)}${parts === 0 ? '' : `, in ${parts} parts`}`,
  );
}
