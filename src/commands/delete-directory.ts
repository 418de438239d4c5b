import { prefixBelowFolder } from '../backup/key.ts';
import { PluginError, UsageError } from '../base/plugin-error.ts';
import { backupsBelow } from '../catalogue/backups-below.ts';
import { isAnythingAt, placesOf } from '../catalogue/places.ts';
import { counted } from '../output/deletion.ts';
import type { CommandResult } from '../output/result.ts';
import { s3Url } from '../s3/errors/s3-error.ts';
import type { CommandContext, CommandInput } from '../session/command.ts';
import { deleteAndTell } from '../session/delete-and-tell.ts';
import { openSession, type Session } from '../session/session.ts';

/** What is to be deleted is not below the configured folder. */
export class OutsideFolderError extends PluginError {}

/** `delete_directory CONFIG DIRECTORY [--all-backups]`: deletes everything below a path inside the configured folder. */
export async function deleteDirectory(
  {
    args: { config: configPath, directory },
    flags,
  }: CommandInput<
    { readonly config: string; readonly directory: string },
    { readonly 'all-backups'?: boolean | undefined }
  >,
  context: CommandContext,
): Promise<CommandResult> {
  const session = await openSession(configPath, context);
  const { folder } = session.config;
  const prefix = prefixBelowFolder(folder, directory);
  if (flags['all-backups'] !== true) await refuseAllBackups(session, prefix);
  const result = await deleteAndTell(session, prefix);
  if (result.objects === 0 && result.uploads === 0 && (result.versions ?? 0) === 0)
    await refuseOutside(session, directory, prefix);
  return result;
}

/** Deleting all backups of a folder needs an explicit option: `backups` is easily typed for `backups/20260102`. */
async function refuseAllBackups({ client, config }: Session, prefix: string): Promise<void> {
  const { backups, objects } = await backupsBelow(client, prefix, config.folder);
  if (objects === 0) return;
  const count = `${counted(backups, 'backup')} in ${counted(objects, 'object')}`;
  throw new UsageError(`${s3Url(client.bucket, prefix)} contains all backups of a folder: ${count}`, {
    hint: 'name a day (backups/20260102), use delete_backup for one backup, or add --all-backups to delete all of them',
  });
}

/** Nothing below the folder, but outside it: there backup_directory stores, and nothing is deleted. */
async function refuseOutside({ client, config }: Session, directory: string, prefix: string): Promise<void> {
  for (const place of placesOf(config.folder, directory)) {
    if (place.replace(/\/*$/, '/') === prefix || !(await isAnythingAt(client, place))) continue;
    const url = s3Url(client.bucket, place);
    throw new OutsideFolderError(
      `${url} can't be deleted: it is not below the configured folder ${config.folder}, and ${s3Url(client.bucket, prefix)} is empty`,
      {
        hint: 'delete_directory deletes below folder only: use a tool of the server, such as aws s3 rm --recursive',
      },
    );
  }
}
