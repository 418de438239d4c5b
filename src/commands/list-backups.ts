import { BACKUP_TYPES, typeOfBackup } from '../backup/backup-config.ts';
import { parseSince } from '../backup/since.ts';
import { parseTimestamp } from '../backup/timestamp.ts';
import { UsageError } from '../base/plugin-error.ts';
import { type BackupSet, databaseOf, isGood } from '../catalogue/backup-set.ts';
import { selectSets } from '../catalogue/select-sets.ts';
import { localClock } from '../log/time-zone.ts';
import { type BackupRow, backupRow, backupTable } from '../output/backup-rows.ts';
import type { Answer } from '../output/result.ts';
import type { CommandContext, CommandInput } from '../session/command.ts';
import { Progress } from '../session/progress.ts';
import { openSession } from '../session/session.ts';

interface Flags {
  readonly database?: string | undefined;
  readonly type?: string | undefined;
  readonly failed?: boolean | undefined;
  readonly since?: string | undefined;
  readonly chain?: string | undefined;
}

/** `list_backups CONFIG`: the backups below the folder, from the bucket alone. */
export async function listBackups(
  { args: { config: configPath }, flags }: CommandInput<{ readonly config: string }, Flags>,
  context: CommandContext,
): Promise<Answer> {
  const isWanted = wantedBy(flags);
  const since = flags.since === undefined ? undefined : parseSince(flags.since, localClock(new Date()));
  const chain = flags.chain === undefined ? undefined : parseTimestamp(flags.chain);
  const { client, config } = await openSession(configPath, context);
  const rows: BackupRow[] = [];
  const progress = new Progress();
  let read = 0;
  for await (const set of selectSets(client, config.folder, { since, chain })) {
    read += 1;
    progress.show('reading backups', read, undefined, String(read));
    if (isWanted(set)) rows.push(backupRow(set));
  }
  progress.clear();
  return {
    kind: 'answer',
    data: rows,
    text: (paper) => (rows.length === 0 ? [] : backupTable(rows, paper)),
    warnings: rows.length === 0 ? [nothing(read, client.url(config.folder))] : [],
    outcome: rows.length === 0 ? 'nothing found' : 'ok',
  };
}

function nothing(read: number, where: string): string {
  return read === 0 ? `no backups found in ${where}` : `none of ${read} backups in ${where} is such a one`;
}

function wantedBy({ database, type, failed = false }: Flags): (set: BackupSet) => boolean {
  if (type !== undefined && !BACKUP_TYPES.some((known) => known === type)) {
    throw new UsageError(`"${type}" is not a valid type (expected ${BACKUP_TYPES.join(', ')})`);
  }
  return (set) =>
    (database === undefined || databaseOf(set) === database) &&
    (type === undefined || (set.config !== undefined && typeOfBackup(set.config) === type)) &&
    (!failed || (!isGood(set) && set.status !== 'Running'));
}
