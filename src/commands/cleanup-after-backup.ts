import { checkContentId, parseScope } from '../backup/scope.ts';
import type { CommandContext, CommandInput, HookArgs } from '../session/command.ts';

/**
 * `cleanup_plugin_for_backup CONFIG LOCAL_BACKUP_DIR SCOPE [CONTENT_ID]`: all data is stored, or the backup has failed.
 * What each host noted of its objects is stored beside them, which never fails: once a host is enough, and a
 * coordinator without segments has no other call.
 */
export async function cleanupAfterBackup(
  { args }: CommandInput<HookArgs>,
  context: CommandContext,
): Promise<void> {
  checkContentId(args.contentId);
  if (parseScope(args.scope) === 'segment') return;
  const { gatherStatistics } = await import('../session/statistics/gather.ts');
  await gatherStatistics(args, context);
}
