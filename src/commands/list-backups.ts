import { readSets } from '../catalogue/read-sets.ts';
import { type BackupRow, backupRow, backupTable } from '../output/backup-rows.ts';
import type { Answer } from '../output/result.ts';
import type { CommandContext, CommandInput } from '../session/command.ts';
import { openSession } from '../session/session.ts';

/** `list_backups CONFIG`: the backups below the folder, from the bucket alone. */
export async function listBackups(
  { args: { config: configPath } }: CommandInput<{ readonly config: string }>,
  context: CommandContext,
): Promise<Answer> {
  const { client, config } = await openSession(configPath, context);
  const rows: BackupRow[] = [];
  for await (const set of readSets(client, config.folder)) rows.push(backupRow(set));
  return {
    kind: 'answer',
    data: rows,
    text: () => backupTable(rows),
    outcome: rows.length === 0 ? 'nothing found' : 'ok',
  };
}
