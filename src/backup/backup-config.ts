import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { PluginError } from '../base/plugin-error.ts';

/** A backup's config file can't be read. The message says why, to go on after its name. */
export class BackupConfigError extends PluginError {}

/** What gpbackup's `gpbackup_TS_config.yaml` says about a backup. Fields of newer or other versions are left out. */
export interface BackupConfig {
  readonly timestamp: string;
  /** 14 digits, or empty where the version does not write it. */
  readonly endTime: string;
  /** `Success` or `Failure`; empty where the version does not write it. */
  readonly status: string;
  readonly backupDir: string;
  readonly backupVersion: string;
  readonly compressed: boolean;
  /** `gzip`, `zstd`, … even where nothing is compressed. */
  readonly compressionType: string;
  readonly databaseName: string;
  readonly databaseVersion: string;
  /** 0 where the version does not write it. */
  readonly segmentCount: number;
  readonly dataOnly: boolean;
  readonly metadataOnly: boolean;
  readonly incremental: boolean;
  readonly leafPartitionData: boolean;
  readonly singleDataFile: boolean;
  readonly withoutGlobals: boolean;
  readonly withStatistics: boolean;
  /** Empty, a timestamp, `In progress`, … as gpbackup's history has it. */
  readonly dateDeleted: string;
  readonly plugin: string;
  readonly pluginVersion: string;
  readonly includeSchemaFiltered: boolean;
  readonly includeTableFiltered: boolean;
  readonly excludeSchemaFiltered: boolean;
  readonly excludeTableFiltered: boolean;
  readonly includeSchemas: readonly string[];
  readonly includeRelations: readonly string[];
  readonly excludeSchemas: readonly string[];
  readonly excludeRelations: readonly string[];
  /** Which backup holds the data of which tables, of an incremental one: the last is its own. Empty if unknown. */
  readonly restorePlan: readonly RestorePlanEntry[];
  /** WarehousePG's, as are the next two. */
  readonly commandLine: string | undefined;
  readonly singleBackupDir: boolean | undefined;
  readonly objectCount: number | undefined;
}

/** The tables, quoted as SQL has them (`sales."Order Lines"`), whose data is in the backup of a timestamp. */
export interface RestorePlanEntry {
  readonly timestamp: string;
  readonly tables: readonly string[];
}

/** The kinds of backups, as gpbackman tells them apart. */
export type BackupType = 'full' | 'incremental' | 'metadata-only' | 'data-only';

/** What kind of backup it is: metadata-only wins over incremental, and that over data-only. */
export function typeOfBackup(
  config: Pick<BackupConfig, 'metadataOnly' | 'incremental' | 'dataOnly'>,
): BackupType {
  if (config.metadataOnly) return 'metadata-only';
  if (config.incremental) return 'incremental';
  return config.dataOnly ? 'data-only' : 'full';
}

/** gpbackman's word for what was left out of a backup; empty for nothing. */
export function objectFilteringOf(
  config: Pick<
    BackupConfig,
    'includeSchemaFiltered' | 'excludeSchemaFiltered' | 'includeTableFiltered' | 'excludeTableFiltered'
  >,
): string {
  if (config.includeSchemaFiltered) return 'include-schema';
  if (config.excludeSchemaFiltered) return 'exclude-schema';
  if (config.includeTableFiltered) return 'include-table';
  return config.excludeTableFiltered ? 'exclude-table' : '';
}

/**
 * Reads the text of a config file as Go's YAML library writes it (gpbackup, utils and history packages). All values are
 * taken as texts; aliases and anchors, which gpbackup does not write, are refused.
 * @throws {BackupConfigError}
 */
export function parseBackupConfig(text: string): BackupConfig {
  const document = parseDocument(text, { schema: 'failsafe', uniqueKeys: false, logLevel: 'silent' });
  const [error] = document.errors;
  if (error !== undefined) throw new BackupConfigError(`is not valid YAML: ${error.message.split('\n')[0]}`);
  const root = document.contents;
  if (!isMap(root)) throw new BackupConfigError('contains no fields');
  const nodeOf = (name: string): unknown => root.get(name, true);
  const textOf = (name: string): string => scalarOf(nodeOf(name));
  const flagOf = (name: string): boolean => textOf(name) === 'true';
  const listOf = (name: string): readonly string[] => textsOf(nodeOf(name));
  const timestamp = textOf('timestamp');
  if (!/^\d{14}$/.test(timestamp)) throw new BackupConfigError('has no valid timestamp');
  const plan = nodeOf('restoreplan');
  const restorePlan = isSeq(plan)
    ? plan.items.flatMap((item) =>
        isMap(item)
          ? [
              {
                timestamp: scalarOf(item.get('timestamp', true)),
                tables: textsOf(item.get('tablefqns', true)),
              },
            ]
          : [],
      )
    : [];
  const commandLine = textOf('commandline');
  return {
    timestamp,
    endTime: textOf('endtime'),
    status: textOf('status'),
    backupDir: textOf('backupdir'),
    backupVersion: textOf('backupversion'),
    compressed: flagOf('compressed'),
    compressionType: textOf('compressiontype'),
    databaseName: textOf('databasename'),
    databaseVersion: textOf('databaseversion'),
    segmentCount: /^\d{1,6}$/.test(textOf('segmentcount')) ? Number(textOf('segmentcount')) : 0,
    dataOnly: flagOf('dataonly'),
    metadataOnly: flagOf('metadataonly'),
    incremental: flagOf('incremental'),
    leafPartitionData: flagOf('leafpartitiondata'),
    singleDataFile: flagOf('singledatafile'),
    withoutGlobals: flagOf('withoutglobals'),
    withStatistics: flagOf('withstatistics'),
    dateDeleted: textOf('datedeleted'),
    plugin: textOf('plugin'),
    pluginVersion: textOf('pluginversion'),
    includeSchemaFiltered: flagOf('includeschemafiltered'),
    includeTableFiltered: flagOf('includetablefiltered'),
    excludeSchemaFiltered: flagOf('excludeschemafiltered'),
    excludeTableFiltered: flagOf('excludetablefiltered'),
    includeSchemas: listOf('includeschemas'),
    includeRelations: listOf('includerelations'),
    excludeSchemas: listOf('excludeschemas'),
    excludeRelations: listOf('excluderelations'),
    restorePlan: restorePlan.filter((entry) => /^\d{14}$/.test(entry.timestamp)),
    commandLine: commandLine === '' ? undefined : commandLine,
    singleBackupDir: nodeOf('singlebackupdir') === undefined ? undefined : flagOf('singlebackupdir'),
    objectCount: /^\d{1,15}$/.test(textOf('objectcount')) ? Number(textOf('objectcount')) : undefined,
  };
}

function scalarOf(node: unknown): string {
  return isScalar(node) && typeof node.value === 'string' ? node.value : '';
}

function textsOf(node: unknown): readonly string[] {
  return isSeq(node) ? node.items.map(scalarOf) : [];
}
