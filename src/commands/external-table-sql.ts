import { parseTableName, unquoted } from '../backup/table-name.ts';
import { parseTimestamp } from '../backup/timestamp.ts';
import type { ByteRange } from '../base/byte-range.ts';
import { PluginError } from '../base/plugin-error.ts';
import { findTableData, objectOfPiece, type TablePiece } from '../catalogue/table-data.ts';
import { readDefinition } from '../catalogue/table-definition.ts';
import { externalTableAnswer, type ReadPiece } from '../output/external-table.ts';
import type { Answer } from '../output/result.ts';
import type { S3Client } from '../s3/client.ts';
import type { CommandContext, CommandInput } from '../session/command.ts';
import { ownCommand } from '../session/own-command.ts';
import { openSession } from '../session/session.ts';

/** `external_table_sql CONFIG TIMESTAMP SCHEMA.TABLE`: SQL that reads a table out of a backup. */
export async function externalTableSql(
  {
    args: { config: configPath, timestamp, table },
  }: CommandInput<{ readonly config: string; readonly timestamp: string; readonly table: string }>,
  context: CommandContext,
): Promise<Answer> {
  const ts = parseTimestamp(timestamp);
  const name = parseTableName(table);
  const { client, config } = await openSession(configPath, context);
  const data = await findTableData(client, config.folder, ts, name);
  const [{ entry }] = data.pieces;
  const { columns, encoding } = await readDefinition(client, data);
  if (columns.length === 0)
    throw new PluginError(`the backup ${ts} does not say which columns ${entry.table} has`);
  const pieces: ReadPiece[] = [];
  for (const piece of data.pieces) if (piece.entry.rows > 0) pieces.push(await readPiece(client, piece));
  return externalTableAnswer(
    {
      timestamp: ts,
      schema: unquoted(entry.schema),
      name: name.name,
      columns,
      pieces,
      encoding,
    },
    ownCommand(configPath),
  );
}

async function readPiece(client: S3Client, piece: TablePiece): Promise<ReadPiece> {
  const { set, entry, compression, contents } = piece;
  const base = { timestamp: set.timestamp, oid: entry.oid, compression, contents };
  if (set.config?.singleDataFile !== true) return { ...base, ranges: undefined };
  const ranges = new Map<number, ByteRange>();
  for (const content of contents) {
    const range = (await objectOfPiece(client, piece, content))?.range;
    if (range !== undefined) ranges.set(content, range);
  }
  return { ...base, ranges };
}
