import { baseName, isProbe } from '../../backup/file-name.ts';
import { ownText } from '../../base/own-text.ts';
import type { S3Client } from '../../s3/client.ts';
import { type ListedObject, listObjects } from '../../s3/operations/list-objects.ts';
import type { BackupSet } from '../backup-set.ts';
import type { DataObject } from './data-object.ts';
import type { FindingKind, VerifyFinding } from './finding.ts';
import { isInShard, type Shard } from './shard.ts';

/** A config file that names far too many segments would have a finding for each. */
const MOST = 100_000;

/** A share of a backup while it is looked at: what its folder has, and what is found. */
export class Share {
  readonly set: BackupSet;
  readonly shard: Shard;
  /** All objects of the backup, by their names. */
  readonly listed: ReadonlyMap<string, ListedObject>;
  /** Of data files, by the config file. */
  readonly extension: '' | '.gz' | '.zst';
  readonly findings: VerifyFinding[] = [];
  readonly data: DataObject[] = [];
  /** Whether texts should be UTF-8, by the encoding that metadata.sql sets. */
  isUtf8 = false;

  constructor(set: BackupSet, shard: Shard, listed: ReadonlyMap<string, ListedObject>) {
    this.set = set;
    this.shard = shard;
    this.listed = listed;
    const { compressed = false, compressionType = '' } = set.config ?? {};
    this.extension = compressed ? (compressionType === 'zstd' ? '.zst' : '.gz') : '';
  }

  /** The key of a file of the coordinator. */
  file(kind: string): string {
    return `${this.set.prefix}gpbackup_${this.set.timestamp}_${kind}`;
  }

  /** A file of the coordinator, where it is there. */
  at(kind: string): ListedObject | undefined {
    return this.listed.get(`gpbackup_${this.set.timestamp}_${kind}`);
  }

  /** Notes what is wrong with what belongs to a content id, -1 for the coordinator; only of this share. */
  find(content: number, kind: FindingKind, key: string, detail: string): void {
    if (isInShard(this.shard, content) && this.findings.length < MOST)
      this.findings.push({ kind, key, detail });
  }
}

/** Lists the objects of a backup. @throws {S3Error} */
export async function listShare(client: S3Client, set: BackupSet, shard: Shard): Promise<Share> {
  const listed = new Map<string, ListedObject>();
  for await (const page of listObjects(client, set.prefix)) {
    for (const object of page) {
      const name = ownText(baseName(object.key));
      if (!isProbe(name)) listed.set(name, lean(object, `${set.prefix}${name}`));
    }
  }
  return new Share(set, shard, listed);
}

/** The same without a page of the list behind it. */
function lean({ size, modified = '', etag = '' }: ListedObject, key: string): ListedObject {
  return { key, size, modified: ownText(modified), etag: ownText(etag) };
}
