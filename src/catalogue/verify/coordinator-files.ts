import type { BackupConfig } from '../../backup/backup-config.ts';
import type { DataEntry } from '../table-of-contents.ts';
import type { Share } from './share.ts';

/** What gprestore reads of every backup, by what follows the timestamp in the name. */
const ALWAYS = ['config.yaml', 'toc.yaml', 'metadata.sql', 'report'];

/** Whether the files of the coordinator are there, and not empty. */
export function lookForFiles(share: Share, config: BackupConfig): void {
  const promised = [
    ...ALWAYS,
    ...(config.withStatistics ? ['statistics.sql'] : []),
    // An incremental backup fetches the one of the backup it is made on.
    ...(config.plugin === '' ? [] : ['plugin_config.yaml']),
  ];
  for (const kind of promised) {
    const object = share.listed.get(`gpbackup_${share.set.timestamp}_${kind}`);
    if (object === undefined) share.find(-1, 'missing', share.file(kind), 'is missing');
    else if (object.size === 0) share.find(-1, 'size', object.key, 'is empty');
  }
}

/** The last statement ends where its file ends, in all backups that gpbackup makes. */
export function compareStatements(share: Share, ends: ReadonlyMap<string, number>): void {
  for (const [file, end] of ends) {
    const object = share.listed.get(`gpbackup_${share.set.timestamp}_${file}`);
    if (object === undefined || object.size === 0 || object.size === end) continue;
    const kind = object.size < end ? 'size' : 'contents';
    share.find(-1, kind, object.key, `has ${object.size} bytes; by the table of contents it ends at ${end}`);
  }
}

/** gprestore restores the tables of the plan, and finds them in the table of contents. */
export function comparePlan(
  share: Share,
  { restorePlan, metadataOnly, commandLine }: BackupConfig,
  entries: readonly DataEntry[],
): void {
  const own = restorePlan.find((entry) => entry.timestamp === share.set.timestamp);
  if (own === undefined || metadataOnly) return;
  const planned = new Set(own.tables);
  const named = new Set(entries.map(({ table }) => table));
  const key = share.file('toc.yaml');
  for (const table of named)
    if (!planned.has(table)) share.find(-1, 'contents', key, `names ${table}, which config.yaml does not`);
  // WarehousePG leaves out tables that it could not back up.
  if (commandLine !== undefined) return;
  for (const table of planned)
    if (!named.has(table)) share.find(-1, 'contents', key, `does not name ${table}, which config.yaml does`);
}
