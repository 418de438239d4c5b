import type { BackupConfig } from '../backup/backup-config.ts';
import type { SetList } from './set-list.ts';

/**
 * What is missing of a finished backup, by its list and its config file alone, in words; undefined when nothing is.
 * gpbackup names the tables of a backup in the last entry of its restore plan (external ones are left out), and writes
 * a file of each on each segment, or one for all.
 */
export function missingOf(config: BackupConfig, list: SetList): string | undefined {
  const missing = [
    ...['toc.yaml', 'metadata.sql']
      .filter((kind) => !list.files.has(kind))
      .map((kind) => `its ${kind} is missing`),
    ...(config.metadataOnly ? [] : missingData(config, list)),
  ];
  return missing.length === 0 ? undefined : missing.join('; ');
}

function missingData(config: BackupConfig, list: SetList): readonly string[] {
  const own = config.restorePlan.find(({ timestamp }) => timestamp === config.timestamp);
  const hasPlan = config.restorePlan.length > 0;
  const tables = own?.tables.length ?? 0;
  // An incremental backup of tables that have not changed.
  if (hasPlan && tables === 0) return [];
  if (list.dataFiles === 0 && list.onCoordinator === 0) return hasPlan ? ['its data files are missing'] : [];
  const segments = segmentsOf(config, list);
  const without = segments.filter((segment) => !list.segments.has(segment));
  if (config.singleDataFile || list.single.size > 0) {
    return without.length === 0 ? [] : [`the data file of segment ${few(without)} is missing`];
  }
  if (without.length > 0) return [`the data of segment ${few(without)} is missing`];
  const gone = tables - list.tables.size - list.onCoordinator;
  const uneven = [...list.tables.values()].filter((files) => files < segments.length).length;
  return [
    ...(gone > 0 ? [`the data of ${counted(gone)} is missing`] : []),
    ...(uneven > 0 ? [`data files of ${counted(uneven)} are missing`] : []),
  ];
}

/** All segments of the cluster; of older versions, which do not name their number, those up to the last one seen. */
function segmentsOf({ segmentCount }: BackupConfig, list: SetList): readonly number[] {
  const last = Math.max(-1, ...list.segments, ...list.contents);
  // A number in a name need not be a segment's.
  const most = segmentCount > 0 ? segmentCount : Math.min(last + 1, 100_000);
  return Array.from({ length: most }, (_, segment) => segment);
}

function counted(tables: number): string {
  return tables === 1 ? '1 table' : `${tables} tables`;
}

function few(all: readonly number[]): string {
  return all.length > 10 ? `${all.slice(0, 10).join(', ')} and ${all.length - 10} more` : all.join(', ');
}
