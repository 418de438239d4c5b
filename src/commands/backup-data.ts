import { baseName, classifyFile, compressionOfName, mayHaveNoBytes } from '../backup/file-name.ts';
import { keyOfFile, timestampOfFile } from '../backup/key.ts';
import { checkOf } from '../codec/check-of.ts';
import { afterRetries, amount, tableNameOf, tableOf } from '../output/amount.ts';
import { s3Url } from '../s3/errors/s3-error.ts';
import type { CommandContext, CommandInput, FileArgs } from '../session/command.ts';
import { openSession } from '../session/session.ts';
import { noteStored } from '../session/statistics/note.ts';
import { uploadSettings } from '../session/transfer-settings.ts';
import { CheckedSource } from '../transfer/checked-source.ts';
import { ByteSource, type Source } from '../transfer/source.ts';
import { upload } from '../transfer/upload.ts';

/** `backup_data CONFIG PATH`: stores standard input. */
export async function backupData(
  { args: { config: configPath, path } }: CommandInput<FileArgs>,
  context: CommandContext,
): Promise<void> {
  const startedAt = performance.now();
  const session = await openSession(configPath, context, 'long', timestampOfFile(path));
  const { client, config, log } = session;
  const key = keyOfFile(config.folder, path);
  const settings = await uploadSettings(session);
  const report = await upload(client, key, inputOf(baseName(path)), settings);
  const { bytes, parts } = report;
  log.info(
    `stored ${s3Url(client.bucket, key)}${tableOf(context.environment)}: ${amount(bytes, startedAt)}${parts === 0 ? '' : `, in ${parts} parts`}${afterRetries(client.server.retries)}`,
  );
  noteStored(session, { key, report, table: tableNameOf(context.environment), startedAt });
}

/**
 * Standard input, whose end says nothing about the compressor in front of it: COPY's shell has no pipefail. So what the
 * file's name promises is checked.
 */
function inputOf(name: string): Source {
  const input = new ByteSource(0, 'standard input');
  const compression = compressionOfName(name);
  if (compression === 'none') return input;
  const mayBeEmpty = mayHaveNoBytes(classifyFile(name).kind, compression);
  return new CheckedSource(input, checkOf(compression), { name: 'standard input', mayBeEmpty });
}
