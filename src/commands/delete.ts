import { prefixBelowFolder } from '../backup/key.ts';
import { backupPrefix, parseTimestamp } from '../backup/timestamp.ts';
import { s3Url } from '../s3/errors/s3-error.ts';
import type { CommandContext } from './command.ts';
import { deletePrefix } from './delete-prefix.ts';
import { openSession, type Session } from './session.ts';

/** `delete_backup CONFIG TIMESTAMP`: deletes everything of one backup. */
export async function deleteBackup(
  [configPath = '', text = '']: readonly string[],
  context: CommandContext,
): Promise<void> {
  const timestamp = parseTimestamp(text);
  const session = await openSession(configPath, context);
  await deleteAndTell(session, backupPrefix(session.config.folder, timestamp));
}

/** `delete_directory CONFIG DIRECTORY`: deletes everything below a path inside the configured folder. */
export async function deleteDirectory(
  [configPath = '', directory = '']: readonly string[],
  context: CommandContext,
): Promise<void> {
  const session = await openSession(configPath, context);
  await deleteAndTell(session, prefixBelowFolder(session.config.folder, directory));
}

async function deleteAndTell(session: Session, prefix: string): Promise<void> {
  const { objects, uploads } = await deletePrefix(session, prefix);
  const where = s3Url(session.client.bucket, prefix);
  if (objects === 0) session.log.warning(`nothing to delete in ${where}`);
  session.log.info(`deleted ${objects} objects and ${uploads} unfinished uploads in ${where}`);
}
