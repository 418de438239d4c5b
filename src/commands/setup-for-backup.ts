import { timestampOfFolder } from '../backup/key.ts';
import { checkContentId, parseScope } from '../backup/scope.ts';
import type { CommandContext, CommandInput, HookArgs } from '../session/command.ts';
import { proveWritable } from '../session/prove-writable.ts';
import { openSession } from '../session/session.ts';

/**
 * `setup_plugin_for_backup CONFIG LOCAL_BACKUP_DIR SCOPE [CONTENT_ID]`: proves on each host that the bucket can
 * be written, by putting an empty report that gpbackup's replaces at the end, or where that is impossible another object.
 */
export async function setupForBackup(
  { args: { config: configPath, localBackupDir: folder, scope, contentId } }: CommandInput<HookArgs>,
  context: CommandContext,
): Promise<void> {
  checkContentId(contentId);
  if (parseScope(scope) === 'segment') return;
  const timestamp = timestampOfFolder(folder);
  const session = await openSession(configPath, context, 'short', timestamp);
  const stored = await proveWritable(session, timestamp);
  session.setUpMark?.remove();
  session.log.info(`the bucket can be written: ${stored} (${scope})`);
}
