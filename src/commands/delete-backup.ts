import { localTimeOf, parseTimestamp } from '../backup/timestamp.ts';
import type { CommandResult } from '../output/result.ts';
import type { CommandContext, CommandInput } from '../session/command.ts';
import { deleteWithReplica } from '../session/delete-with-replica.ts';
import { openSession, type Session } from '../session/session.ts';

/** `delete_backup CONFIG TIMESTAMP`: deletes everything of one backup, and with `replication` its replica. */
export async function deleteBackup(
  {
    args,
    flags,
  }: CommandInput<
    { readonly config: string; readonly timestamp: string },
    { readonly 'dry-run'?: boolean | undefined }
  >,
  context: CommandContext,
): Promise<CommandResult> {
  const timestamp = parseTimestamp(args.timestamp);
  const session = await openSession(args.config, context);
  if (flags['dry-run'] === true) return await preview(session, timestamp);
  // An impossible one is a typing error, mentioned only when there is nothing to delete.
  const note = localTimeOf(timestamp) === undefined ? `${timestamp} is not a date and time` : undefined;
  return await deleteWithReplica(session, context, timestamp, note);
}

async function preview(session: Session, timestamp: string): Promise<CommandResult> {
  const [{ previewDeletion }, { previewText }] = await Promise.all([
    import('../session/deletion-preview.ts'),
    import('../output/deletion-preview.ts'),
  ]);
  const data = await previewDeletion(session, timestamp);
  return { kind: 'answer', data, text: () => previewText(data) };
}
