import { timestampOfFolder } from '../backup/key.ts';
import { checkContentId, parseScope } from '../backup/scope.ts';
import { backupPrefix } from '../backup/timestamp.ts';
import { formatSize } from '../base/bytes.ts';
import { PluginError } from '../base/plugin-error.ts';
import type { ArchivedObject } from '../catalogue/archived.ts';
import { type Survey, segmentsOf, surveyBackup } from '../catalogue/survey.ts';
import { readDataEntries } from '../catalogue/table-of-contents.ts';
import { type Finding, findingsOfContents, findingsOfList } from '../catalogue/wholeness.ts';
import { counted } from '../output/deletion.ts';
import { listed } from '../output/listed.ts';
import { isDenied, s3Url } from '../s3/errors/s3-error.ts';
import { getRange } from '../s3/operations/get-range.ts';
import type { CommandContext, CommandInput, HookArgs } from '../session/command.ts';
import { openSession, type Session } from '../session/session.ts';

/** The backup to be restored is not in the bucket, or incomplete. */
export class BackupMissingError extends PluginError {}

/** A config file of gpbackup is some kilobytes; its lists of tables make it longer. */
const LONGEST_CONFIG = 4 * 1024 * 1024;

/**
 * `setup_plugin_for_restore CONFIG LOCAL_BACKUP_DIR SCOPE [CONTENT_ID]`: proves on each host, before anything
 * else starts, that the bucket can be read and the backup is there. A segment's data file that is found missing
 * only by restore_data would hang gprestore. The coordinator also compares its table of contents with the list.
 */
export async function setupForRestore(
  { args: { config: configPath, localBackupDir: folder, scope, contentId } }: CommandInput<HookArgs>,
  context: CommandContext,
): Promise<void> {
  checkContentId(contentId);
  const kind = parseScope(scope);
  if (kind === 'segment') return;
  const timestamp = timestampOfFolder(folder);
  const session = await openSession(configPath, context, 'short', timestamp, true);
  try {
    await check(session, timestamp, kind === 'coordinator', scope);
  } catch (error) {
    if (!session.config.failsOver) throw error;
    const { checkSecond } = await import('../session/check-second.ts');
    await checkSecond(session, context, error, async (second) => {
      await check(second, timestamp, kind === 'coordinator', scope);
    });
  }
  session.setUpMark?.remove();
}

/** Proves that the backup is at one site. */
async function check(session: Session, timestamp: string, all: boolean, scope: string): Promise<void> {
  const prefix = backupPrefix(session.config.folder, timestamp);
  const where = s3Url(session.client.bucket, prefix);
  const survey = await surveyOf(session, prefix, `${prefix}gpbackup_${timestamp}_report`);
  if (survey === undefined) return;
  refuseEmpty(survey, timestamp, where);
  await openArchive(session, survey.archived, timestamp, all);
  refuse(findingsOfList(survey), session, timestamp, where);
  const tables = all ? await checkContents(session, survey, prefix, timestamp) : undefined;
  session.log.info(`the backup can be read: ${summary(survey, tables)} in ${where} (${scope})`);
}

/** What is in an archive is brought back or told; most backups have nothing there. */
async function openArchive(
  session: Session,
  archived: readonly ArchivedObject[],
  timestamp: string,
  all: boolean,
): Promise<void> {
  if (archived.length === 0) return;
  const { openArchived } = await import('../session/from-archive.ts');
  await openArchived(session, archived, timestamp, all);
}

/** Undefined without permission to list, but to read. */
async function surveyOf(
  { client, log }: Session,
  prefix: string,
  report: string,
): Promise<Survey | undefined> {
  try {
    return await surveyBackup(client, prefix);
  } catch (error) {
    if (!isDenied(error)) throw error;
    // Servers differ in what they call wrong keys (some say AccessDenied): whoever can read may well not list. Every
    // backup has a report, and gprestore reads it too.
    await getRange(client, { key: report, start: 0, end: 1 });
    log.warning(`the backup is not checked before the restore, listing is not permitted: ${error.message}`);
    return undefined;
  }
}

