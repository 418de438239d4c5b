import type { BackupSet } from '../catalogue/backup-set.ts';
import { basesOf } from '../catalogue/chain.ts';
import type { SetTable } from '../catalogue/set-tables.ts';
import type { SegmentSize } from '../catalogue/table-sizes.ts';
import { type BackupRow, backupRow, isoOf } from './backup-rows.ts';

/** A table of `show_backup --tables`. */
export interface TableRow {
  /** As SQL has them: in double quotes where they need them. */
  readonly schema: string;
  readonly table: string;
  readonly oid: number;
  /** The partitioned table that it is a leaf of. */
  readonly partition_root: string | null;
  readonly is_replicated: boolean;
  readonly rows: number;
  /** Stored; of single data files before compression. */
  readonly bytes: number;
  /** The segment with most, divided by the average of all segments; null for no data. */
  readonly skew: number | null;
  /** Segments that have files of it. */
  readonly segments: number;
  readonly largest_segment: number | null;
  readonly largest_bytes: number | null;
}

/** What `show_backup` tells, as `--json` has it: what `list_backups` tells, and more. */
export interface BackupDetails extends BackupRow {
  readonly end: string | null;
  /** What gpbackup said of a failure. */
  readonly error: string | null;
  readonly command_line: string | null;
  readonly backup_version: string | null;
  readonly database_version: string | null;
  readonly database_size: string | null;
  /** `gzip`, `zstd` or `none`. */
  readonly compression: string | null;
  readonly single_data_file: boolean | null;
  readonly leaf_partition_data: boolean | null;
  readonly with_statistics: boolean | null;
  readonly without_globals: boolean | null;
  readonly include_schemas: readonly string[];
  readonly include_tables: readonly string[];
  readonly exclude_schemas: readonly string[];
  readonly exclude_tables: readonly string[];
  /** The backups that it needs for a restore, the oldest first. */
  readonly bases: readonly string[];
  /** In which backups the data of how many tables is. */
  readonly restore_plan: readonly { readonly timestamp: string; readonly tables: number }[];
  /** Of the cluster. */
  readonly segment_count: number | null;
  readonly rows: number;
  readonly table_count: number;
  readonly data_size: number;
  readonly data_files: { readonly expected: number | null; readonly there: number };
  /** The coordinator's files; null is one that is missing. */
  readonly files: readonly { readonly name: string; readonly size: number | null }[];
  /** What is missing or cut, by the list and the table of contents. */
  readonly missing: readonly string[];
  readonly not_backed_up: readonly string[];
  /** Objects in its folder that are of no backup or of another one. */
  readonly foreign_objects: number;
  readonly classes: Readonly<Record<string, number>>;
  readonly first_stored: string | null;
  readonly last_stored: string | null;
  /** What the bytes of tables are. */
  readonly table_bytes: 'stored' | 'uncompressed';
  /** With `--tables`. */
  readonly tables: readonly TableRow[] | null;
  /** With `--segments`. */
  readonly data_of_segments: readonly SegmentSize[] | null;
}

export const SORT_FIELDS = ['name', 'rows', 'bytes', 'skew'] as const;
export type SortField = (typeof SORT_FIELDS)[number];

export function isSortField(text: string): text is SortField {
  return SORT_FIELDS.some((field) => field === text);
}

/** What was read of a set. */
export interface Facts {
  readonly tables: readonly SetTable[];
  readonly segments: readonly SegmentSize[];
  readonly isSingle: boolean;
  readonly findings: readonly string[];
  readonly withTables: boolean;
  readonly withSegments: boolean;
  readonly sort: SortField;
}

/** Files of the coordinator that each backup has, and those of some. */
const ALWAYS = ['config.yaml', 'metadata.sql', 'plugin_config.yaml', 'report', 'toc.yaml'];

