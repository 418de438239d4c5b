import { checkContentId, parseScope } from '../backup/scope.ts';
import type { CommandContext, CommandInput, HookArgs } from '../session/command.ts';

/**
 * `cleanup_plugin_for_backup CONFIG LOCAL_BACKUP_DIR SCOPE [CONTENT_ID]`: all data is stored, or the backup has failed.
 * What each host noted of its objects is stored beside them, which never fails: once a host is enough, and a
 * coordinator without segments has no other call. With `replication` the coordinator's copies a backup that has
 * succeeded to the second site, and fails where that fails: gpbackup tells it, and the backup stays.
 */
export async function cleanupAfterBackup(
  { args }: CommandInput<HookArgs>,
  context: CommandContext,
): Promise<void> {
  checkContentId(args.contentId);
  const scope = parseScope(args.scope);
  if (scope === 'segment') return;
  const { gatherStatistics } = await import('../session/statistics/gather.ts');
  await gatherStatistics(args, context);
  if (scope !== 'coordinator') return;
  const { replicateAtEnd } = await import('../session/replicate-at-end.ts');
  await replicateAtEnd(args, context);
}
