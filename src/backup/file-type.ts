import { baseName } from './file-name.ts';

/** What a file of a backup is for, by the end of its name. */
export type FileType =
  | 'data'
  | 'metadata'
  | 'toc'
  | 'config'
  | 'report'
  | 'statistics'
  | 'plugin_config'
  /** Of this plugin: what a host stored. */
  | 's3stats';

const BY_END: readonly (readonly [RegExp, FileType])[] = [
  [/^gpbackup_\d+_\d{14}(?:_\d+)?(?:\.gz|\.zst)?$/, 'data'],
  [/^gpbackup_(?:\d+_)?\d{14}_toc\.yaml$/, 'toc'],
  [/^gpbackup_\d{14}_metadata\.sql$/, 'metadata'],
  [/^gpbackup_\d{14}_config\.yaml$/, 'config'],
  [/^gpbackup_\d{14}_report$/, 'report'],
  [/^gpbackup_\d{14}_statistics\.sql$/, 'statistics'],
  [/^gpbackup_\d{14}_plugin_config\.yaml$/, 'plugin_config'],
  [/^gpbackup_\d{14}_s3stats_[\w.-]+\.jsonl$/, 's3stats'],
];

/** The type of the file under a key or path; undefined where it is none of gpbackup's or this plugin's. */
export function typeOfFile(key: string): FileType | undefined {
  const name = baseName(key);
  return BY_END.find(([pattern]) => pattern.test(name))?.[1];
}
