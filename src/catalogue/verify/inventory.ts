import type { BackupConfig } from '../../backup/backup-config.ts';
import { isStatistics } from '../../backup/file-name.ts';
import type { S3Client } from '../../s3/client.ts';
import type { ListedObject } from '../../s3/operations/list-objects.ts';
import type { BackupSet } from '../backup-set.ts';
import { readEncoding } from '../read-encoding.ts';
import type { StatementEntry } from '../statement-entries.ts';
import type { DataEntry } from '../table-of-contents.ts';
import { DATA_NAME } from './add-data.ts';
import { comparePlan, compareStatements, lookForFiles } from './coordinator-files.ts';
import type { DataObject } from './data-object.ts';
import type { VerifyFinding } from './finding.ts';
import { type ContentsFacts, readContents } from './read-contents.ts';
import { readOrFind } from './read-or-find.ts';
import { isInShard, type Shard } from './shard.ts';
import { listShare, type Share } from './share.ts';
import { singleDataFile } from './single-data-files.ts';
import { filesOf, lookForStrangers } from './table-files.ts';

/** A share of what a backup should consist of, and what of it is there. */
export interface Inventory {
  readonly timestamp: string;
  readonly prefix: string;
  /** The tables whose rows the objects have together. */
  readonly entries: readonly DataEntry[];
  readonly data: readonly DataObject[];
  /** All other objects of the share. */
  readonly others: readonly ListedObject[];
  /** Whether all texts should be UTF-8, by the encoding that metadata.sql sets. */
  readonly isUtf8: boolean;
  /** What the hosts noted of what they stored. */
  readonly statistics: readonly ListedObject[];
  /** Where the statements of tables are in metadata.sql. */
  readonly tables: readonly StatementEntry[];
  readonly findings: readonly VerifyFinding[];
}

/** Above any cluster's. */
const MOST_SEGMENTS = 100_000;

const NO_CONTENTS: ContentsFacts = { entries: [], tables: [], ends: new Map() };

/**
 * Compares what a backup's config file and tables of contents promise with the list of its folder: names and sizes, and
 * whether they belong together. One list, and a GET for each table of contents.
 * @param only the tables, `schema.table`, that are wanted of it; undefined: all, and its other files
 * @throws {S3Error}
 */
export async function takeInventory(
  client: S3Client,
  set: BackupSet,
  shard: Shard,
  only?: ReadonlySet<string>,
): Promise<Inventory> {
  const share = await listShare(client, set, shard);
  const problem = whyNotWhole(set);
  if (set.config === undefined || problem !== undefined) {
    share.find(-1, 'status', set.prefix, problem ?? 'its config file is missing');
    if (set.status === 'Failure' && !set.files.has('config.yaml'))
      share.find(-1, 'missing', share.file('config.yaml'), 'is missing');
    return inventoryOf(share, only, NO_CONTENTS, []);
  }
  lookForFiles(share, set.config);
  const toc = share.at('toc.yaml');
  if (toc === undefined) return inventoryOf(share, only, NO_CONTENTS, []);
  const contents = await readOrFind(share, -1, toc.key, async () => readContents(client, toc.key, toc.size));
  if (contents === undefined) return inventoryOf(share, only, NO_CONTENTS, []);
  compareStatements(share, contents.ends);
  comparePlan(share, set.config, contents.entries);
  const named = new Set(contents.entries.map(({ table }) => table));
  for (const table of only ?? [])
    if (!named.has(table))
      share.find(-1, 'contents', toc.key, `does not name ${table}, whose data it should have`);
  const metadata = share.at('metadata.sql');
  if (metadata !== undefined && metadata.size > 0)
    share.isUtf8 =
      (await readOrFind(share, -1, metadata.key, async () => readEncoding(client, metadata.key))) === 'UTF8';
  const wanted = contents.entries.filter(({ table }) => only?.has(table) ?? true);
  if (!set.config.metadataOnly) {
    const known = new Map(contents.entries.map((entry) => [entry.oid, entry]));
    if (only === undefined) lookForStrangers(share, set.config, known);
    if (known.size > 0) await lookForData(client, share, set.config, known, wanted);
  }
  return inventoryOf(share, only, contents, wanted);
}

async function lookForData(
  client: S3Client,
  share: Share,
  config: BackupConfig,
  known: ReadonlyMap<number, DataEntry>,
  wanted: readonly DataEntry[],
): Promise<void> {
  const seen = [...share.listed.keys()].map((name) => Number(DATA_NAME.exec(name)?.[1] ?? -1));
  const last = seen.reduce((most, content) => Math.max(most, content), -1);
  const segments = Math.min(MOST_SEGMENTS, Math.max(config.segmentCount, last + 1));
  if (config.singleDataFile) {
    for (let content = 0; content < segments; content += 1)
      if (isInShard(share.shard, content)) await singleDataFile(client, share, content, known, wanted);
    return;
  }
  for (const entry of wanted) filesOf(share, entry, segments, config.commandLine !== undefined);
}

function inventoryOf(
  share: Share,
  only: ReadonlySet<string> | undefined,
  { tables }: ContentsFacts,
  entries: readonly DataEntry[],
): Inventory {
  const { set, data, isUtf8, findings } = share;
  const { timestamp, prefix } = set;
  const statistics = [...share.listed].flatMap(([name, object]) => (isStatistics(name) ? [object] : []));
  return {
    timestamp,
    prefix,
    entries,
    data,
    others: othersOf(share, only),
    isUtf8,
    statistics,
    tables,
    findings,
  };
}

/** What is no data that is expected; of a part of the tables, only what they need. */
function othersOf(share: Share, only: ReadonlySet<string> | undefined): readonly ListedObject[] {
  const data = new Set(share.data.map(({ object }) => object.key));
  return [...share.listed].flatMap(([name, object]) => {
    const content = Number(/^gpbackup_(-1|\d{1,6})_\d{14}/.exec(name)?.[1] ?? -1);
    if (!isInShard(share.shard, content) || data.has(object.key)) return [];
    return only !== undefined && DATA_NAME.test(name) ? [] : [object];
  });
}

/** Why nothing can be expected of a backup; undefined where all of it should be there. */
function whyNotWhole({ status, problem }: BackupSet): string | undefined {
  switch (status) {
    case 'Success':
      return undefined;
    case 'Failure':
      return problem === undefined ? 'the backup failed' : `the backup failed: ${problem}`;
    case 'Running':
      return 'the backup is being written: verify it when it has ended';
    case 'Unreadable':
      return problem ?? 'its config file can not be read';
  }
}
