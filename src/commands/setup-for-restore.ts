import { baseName, classifyFile } from '../backup/file-name.ts';
import { timestampOfFolder } from '../backup/key.ts';
import { checkContentId, parseScope } from '../backup/scope.ts';
import { backupPrefix } from '../backup/timestamp.ts';
import { PluginError } from '../base/plugin-error.ts';
import { S3Error, s3Url } from '../s3/errors/s3-error.ts';
import { getRange } from '../s3/operations/get-range.ts';
import { listObjects } from '../s3/operations/list-objects.ts';
import type { CommandContext } from './command.ts';
import { openSession, type Session } from './session.ts';

/** The backup to be restored is not in the bucket, or not whole. */
export class BackupMissingError extends PluginError {}

/**
 * `setup_plugin_for_restore CONFIG LOCAL_BACKUP_DIR SCOPE [CONTENT_ID]`: proves on each host, before anything
 * else starts, that the bucket can be read and the backup is there. A segment's data file that is found missing
 * only by restore_data would hang gprestore.
 */
export async function setupForRestore(
  [configPath = '', folder = '', scope = '', contentId]: readonly string[],
  context: CommandContext,
): Promise<void> {
  checkContentId(contentId);
  if (parseScope(scope) === 'segment') return;
  const timestamp = timestampOfFolder(folder);
  const session = await openSession(configPath, context);
  const prefix = backupPrefix(session.config.folder, timestamp);
  const where = s3Url(session.client.bucket, prefix);
  const found = await surveyBackup(session, prefix, `${prefix}gpbackup_${timestamp}_report`);
  if (found === undefined) return;
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
  session.log.info(`the backup can be read: ${found.objects} objects in ${where} (${scope})`);
}

/** Counts a backup's objects and compares its segments' contents and data files; undefined without permission to list, but to read. */
async function surveyBackup(
  { client, log }: Session,
  prefix: string,
  report: string,
): Promise<{ objects: number; withoutData: readonly number[] } | undefined> {
  const contents = new Set<number>();
  const data = new Set<number>();
  let objects = 0;
  try {
    for await (const page of listObjects(client, prefix)) {
      objects += page.length;
      for (const { key } of page) {
        const file = classifyFile(baseName(key));
        if (file.kind === 'segment contents') contents.add(file.segment);
        if (file.kind === 'single data file') data.add(file.segment);
      }
    }
  } catch (error) {
    if (!(error instanceof S3Error) || error.status !== 403) throw error;
    // Servers differ in what they call wrong keys (some say AccessDenied): whoever can read may well not list. Every
    // backup has a report, and gprestore reads it too.
    await getRange(client, { key: report, start: 0, end: 1 });
    log.warning(`the backup is not checked before the restore, listing is not permitted: ${error.message}`);
    return undefined;
  }
  return { objects, withoutData: [...contents.difference(data)].toSorted((a, b) => a - b) };
}
