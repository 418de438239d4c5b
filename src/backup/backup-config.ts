import { isAlias, isMap, isNode, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml';
import { ownText } from '../base/own-text.ts';
import { PluginError, reasonOf } from '../base/plugin-error.ts';
import { quickYaml, type YamlMap, type YamlValue } from './quick-yaml.ts';

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
export const BACKUP_TYPES = ['full', 'incremental', 'metadata-only', 'data-only'] as const;
export type BackupType = (typeof BACKUP_TYPES)[number];

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

/** Longer texts that are not of gpbackup's usual form are refused: the YAML library takes seconds for half a megabyte. */
const LONGEST_UNUSUAL = 512 * 1024;

/**
 * Reads the text of a config file as Go's YAML library writes it (gpbackup, utils and history packages). All values are
 * taken as texts; aliases and anchors, which gpbackup does not write, are refused.
 * @throws {BackupConfigError}
 */
export function parseBackupConfig(text: string): BackupConfig {
  return configOf(quickYaml(text) ?? parsedYaml(text));
}

/** The fields of a config file of any form, by the YAML library. @throws {BackupConfigError} */
export function parsedYaml(text: string): YamlMap {
  if (text.length > LONGEST_UNUSUAL)
    throw new BackupConfigError(
      `is not of the form that gpbackup writes, and ${text.length} characters long`,
    );
  let document: ReturnType<typeof parseDocument>;
  try {
    document = parseDocument(text, { schema: 'failsafe', uniqueKeys: false, logLevel: 'silent' });
  } catch (error) {
    // Lists in lists in lists: the library has no limit of its own but the stack's.
    throw new BackupConfigError(`is not valid YAML: ${reasonOf(error)}`, { cause: error });
  }
  const [error] = document.errors;
  if (error !== undefined) throw new BackupConfigError(`is not valid YAML: ${error.message.split('\n')[0]}`);
  const root = document.contents;
  if (!isMap(root)) throw new BackupConfigError('contains no fields');
  return mapOf(root, 0);
}

function mapOf(node: YAMLMap, depth: number): YamlMap {
  const map = new Map<string, YamlValue>();
  for (const { key, value } of node.items) {
    const name = textOf(key);
    if (!map.has(name)) map.set(name, valueOf(value, depth));
  }
  return map;
}

function valueOf(node: unknown, depth: number): YamlValue {
  if (isAlias(node) || (isNode(node) && node.anchor !== undefined))
    throw new BackupConfigError('contains an alias or an anchor, which gpbackup does not write');
  if (!isSeq(node)) return textOf(node);
  if (depth > 1) return [];
  return node.items.map((item) => {
    if (isMap(item)) return mapOf(item, depth + 1);
    const value = valueOf(item, depth + 1);
    return typeof value === 'string' ? value : '';
  });
}

function textOf(node: unknown): string {
  return isScalar(node) && typeof node.value === 'string' ? node.value : '';
}

function textIn(map: YamlMap, name: string): string {
  const value = map.get(name);
  return typeof value === 'string' ? value : '';
}

function listIn(map: YamlMap, name: string): readonly string[] {
  const value = map.get(name);
  return typeof value === 'object' ? value.filter((item) => typeof item === 'string').map(ownText) : [];
}

function configOf(fields: YamlMap): BackupConfig {
  const own = (name: string): string => ownText(textIn(fields, name));
  const flag = (name: string): boolean => textIn(fields, name) === 'true';
  const list = (name: string): readonly string[] => listIn(fields, name);
  const timestamp = own('timestamp');
  if (!/^\d{14}$/.test(timestamp)) throw new BackupConfigError('has no valid timestamp');
  const plan = fields.get('restoreplan');
  const restorePlan = (typeof plan === 'object' ? plan : [])
    .filter((entry) => typeof entry !== 'string')
    .map((entry) => ({
      timestamp: ownText(textIn(entry, 'timestamp')),
      tables: listIn(entry, 'tablefqns'),
    }));
  const commandLine = own('commandline');
  return {
    timestamp,
    endTime: own('endtime'),
    status: own('status'),
    backupDir: own('backupdir'),
    backupVersion: own('backupversion'),
    compressed: flag('compressed'),
    compressionType: own('compressiontype'),
    databaseName: own('databasename'),
    databaseVersion: own('databaseversion'),
    segmentCount: /^\d{1,6}$/.test(own('segmentcount')) ? Number(own('segmentcount')) : 0,
    dataOnly: flag('dataonly'),
    metadataOnly: flag('metadataonly'),
    incremental: flag('incremental'),
    leafPartitionData: flag('leafpartitiondata'),
    singleDataFile: flag('singledatafile'),
    withoutGlobals: flag('withoutglobals'),
    withStatistics: flag('withstatistics'),
    dateDeleted: own('datedeleted'),
    plugin: own('plugin'),
    pluginVersion: own('pluginversion'),
    includeSchemaFiltered: flag('includeschemafiltered'),
    includeTableFiltered: flag('includetablefiltered'),
    excludeSchemaFiltered: flag('excludeschemafiltered'),
    excludeTableFiltered: flag('excludetablefiltered'),
    includeSchemas: list('includeschemas'),
    includeRelations: list('includerelations'),
    excludeSchemas: list('excludeschemas'),
    excludeRelations: list('excluderelations'),
    restorePlan: restorePlan.filter((entry) => /^\d{14}$/.test(entry.timestamp)),
    commandLine: commandLine === '' ? undefined : commandLine,
    singleBackupDir: fields.has('singlebackupdir') ? flag('singlebackupdir') : undefined,
    objectCount: /^\d{1,15}$/.test(own('objectcount')) ? Number(own('objectcount')) : undefined,
  };
}
