import { timestampOfFolder } from '../backup/key.ts';
import { checkContentId, parseScope } from '../backup/scope.ts';
import { backupPrefix } from '../backup/timestamp.ts';
import { s3Url } from '../s3/errors/s3-error.ts';
import { putObject } from '../s3/operations/put-object.ts';
import type { CommandContext, CommandInput, HookArgs } from '../session/command.ts';
import { isStoredSpecially, objectPolicyOf } from '../session/object-policy.ts';
import { openSession } from '../session/session.ts';

/**
 * `setup_plugin_for_backup CONFIG LOCAL_BACKUP_DIR SCOPE [CONTENT_ID]`: proves on each host that the bucket can
 * be written, by putting an empty report that gpbackup's replaces at the end.
 */
export async function setupForBackup(
  { args: { config: configPath, localBackupDir: folder, scope, contentId } }: CommandInput<HookArgs>,
  context: CommandContext,
): Promise<void> {
  checkContentId(contentId);
  if (parseScope(scope) === 'segment') return;
  const timestamp = timestampOfFolder(folder);
  const session = await openSession(configPath, context, 'short', timestamp);
  const { client, config, log } = session;
  const prefix = backupPrefix(config.folder, timestamp);
  const key = `${prefix}gpbackup_${timestamp}_report`;
  if (isStoredSpecially(config.objects)) {
    const { checkStorage } = await import('../session/objects/set-up.ts');
    await checkStorage(session, `${prefix}gpbackup_0_${timestamp}`);
  }
  await putObject(client, key, new Uint8Array(0), await objectPolicyOf(session));
  session.setUpMark?.remove();
  log.info(`the bucket can be written: ${s3Url(client.bucket, key)} (${scope})`);
}