function refuseEmpty({ objects, coordinator }: Survey, timestamp: string, where: string): void {
  if (objects === 0) {
    throw new BackupMissingError(`there is no backup ${timestamp} in ${where}`, {
      hint: 'check the timestamp, and the options bucket and folder',
    });
  }
  if (objects === 1 && coordinator.get('report') === 0) {
    throw new BackupMissingError(
      `the backup ${timestamp} in ${where} contains no data: there is only the empty report of its set-up`,
      { hint: 'the backup failed or was killed as it began: restore another one' },
    );
  }
}

/** Compares the table of contents with the list; gives the number of tables, or undefined where it can't be read. */
async function checkContents(
  session: Session,
  survey: Survey,
  prefix: string,
  timestamp: string,
): Promise<number | undefined> {
  const { client, log } = session;
  const size = survey.coordinator.get('toc.yaml');
  if (size === undefined) return undefined;
  const where = s3Url(client.bucket, prefix);
  try {
    const entries = await readDataEntries(client, `${prefix}gpbackup_${timestamp}_toc.yaml`, size);
    const config = await readConfig(session, survey, `${prefix}gpbackup_${timestamp}_config.yaml`);
    await openBases(session, config, timestamp);
    const segments = segmentCount(config);
    refuse(findingsOfContents(survey, entries, segments), session, timestamp, where);
    return entries.length;
  } catch (error) {
    if (!isDenied(error)) throw error;
    log.warning(`the tables are not checked before the restore: ${error.message}`);
    return undefined;
  }
}

/** gpbackup's config file of the backup; empty where there is none. */
async function readConfig({ client }: Session, survey: Survey, key: string): Promise<string> {
  const size = survey.coordinator.get('config.yaml') ?? 0;
  if (size === 0) return '';
  const { bytes } = await getRange(client, { key, start: 0, end: Math.min(size, LONGEST_CONFIG) });
  return new TextDecoder().decode(bytes);
}

/** An incremental backup is restored from several: its restore plan names them by their timestamps. */
async function openBases(session: Session, config: string, timestamp: string): Promise<void> {
  const named = [...config.matchAll(/^\s*-? *timestamp: "?(\d{14})"?$/gm)].map((match) => match[1] ?? '');
  const {
    client,
    config: { folder },
  } = session;
  for (const base of new Set(named)) {
    if (base === timestamp) continue;
    const { archived } = await surveyBackup(client, backupPrefix(folder, base));
    await openArchive(session, archived, base, true);
  }
}

function segmentCount(config: string): number | undefined {
  const count = Number(/^segmentcount: (\d{1,5})$/m.exec(config)?.[1] ?? 0);
  // Versions before it was written, and configs that lost it, say 0.
  return count === 0 ? undefined : count;
}

/** What makes a restore fail for sure is refused; anything else is a warning in the log. */
function refuse(findings: readonly Finding[], { log }: Session, timestamp: string, where: string): void {
  const certain = findings.filter((finding) => finding.certain).map(({ text }) => text);
  const doubtful = findings.filter((finding) => !finding.certain).map(({ text }) => text);
  if (doubtful.length > 0) log.warning(`the backup ${timestamp} in ${where}: ${listed(doubtful)}`);
  if (certain.length === 0) return;
  throw new BackupMissingError(`the backup ${timestamp} in ${where} is incomplete: ${listed(certain)}`, {
    hint: 'the files were deleted, cut short or never stored: restore another backup; to restore the rest of this one, store an empty stream in their place (docs/operations.md)',
  });
}

/** `42 objects, 1.2GB: 12 data files of 4 segments, 3 tables`. */
function summary(survey: Survey, tables: number | undefined): string {
  const segments = [...survey.tables.values()].reduce((all, mask) => all | mask, survey.single);
  const files = survey.tableFiles + segmentsOf(survey.single).length;
  const data =
    files === 0
      ? 'no data files'
      : `${counted(files, 'data file')} of ${counted(segmentsOf(segments).length, 'segment')}`;
  const checked = tables === undefined ? '' : `, ${counted(tables, 'table')}`;
  return `${counted(survey.objects, 'object')}, ${formatSize(survey.bytes)}: ${data}${checked}`;
}
