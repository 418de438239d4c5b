import { backupPrefix, parseTimestamp } from '../backup/timestamp.ts';
import type { CommandResult } from '../output/result.ts';
import type { CommandContext, CommandInput } from '../session/command.ts';
import { deleteAndTell } from '../session/delete-and-tell.ts';
import { openSession } from '../session/session.ts';

/** `delete_backup CONFIG TIMESTAMP`: deletes everything of one backup. */
export async function deleteBackup(
  { args }: CommandInput<{ readonly config: string; readonly timestamp: string }>,
  context: CommandContext,
): Promise<CommandResult> {
  const timestamp = parseTimestamp(args.timestamp);
  const session = await openSession(args.config, context);
  const note = isDate(timestamp) ? undefined : `${timestamp} is not a date and time`;
  return await deleteAndTell(session, backupPrefix(session.config.folder, timestamp), note);
}

/** Whether the calendar has it: an impossible one is a typing error, mentioned only when there is nothing to delete. */
function isDate(timestamp: string): boolean {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = (
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(timestamp) ?? []
  )
    .slice(1)
    .map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  return (
    date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60
  );
}
