import { type BackupConfig, typeOfBackup } from '../backup/backup-config.ts';
import { localTimeOf } from '../backup/timestamp.ts';
import { type BackupSet, isGood, type SetStatus } from './backup-set.ts';

/** What retention looks at of a set; nothing of its lists of tables. */
export interface RetainedSet {
  readonly timestamp: string;
  /** The timestamp as a date whose UTC fields are it; undefined where no calendar has it. */
  readonly local: Date | undefined;
  readonly status: SetStatus;
  /** It succeeded, and no file of it is known to be missing. */
  readonly isGood: boolean;
  readonly problem: string | undefined;
  /** Undefined where neither config file nor report says it. */
  readonly database: string | undefined;
  /** Backups of the same series replace each other; undefined without a config file. */
  readonly series: string | undefined;
  /** It contains all of its database, by itself. */
  readonly isWhole: boolean;
  readonly isIncremental: boolean;
  /** Others may be built on it. */
  readonly mayBeBase: boolean;
  /** The sets that it is built on; undefined where that is not known. */
  readonly needs: readonly string[] | undefined;
}

/** A leaf of a partitioned table: gpbackup adds them to a table that is included, and they come and go. */
const LEAF = /_\d+_prt_[^."]*"?$/;

export function retainedOf(set: BackupSet): RetainedSet {
  const { timestamp, status, problem, config, report } = set;
  const type = config === undefined ? undefined : typeOfBackup(config);
  return {
    timestamp,
    local: localTimeOf(timestamp),
    status,
    isGood: isGood(set),
    problem,
    database: config?.databaseName || report?.databaseName || undefined,
    series: config === undefined ? undefined : seriesOf(config),
    isWhole: config !== undefined && type === 'full' && !isFiltered(config),
    isIncremental: config?.incremental ?? false,
    // gpbackup builds on successful backups with --leaf-partition-data alone.
    mayBeBase: status === 'Success' && config?.leafPartitionData === true,
    needs: needsOf(set),
  };
}

/** The backups that one names in its restore plan, whatever it says it is. */
function needsOf({ timestamp, status, config, report }: BackupSet): readonly string[] | undefined {
  if (config === undefined) {
    if (status === 'Failure') return [];
    const command = report?.commandLine ?? '';
    return command === '' || /(?:^|\s)--incremental(?:=true)?(?:\s|$)/.test(command) ? undefined : [];
  }
  if (config.incremental && config.restorePlan.length === 0)
    return status === 'Failure' || config.metadataOnly ? [] : undefined;
  const named = new Set(config.restorePlan.map((entry) => entry.timestamp));
  named.delete(timestamp);
  return [...named];
}

/** Data without metadata, or some tables, can't replace all: the same database, sections and filters. */
function seriesOf(config: BackupConfig): string {
  const type = typeOfBackup(config);
  const lists = [
    config.includeSchemas,
    config.includeRelations,
    config.excludeSchemas,
    config.excludeRelations,
  ];
  const text = JSON.stringify([
    config.databaseName,
    type === 'incremental' ? 'full' : type,
    isFiltered(config),
    ...lists.map((list) => [...new Set(list.map((name) => name.replace(LEAF, '')))].toSorted()),
  ]);
  // Some filters name thousands of tables.
  return text.length > 200 ? new Bun.CryptoHasher('sha256').update(text).digest('hex') : text;
}

function isFiltered(config: BackupConfig): boolean {
  const { includeSchemaFiltered, includeTableFiltered, excludeSchemaFiltered, excludeTableFiltered } = config;
  return includeSchemaFiltered || includeTableFiltered || excludeSchemaFiltered || excludeTableFiltered;
}
