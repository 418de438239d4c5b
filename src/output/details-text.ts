import { formatSize } from '../base/bytes.ts';
import { escapeControls } from '../log/line.ts';
import type { BackupDetails, TableRow } from './backup-details.ts';
import { clockOf, dateOf, statusColour } from './backup-rows.ts';
import type { Paper } from './result.ts';
import { textTable } from './table.ts';

/** What `show_backup` prints for people. */
export function* detailsText(details: BackupDetails, { colours }: Pick<Paper, 'colours'>): Generator<string> {
  const status = colours ? `\u001b[${statusColour(details)}m${details.status}\u001b[0m` : details.status;
  const facts = factsOf(details);
  const width = Math.max(...facts.map(([name]) => name.length), 'status'.length) + 2;
  yield `${'backup'.padEnd(width)}${details.timestamp}\n`;
  yield `${'status'.padEnd(width)}${status}\n`;
  for (const [name, value] of facts)
    if (value !== '') yield `${name.padEnd(width)}${escapeControls(value)}\n`;
  yield '\n';
  yield* textTable(
    [{ title: 'FILE' }, { title: 'SIZE', right: true }],
    details.files.map(({ name, size }) => [name, size === null ? 'missing' : formatSize(size)]),
  );
  if (details.tables !== null) {
    yield '\n';
    yield* tablesText(details.tables);
  }
  if (details.data_of_segments !== null) {
    yield '\n';
    yield* textTable(
      [
        { title: 'SEGMENT', right: true },
        { title: 'FILES', right: true },
        { title: 'SIZE', right: true },
      ],
      details.data_of_segments.map(({ segment, files, bytes }) => [
        String(segment),
        String(files),
        formatSize(bytes),
      ]),
    );
  }
}

function factsOf(details: BackupDetails): (readonly [string, string])[] {
  const { expected, there } = details.data_files;
  const rows = details.table_count === 0 ? '' : `, ${details.rows} rows`;
  return [
    ['problem', details.problem ?? ''],
    ['error', details.error === details.problem ? '' : (details.error ?? '')],
    ['database', details.database ?? ''],
    ['type', details.type ?? ''],
    ['object filtering', filteringOf(details)],
    ['start', dateOf(details.timestamp)],
    ['end', details.end === null ? '' : dateOf(details.end.replaceAll(/\D/g, ''))],
    ['duration', clockOf(details.duration_seconds)],
    ['built on', details.bases.join(', ')],
    ['size', `${formatSize(details.size)} in ${details.objects} objects`],
    ['tables', `${details.table_count}${rows}`],
    ['data', `${formatSize(details.data_size)} of ${details.segments} segments`],
    ['data files', expected === null ? String(there) : `${there} of ${expected}`],
    ['compression', details.compression ?? ''],
    ['single data file', details.single_data_file === true ? 'yes' : ''],
    ['missing', details.missing.join('; ')],
    ['not backed up', details.not_backed_up.join('; ')],
    ['foreign objects', details.foreign_objects === 0 ? '' : String(details.foreign_objects)],
    ['storage class', Object.keys(details.classes).join(', ')],
    ['stored', storedOf(details)],
    ['command line', details.command_line ?? ''],
    ['gpbackup', details.backup_version ?? ''],
    ['plugin', details.plugin_version ?? ''],
    ['server', details.database_version ?? ''],
  ];
}

function storedOf({ first_stored: first, last_stored: last }: BackupDetails): string {
  if (first === null || last === null) return '';
  return first === last ? first : `${first} to ${last}`;
}

function filteringOf(details: BackupDetails): string {
  const names = [
    ...details.include_schemas,
    ...details.include_tables,
    ...details.exclude_schemas,
    ...details.exclude_tables,
  ];
  const filtering = details.object_filtering ?? '';
  return names.length === 0 ? filtering : `${filtering}: ${names.join(', ')}`;
}

function tablesText(tables: readonly TableRow[]): Iterable<string> {
  const hasRoots = tables.some((table) => table.partition_root !== null);
  return textTable(
    [
      { title: 'SCHEMA' },
      { title: 'TABLE' },
      { title: 'ROWS', right: true },
      { title: 'SIZE', right: true },
      { title: 'SKEW', right: true },
      { title: 'SEGMENTS', right: true },
      { title: 'LARGEST', right: true },
      ...(hasRoots ? [{ title: 'PARTITION OF' }] : []),
    ],
    tables.map((table) => [
      table.schema,
      table.table,
      String(table.rows),
      formatSize(table.bytes),
      table.skew === null ? '' : table.skew.toFixed(2),
      String(table.segments),
      table.largest_segment === null
        ? ''
        : `${formatSize(table.largest_bytes ?? 0)} on ${table.largest_segment}`,
      table.partition_root ?? '',
    ]),
  );
}
