import { parseTableName } from '../backup/table-name.ts';
import { parseTimestamp } from '../backup/timestamp.ts';
import { UsageError } from '../base/plugin-error.ts';
import { findTableData } from '../catalogue/table-data.ts';
import { firstRows } from '../catalogue/table-rows.ts';
import { firstRowsAnswer } from '../output/first-rows.ts';
import type { Answer } from '../output/result.ts';
import type { CommandContext, CommandInput } from '../session/command.ts';
import { openSession } from '../session/session.ts';

const MOST = 100_000;

/** `peek_table CONFIG TIMESTAMP SCHEMA.TABLE`: the first rows of a table in a backup. */
export async function peekTable(
  {
    args: { config: configPath, timestamp, table },
    flags: { rows: wanted = '20' },
  }: CommandInput<
    { readonly config: string; readonly timestamp: string; readonly table: string },
    { readonly rows?: string | undefined }
  >,
  context: CommandContext,
): Promise<Answer> {
  const ts = parseTimestamp(timestamp);
  const name = parseTableName(table);
  const most = /^\d{1,6}$/.test(wanted) ? Number(wanted) : 0;
  if (most < 1 || most > MOST)
    throw new UsageError(`"${wanted}" is not a valid number of rows (expected 1 to ${MOST})`);
  const { client, config } = await openSession(configPath, context);
  const data = await findTableData(client, config.folder, ts, name);
  return firstRowsAnswer(data, await firstRows(client, data, most));
}
