import type { PluginError } from '../base/plugin-error.ts';
import type { Shard } from '../catalogue/verify/shard.ts';
import type { Verification } from '../catalogue/verify/verify.ts';
import { escapeControls } from '../log/line.ts';
import type { Answer } from './result.ts';

/**
 * The columns of the external table that reads these lines, with their types in SQL. None is called like a system column
 * of Greenplum 6 (`oid`).
 */
export const LINE_COLUMNS = [
  ['segment_id', 'integer'],
  ['item', 'text'],
  ['object', 'text'],
  ['table_name', 'text'],
  ['table_oid', 'bigint'],
  ['found', 'bigint'],
  ['expected', 'bigint'],
  ['detail', 'text'],
] as const;

interface Line {
  readonly item: string;
  readonly object?: string;
  readonly table?: string;
  readonly oid?: number;
  readonly rows?: number;
  readonly expected?: number;
  readonly detail?: string;
}

/** What a share has shown, as CSV: a line for each table and each finding, and one that says that it is all. */
export function verificationLines({ findings, tables, checked }: Verification, shard: Shard): Answer {
  return linesAnswer(shard, [
    ...tables.map(({ timestamp, entry, rows }) => ({
      item: 'table',
      object: timestamp,
      table: entry.table,
      oid: entry.oid,
      rows,
      expected: entry.rows,
      ...(entry.isReplicated ? { detail: 'replicated' } : {}),
    })),
    ...findings.map(({ kind, key, detail }) => ({ item: kind, object: key, detail })),
    { item: 'done', rows: checked, expected: shard.total },
  ]);
}

/** A share that could not be verified: a line too, since a program that fails ends the query of all segments. */
export function failureLines({ message, hint }: PluginError, shard: Shard): Answer {
  return linesAnswer(shard, [
    { item: 'failed', detail: hint === undefined ? message : `${message} HINT: ${hint}` },
  ]);
}

function linesAnswer({ number }: Shard, all: readonly Line[]): Answer {
  const lines = all.map(({ item, object, table, oid, rows, expected, detail }) =>
    [number, item, object, table, oid, rows, expected, detail].map(field).join(','),
  );
  return {
    kind: 'answer',
    data: { lines },
    text: () => lines.map((line) => `${line}\n`),
  };
}

/** Empty without quotes is NULL. */
function field(value: string | number | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'number' ? String(value) : `"${escapeControls(value).replaceAll('"', '""')}"`;
}
