import { prefixBelowFolder } from '../backup/key.ts';
import type { CommandContext } from '../session/command.ts';
import { deleteAndTell } from '../session/delete-and-tell.ts';
import { openSession } from '../session/session.ts';

/** `delete_directory CONFIG DIRECTORY`: deletes everything below a path inside the configured folder. */
export async function deleteDirectory(
  [configPath = '', directory = '']: readonly string[],
  context: CommandContext,
): Promise<void> {
  const session = await openSession(configPath, context);
  await deleteAndTell(session, prefixBelowFolder(session.config.folder, directory));
}
