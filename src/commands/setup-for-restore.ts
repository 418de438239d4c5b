import { timestampOfFolder } from '../backup/key.ts';
import { checkContentId, parseScope } from '../backup/scope.ts';
import { backupPrefix } from '../backup/timestamp.ts';
import { PluginError } from '../base/plugin-error.ts';
import { surveyBackup } from '../catalogue/survey.ts';
import { s3Url } from '../s3/errors/s3-error.ts';
import type { CommandContext, CommandInput, HookArgs } from '../session/command.ts';
import { openSession } from '../session/session.ts';

/** The backup to be restored is not in the bucket, or not whole. */
export class BackupMissingError extends PluginError {}

/**
 * `setup_plugin_for_restore CONFIG LOCAL_BACKUP_DIR SCOPE [CONTENT_ID]`: proves on each host, before anything
 * else starts, that the bucket can be read and the backup is there. A segment's data file that is found missing
 * only by restore_data would hang gprestore.
 */
export async function setupForRestore(
  { args: { config: configPath, localBackupDir: folder, scope, contentId } }: CommandInput<HookArgs>,
  context: CommandContext,
): Promise<void> {
  checkContentId(contentId);
  if (parseScope(scope) === 'segment') return;
  const timestamp = timestampOfFolder(folder);
  const session = await openSession(configPath, context, 'short', timestamp);
  const prefix = backupPrefix(session.config.folder, timestamp);
  const where = s3Url(session.client.bucket, prefix);
  const found = await surveyBackup(session.client, prefix, `${prefix}gpbackup_${timestamp}_report`);
  if (found === undefined) {
    session.setUpMark?.remove();
    return;
  }
  if (found.objects === 0) {
    throw new BackupMissingError(`there is no backup ${timestamp} in ${where}`, {
      hint: 'check the timestamp, and the options bucket and folder',
    });
  }
  if (found.withoutData.length > 0) {
    throw new BackupMissingError(
      `the backup ${timestamp} in ${where} is not whole: the data file of segment ${found.withoutData.join(', ')} is missing`,
      { hint: `gpbackup_SEGMENT_${timestamp}[.gz|.zst] was deleted or never stored: restore another backup` },
    );
  }
  session.setUpMark?.remove();
  session.log.info(`the backup can be read: ${found.objects} objects in ${where} (${scope})`);
}
