import { quoteIdentifier } from '../backup/columns.ts';
import { PluginError } from '../base/plugin-error.ts';
import { isoOf } from './backup-rows.ts';
import type { Answer } from './result.ts';
import { shellWord, sqlComment, sqlString } from './sql-text.ts';

/** The data of a table, or of a leaf of it, as segments read it. */
export interface ReadPiece {
  readonly timestamp: string;
  readonly oid: number;
  readonly compression: 'gzip' | 'zstd' | 'none';
  /** Content ids of the files. */
  readonly contents: readonly number[];
  /** Of single data files: bytes [start, end) of the uncompressed stream, for each content id that has any. */
  readonly ranges: ReadonlyMap<number, { readonly start: number; readonly end: number }> | undefined;
}

export interface ExternalTable {
  readonly timestamp: string;
  readonly schema: string;
  readonly name: string;
  /** Without quotes, with the type in SQL; undefined where it is not known. */
  readonly columns: readonly { readonly name: string; readonly type: string | undefined }[];
  readonly pieces: readonly ReadPiece[];
  /** As metadata.sql has it. */
  readonly encoding: string;
}

/** A shell takes a command of 128 KiB (Linux, MAX_ARG_STRLEN). */
const LONGEST_COMMAND = 120_000;

const DECOMPRESS = { gzip: ' | gzip -d -c', zstd: ' | zstd --decompress -c', none: '' };
const QUIETLY = { gzip: ' | gzip -d -c 2>/dev/null', zstd: ' | zstd --decompress -c 2>/dev/null', none: '' };

/**
 * SQL for Greenplum 6 and 7 and Cloudberry: an external web table that reads a table out of a backup on all segments. Each
 * reads the files of its own content id, and of those beyond the number of segments where there are fewer now.
 * @throws {PluginError} when the command would be too long
 */
export function externalTableAnswer(
  table: ExternalTable,
  { program, config }: { readonly program: string; readonly config: string },
): Answer {
  const { timestamp, schema, name, columns, pieces, encoding } = table;
  const execute = commandOf(pieces, program, config);
  if (execute.length > LONGEST_COMMAND)
    throw new PluginError(`the command for ${schema}.${name} would be too long: it has too many parts`, {
      hint: 'name one of its partitions',
    });
  const untyped = columns.filter(({ type }) => type === undefined).map((column) => column.name);
  const typed = columns
    .map(({ name: column, type = 'text' }) => `  ${quoteIdentifier(column)} ${type}`)
    .join(',\n');
  const external = quoteIdentifier(`${name}_${timestamp}`.slice(-63));
  const warnings =
    untyped.length === 0
      ? []
      : [`metadata.sql has no type of ${untyped.map(quoteIdentifier).join(', ')}: text instead`];
  const sql = `${sqlComment(`Reads ${schema}.${name} out of the backup ${timestamp}, on all segments.`)}
${sqlComment(`The program and the config file must be on all hosts: ${program}, ${config}`)}
CREATE EXTERNAL WEB TABLE ${external} (
${typed}
)
EXECUTE ${sqlString(execute)} ON ALL
FORMAT 'CSV' ENCODING ${sqlString(encoding)};
`;
  return {
    kind: 'answer',
    data: {
      timestamp,
      date: isoOf(timestamp),
      schema,
      table: name,
      columns: columns.map(({ name: column, type = 'text' }) => ({ name: column, type })),
      sql,
      execute,
    },
    text: () => [sql],
    warnings,
  };
}

/** For a POSIX shell: the database takes whichever /bin/sh is. */
function commandOf(pieces: readonly ReadPiece[], program: string, config: string): string {
  const reader = `p() { ${shellWord(program)} "$1" ${shellWord(config)} "$2"`;
  const lines = [`${reader}; }`];
  if (pieces.some(({ ranges, compression }) => ranges !== undefined && compression === 'none'))
    lines.push(`${reader.replace('p()', 'q()')} /dev/stdin; }`);
  // Rows go there, past the pipe that counts their bytes.
  if (pieces.some(({ ranges, compression }) => ranges !== undefined && compression !== 'none'))
    lines.push('exec 3>&1');
  for (const piece of pieces) lines.push(...linesOf(piece));
  return lines.join('\n');
}

function linesOf(piece: ReadPiece): string[] {
  const { contents, ranges } = piece;
  const last = Math.max(...contents);
  if (last < 0)
    return contents.length === 0 ? [] : [`if [ "$GP_SEGMENT_ID" -eq 0 ]; then i=-1; ${whole(piece)}; fi`];
  const body = ranges === undefined ? [whole(piece)] : part(piece, ranges);
  return [
    'i=$GP_SEGMENT_ID',
    `while [ "$i" -lt ${last + 1} ]; do`,
    ...body,
    'i=$((i + GP_SEGMENT_COUNT))',
    'done',
  ];
}

const EXTENSIONS = { gzip: '.gz', zstd: '.zst', none: '' };

/** Its timestamp and OID are digits. */
function path({ timestamp, oid, compression, ranges }: ReadPiece): string {
  const end = ranges === undefined ? `_${oid}` : '';
  return `"backups/${timestamp.slice(0, 8)}/${timestamp}/gpbackup_\${i}_${timestamp}${end}${EXTENSIONS[compression]}"`;
}

/** The plugin fails what reads from it when it fails itself; without a reader its own status counts. */
function whole(piece: ReadPiece): string {
  return `p restore_data ${path(piece)}${DECOMPRESS[piece.compression]} || exit 1`;
}

function part(
  piece: ReadPiece,
  ranges: ReadonlyMap<number, { readonly start: number; readonly end: number }>,
): string[] {
  const cases = [...ranges].map(([content, { start, end }]) => `${content}) s=${start} n=${end - start} ;;`);
  const { compression } = piece;
  const read =
    compression === 'none'
      ? `echo "1 $s $((s + n))" | q restore_data_subset ${path(piece)} || exit 1`
      : `got=$({ p restore_data ${path(piece)}${QUIETLY[compression]} | tail -c +$((s + 1)) | head -c $n | tee /dev/fd/4 >&3; } 4>&1 | wc -c)
[ "$got" -eq $n ] || { echo "segment $i: $got of $n bytes could be read" >&2; exit 1; }`;
  return ['s=0 n=0', 'case $i in', ...cases, 'esac', `if [ "$n" -gt 0 ]; then`, read, 'fi'];
}
