import { parseTableName } from '../backup/table-name.ts';
import { findTable as find } from '../catalogue/find-table.ts';
import { listTimestamps } from '../catalogue/read-sets.ts';
import { type FoundRow, foundRow, foundTable } from '../output/found-rows.ts';
import type { Answer } from '../output/result.ts';
import type { CommandContext, CommandInput } from '../session/command.ts';
import { Progress } from '../session/progress.ts';
import { openSession } from '../session/session.ts';

interface Args {
  readonly config: string;
  readonly table: string;
}

/** `find_table CONFIG SCHEMA.TABLE`: the backups that hold its data, by their tables of contents. */
export async function findTable({ args }: CommandInput<Args>, context: CommandContext): Promise<Answer> {
  const name = parseTableName(args.table);
  const { client, config } = await openSession(args.config, context);
  const timestamps = await listTimestamps(client, config.folder);
  const rows: FoundRow[] = [];
  const warnings: string[] = [];
  const progress = new Progress();
  for await (const found of find(client, config.folder, timestamps, name, (problem) =>
    warnings.push(problem),
  )) {
    rows.push(foundRow(found));
    progress.show('reading backups', rows.length, undefined, `${rows.length} found`);
  }
  progress.clear();
  if (rows.length === 0) warnings.push(nothingFound(args.table, timestamps.length));
  return {
    kind: 'answer',
    data: rows,
    text: () => (rows.length === 0 ? [] : foundTable(rows)),
    warnings,
    outcome: rows.length === 0 ? 'nothing found' : 'ok',
  };
}

function nothingFound(table: string, backups: number): string {
  const none = `none of ${backups} backup${backups === 1 ? '' : 's'} holds data of ${table}`;
  return /[A-Z ]/.test(table) && !table.includes('"')
    ? `${none} (names without double quotes are taken in lower case)`
    : none;
}
