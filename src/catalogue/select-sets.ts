import { NotFoundError } from '../base/plugin-error.ts';
import type { S3Client } from '../s3/client.ts';
import type { BackupSet } from './backup-set.ts';
import { basesOf } from './chain.ts';
import { listTimestamps, readSet, readSets } from './read-sets.ts';

/** Which backups are wanted, by what is known before they are read. */
export interface SetSelection {
  /** The first timestamp. */
  readonly since?: string | undefined;
  /** Only this one, what it is built on, and what is built on it. */
  readonly chain?: string | undefined;
}

/**
 * The backups of a selection, the latest first; those that are not wanted are not read. Of a chain, what is built on
 * it is later.
 * @throws {NotFoundError} when there is no backup whose chain is asked for
 * @throws {S3Error}
 */
export async function* selectSets(
  client: S3Client,
  folder: string,
  { since = '', chain }: SetSelection,
): AsyncGenerator<BackupSet> {
  const timestamps = await listTimestamps(client, folder);
  const young = timestamps.filter((timestamp) => timestamp >= since);
  if (chain === undefined) {
    yield* readSets(client, folder, young);
    return;
  }
  const self = await foundSet(client, folder, chain);
  const bases = new Set(basesOf(self));
  const candidates = young.filter((timestamp) => timestamp >= chain || bases.has(timestamp));
  for await (const set of readSets(client, folder, candidates)) {
    if (set.timestamp === chain || bases.has(set.timestamp) || basesOf(set).includes(chain)) yield set;
  }
}

/** One backup. @throws {NotFoundError} where there is none. @throws {S3Error} */
export async function foundSet(
  client: S3Client,
  folder: string,
  timestamp: string,
  each?: Parameters<typeof readSet>[3],
): Promise<BackupSet> {
  const set = await readSet(client, folder, timestamp, each);
  if (set !== undefined) return set;
  throw new NotFoundError(`there is no backup ${timestamp} in ${client.url(folder)}`, {
    hint: 'list_backups shows which there are',
  });
}
