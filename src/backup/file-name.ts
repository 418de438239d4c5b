/** What a file of a backup is, read from its name (see gpbackup's naming of its files). */
export type BackupFile =
  /** One table's data on one segment, in the default mode: `gpbackup_N_TS_OID[.gz|.zst]`. */
  | { readonly kind: 'table'; readonly segment: number; readonly compression: Compression }
  /** All data of one segment, with `--single-data-file`: `gpbackup_N_TS[.gz|.zst]`. */
  | { readonly kind: 'single data file'; readonly segment: number; readonly compression: Compression }
  /** The table of contents of a segment's single data file: `gpbackup_N_TS_toc.yaml`. */
  | { readonly kind: 'segment contents'; readonly segment: number }
  /** gpbackup's copy of the plugin's config file: `gpbackup_TS_plugin_config.yaml`. */
  | { readonly kind: 'plugin config' }
  | { readonly kind: 'other' };

export type Compression = 'gzip' | 'zstd' | 'none';

const PATTERN = /^gpbackup_(\d+)_(\d{14})(?:_(\d+))?(\.gz|\.zst)?$/;

/** Tells what the file named `name` (no folder) is. */
export function classifyFile(name: string): BackupFile {
  const data = PATTERN.exec(name);
  if (data !== null) {
    const [, segment = '', , oid, extension] = data;
    const kind = oid === undefined ? 'single data file' : 'table';
    return { kind, segment: Number(segment), compression: compressionOfName(extension ?? '') };
  }
  const contents = /^gpbackup_(\d+)_\d{14}_toc\.yaml$/.exec(name);
  if (contents !== null) return { kind: 'segment contents', segment: Number(contents[1]) };
  if (/^gpbackup_\d{14}_plugin_config\.yaml$/.test(name)) return { kind: 'plugin config' };
  return { kind: 'other' };
}

/** What the end of a file's name says about its content. */
export function compressionOfName(name: string): Compression {
  if (name.endsWith('.gz')) return 'gzip';
  return name.endsWith('.zst') ? 'zstd' : 'none';
}

/**
 * Whether a data file without a byte is complete: gpbackup_helper compresses single data files by itself, and its
 * Zstandard library writes nothing for nothing.
 */
export function mayHaveNoBytes(kind: BackupFile['kind'], compression: Compression): boolean {
  return compression === 'none' || (compression === 'zstd' && kind === 'single data file');
}

/** The last component of a path or key. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Whether a file is what a set-up for backup stored to prove that it can, where it can't take the report's name. */
export function isProbe(name: string): boolean {
  return /^gpbackup_\d{14}_set_up_[0-9a-f]{16}$/.test(name);
}

/** The name of the object with what a host stored of a backup. */
export function statisticsName(timestamp: string, host: string): string {
  return `gpbackup_${timestamp}_s3stats_${host}.jsonl`;
}

/** Whether a file is what the clean-up hook of a host stores; see `s3stats`. */
export function isStatistics(name: string): boolean {
  return hostOfStatistics(name) !== undefined;
}

/** The host in such a name; undefined where it is another file. */
export function hostOfStatistics(name: string): string | undefined {
  return /^gpbackup_\d{14}_s3stats_([\w.-]+)\.jsonl$/.exec(name)?.[1];
}
