import { readFileSync } from 'node:fs';
import { baseName, classifyFile } from '../backup/file-name.ts';
import { keyOfFile, timestampOfFile } from '../backup/key.ts';
import { parseRawConfig } from '../config/parse-raw-config.ts';
import { afterRetries, amount } from '../output/amount.ts';
import { s3Url } from '../s3/errors/s3-error.ts';
import type { CommandContext, CommandInput } from '../session/command.ts';
import { objectPolicyOf } from '../session/object-policy.ts';
import { openSession, type Session } from '../session/session.ts';
import { type Noted, noteStored } from '../session/statistics/note.ts';
import { uploadSettings } from '../session/transfer-settings.ts';
import { readingFile } from '../transfer/reading-file.ts';
import { putWhole } from '../transfer/upload.ts';
import { uploadFile } from '../transfer/upload-file.ts';

type Stored = Pick<Noted, 'report' | 'bytesIn'>;

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
  const stored =
    isConfig && !config.uploadSecrets
      ? await storeRedacted(session, path, key)
      : { report: await uploadFile(client, path, key, await uploadSettings(session)) };
  log.info(
    `stored ${path} as ${s3Url(client.bucket, key)}: ${amount(stored.report.bytes, startedAt)}${afterRetries(client.server.retries)}`,
  );
  noteStored(session, { key, ...stored, startedAt });
}

/**
 * Stores gpbackup's copy of the config file with the values of its secrets replaced. All data is stored by then, so
 * nothing in this file may make the backup fail.
 */
async function storeRedacted(session: Session, path: string, key: string): Promise<Stored> {
  const { client, config, log } = session;
  const { redactConfig } = await import('../config/redaction/redact-config.ts');
  const bytes = readingFile(path, () => readFileSync(path));
  const { text, nothingLeft } = redactConfig(bytes, config.secrets);
  if (nothingLeft !== undefined) {
    log.warning(
      `${path}: a comment is stored in place of this copy of the config file, because its secrets can't be replaced one by one: ${nothingLeft}`,
    );
  }
  // gpbackup hands over the user's own text here, and a rewritten one without comments as the config file.
  const { notes } = await parseRawConfig(new TextDecoder().decode(bytes));
  for (const note of notes) log.warning(`${path}: ${note}`);
  const body = new TextEncoder().encode(text);
  const report = await putWhole(client, key, body, { policy: await objectPolicyOf(session) });
  return { report, bytesIn: bytes.length };
}
