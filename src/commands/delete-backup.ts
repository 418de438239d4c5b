import { backupPrefix, parseTimestamp } from '../backup/timestamp.ts';
import type { CommandContext } from '../session/command.ts';
import { deleteAndTell } from '../session/delete-and-tell.ts';
import { openSession } from '../session/session.ts';

/** `delete_backup CONFIG TIMESTAMP`: deletes everything of one backup. */
export async function deleteBackup(
  [configPath = '', text = '']: readonly string[],
  context: CommandContext,
): Promise<void> {
  const timestamp = parseTimestamp(text);
  const session = await openSession(configPath, context);
  await deleteAndTell(session, backupPrefix(session.config.folder, timestamp));
}