export function backupDetails(set: BackupSet, facts: Facts): BackupDetails {
  const { config, report, timestamp } = set;
  const end = [config?.endTime ?? '', report?.endTime ?? ''].find((time) => time !== '');
  const plan = config?.restorePlan ?? [];
  return {
    ...backupRow(set),
    end: end === undefined ? null : isoOf(end),
    error: textOrNull(report?.error),
    command_line: textOrNull(config?.commandLine ?? report?.commandLine),
    backup_version: textOrNull(config?.backupVersion),
    database_version: textOrNull(config?.databaseVersion),
    database_size: textOrNull(report?.databaseSize),
    compression: config === undefined ? null : config.compressed ? config.compressionType || 'gzip' : 'none',
    single_data_file: config?.singleDataFile ?? null,
    leaf_partition_data: config?.leafPartitionData ?? null,
    with_statistics: config?.withStatistics ?? null,
    without_globals: config?.withoutGlobals ?? null,
    include_schemas: config?.includeSchemas ?? [],
    include_tables: config?.includeRelations ?? [],
    exclude_schemas: config?.excludeSchemas ?? [],
    exclude_tables: config?.excludeRelations ?? [],
    bases: basesOf(set),
    restore_plan: plan.map(({ timestamp: base, tables }) => ({ timestamp: base, tables: tables.length })),
    segment_count: config === undefined || config.segmentCount === 0 ? null : config.segmentCount,
    rows: facts.tables.reduce((sum, { rows }) => sum + rows, 0),
    table_count: facts.tables.length,
    data_size: set.dataBytes,
    data_files: { expected: expectedFiles(set, facts), there: set.dataFiles },
    files: filesOf(set),
    missing: facts.findings,
    not_backed_up: report?.notBackedUp ?? [],
    foreign_objects: set.foreign,
    classes: Object.fromEntries([...set.classes].toSorted(([one], [other]) => compare(one, other))),
    first_stored: set.oldest?.toISOString() ?? null,
    last_stored: set.newest?.toISOString() ?? null,
    table_bytes: facts.isSingle ? 'uncompressed' : 'stored',
    tables: facts.withTables ? sorted(facts.tables.map(tableRow), facts.sort) : null,
    data_of_segments: facts.withSegments ? sortedSegments(facts) : null,
    timestamp,
  };
}

function textOrNull(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value;
}

function tableRow(table: SetTable): TableRow {
  return {
    schema: table.schema,
    table: table.name,
    oid: table.oid,
    partition_root: table.partitionRoot === '' ? null : table.partitionRoot,
    is_replicated: table.isReplicated,
    rows: table.rows,
    bytes: table.bytes,
    skew: table.skew ?? null,
    segments: table.segments,
    largest_segment: table.largestSegment ?? null,
    largest_bytes: table.largest ?? null,
  };
}

/** A file of each table on each segment, or one a segment; null where the number of segments is not known. */
function expectedFiles({ config }: BackupSet, { tables }: Facts): number | null {
  if (config === undefined) return null;
  if (config.metadataOnly || tables.length === 0) return 0;
  if (config.segmentCount === 0) return null;
  return config.singleDataFile ? config.segmentCount : config.segmentCount * tables.length;
}

function filesOf({ files, config, timestamp }: BackupSet): BackupDetails['files'] {
  const wanted = [...ALWAYS, ...(config?.withStatistics === true ? ['statistics.sql'] : [])];
  return [...new Set([...wanted, ...files.keys()])]
    .toSorted()
    .map((kind) => ({ name: `gpbackup_${timestamp}_${kind}`, size: files.get(kind) ?? null }));
}

/** Names from the first, numbers from the largest. */
function sorted(rows: readonly TableRow[], field: SortField): readonly TableRow[] {
  const byName = (one: TableRow, other: TableRow): number =>
    compare(one.schema, other.schema) || compare(one.table, other.table);
  if (field === 'name') return rows.toSorted(byName);
  return rows.toSorted((one, other) => (other[field] ?? -1) - (one[field] ?? -1) || byName(one, other));
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function sortedSegments({ segments, sort }: Facts): readonly SegmentSize[] {
  return sort === 'name' ? segments : segments.toSorted((one, other) => other.bytes - one.bytes);
}
