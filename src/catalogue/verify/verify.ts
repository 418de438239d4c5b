import { NotFoundError } from '../../base/plugin-error.ts';
import type { S3Client } from '../../s3/client.ts';
import { headObject } from '../../s3/operations/head-object.ts';
import type { ListedObject } from '../../s3/operations/list-objects.ts';
import type { DownloadSettings } from '../../transfer/download.ts';
import { inParallel } from '../../transfer/in-parallel.ts';
import { readSet } from '../read-sets.ts';
import { basesToRead } from './bases.ts';
import type { CountedTable } from './compare-rows.ts';
import { LONGEST_METADATA, misplacedStatement } from './compare-statements.ts';
import { count, countedTables, isGone, missingData, rowFindings } from './counted-tables.ts';
import type { DataObject } from './data-object.ts';
import type { VerifyFinding } from './finding.ts';
import { type Inventory, takeInventory } from './inventory.ts';
import type { KeptReads } from './kept-reads.ts';
import { type ObjectRead, readObject, type StoredAs } from './read-object.ts';
import type { Shard } from './shard.ts';
import { readStoredAs } from './stored-as.ts';

/** How a backup is verified. */
export interface VerifyOptions {
  readonly folder: string;
  readonly timestamp: string;
  readonly shard: Shard;
  /** Also the data that it takes from the backups it is built on. */
  readonly chain: boolean;
  /** How every byte is read; undefined: what lists and heads show. */
  readonly read:
    | { readonly settings: DownloadSettings; readonly objects: number; readonly kept: KeptReads }
    | undefined;
  /** Is told now and then how far it is, in bytes. */
  readonly progress: (done: number, total: number) => void;
}

export interface Verification {
  readonly timestamp: string;
  /** Objects of the share. */
  readonly checked: number;
  readonly findings: readonly VerifyFinding[];
  /** Bytes of the objects, and, where they were read, of what they contain. */
  readonly bytes: number;
  readonly uncompressed: number;
  /** Objects that an interrupted run had read. */
  readonly resumed: number;
  /** Where they were read: the rows of each table in the objects of the share. */
  readonly tables: readonly CountedTable[];
}

/** Objects that the server may refuse to give; when it refuses more, it is not the objects' fault. */
const MOST_REFUSALS = 8;

/** Files of the coordinator and of segments that gpbackup writes as text. */
const TEXT = /\/gpbackup_(?:\d+_)?\d{14}_(?:report|toc\.yaml|config\.yaml|metadata\.sql|statistics\.sql)$/;

/** HEAD requests at once. */
const HEADS = 32;

/**
 * Verifies a backup, or a share of it.
 * @throws {NotFoundError} when there is none; {S3Error} when the server can't be reached, or refuses many objects
 */
export async function verify(client: S3Client, options: VerifyOptions): Promise<Verification> {
  const { folder, timestamp, shard, chain, read, progress } = options;
  const set = await readSet(client, folder, timestamp);
  if (set === undefined)
    throw new NotFoundError(`there is no backup ${timestamp} below ${client.url(folder)}`, {
      hint: 'list_backups shows which there are',
    });
  const findings: VerifyFinding[] = [];
  const inventories = [await takeInventory(client, set, shard)];
  for (const { base, only } of await basesToRead(client, folder, set, shard, findings))
    if (chain) inventories.push(await takeInventory(client, base, shard, only));
  for (const inventory of inventories) findings.push(...inventory.findings);
  const work = inventories.flatMap(worksOf);
  const total = work.reduce((sum, { object }) => sum + object.size, 0);
  const stored = await readStoredAs(client, inventories);
  const tables = countedTables(inventories);
  const result = { bytes: 0, uncompressed: 0, resumed: 0 };
  let done = 0;
  const moved = (bytes: number): void => {
    done += bytes;
    progress(done, total);
  };
  if (read === undefined) {
    await inParallel(work, HEADS, client.signal, async ({ object }, signal) => {
      const as = stored.get(object.key);
      if (as !== undefined) findings.push(...(await compareStored(client.with({ signal }), object, as)));
      result.bytes += object.size;
      moved(object.size);
    });
  } else {
    // The longest first: one that begins last would run alone.
    let refusals = 0;
    const longestFirst = work.toSorted((one, other) => other.object.size - one.object.size);
    await inParallel(
      longestFirst,
      read.objects,
      client.signal,
      async ({ inventory, object, data }, signal) => {
        const kept = read.kept.of(object);
        const facts = { inventory, object, data, stored: stored.get(object.key), moved };
        const seen =
          kept === undefined
            ? await readWhole(client.with({ signal }), read.settings, facts)
            : { ...kept, findings: [] };
        if (kept === undefined) {
          read.kept.add(object, seen);
        } else {
          result.resumed += 1;
          moved(object.size);
        }
        if (seen.refusal !== undefined) refusals += 1;
        if (seen.refusal !== undefined && refusals > MOST_REFUSALS) throw seen.refusal;
        findings.push(...seen.findings);
        count(tables, inventory, data, seen.rows);
        result.bytes += object.size;
        result.uncompressed += seen.uncompressed;
      },
    );
    const gone = missingData(findings);
    for (const table of tables.values()) table.complete &&= !isGone(gone, table);
    if (shard.total === 1) findings.push(...rowFindings(tables.values()));
  }
  return {
    timestamp,
    checked: work.length,
    findings: ordered(findings),
    ...result,
    tables: read === undefined ? [] : [...tables.values()],
  };
}

interface Work {
  readonly inventory: Inventory;
  readonly object: ListedObject;
  readonly data: DataObject | undefined;
}

function worksOf(inventory: Inventory): Work[] {
  return [
    ...inventory.data.map((data) => ({ inventory, object: data.object, data })),
    ...inventory.others.map((object) => ({ inventory, object, data: undefined })),
  ];
}

/** What the store keeps of the checksum of an object is compared with what was noted when it was stored. */
async function compareStored(
  client: S3Client,
  object: ListedObject,
  stored: StoredAs,
): Promise<VerifyFinding[]> {
  const { key, size } = object;
  if (size !== stored.size)
    return [{ kind: 'size', key, detail: `has ${size} bytes; ${stored.host} stored ${stored.size}` }];
  if (stored.crc32 === undefined) return [];
  const { crc32 } = await headObject(client, key, { checksum: true });
  if (crc32 === undefined || crc32 === stored.crc32) return [];
  return [{ kind: 'checksum', key, detail: `is another object than the one that ${stored.host} stored` }];
}

async function readWhole(
  client: S3Client,
  settings: DownloadSettings,
  { inventory, object, ...of }: Work & { stored: StoredAs | undefined; moved: (bytes: number) => void },
): Promise<ObjectRead> {
  const facts = { ...of, isText: inventory.isUtf8 && TEXT.test(object.key) };
  const isMetadata = object.key.endsWith('_metadata.sql') && object.size <= LONGEST_METADATA;
  if (!isMetadata) return await readObject(client, object, settings, facts);
  const pieces: Uint8Array[] = [];
  const seen = await readObject(client, object, settings, facts, (bytes) =>
    pieces.push(Uint8Array.from(bytes)),
  );
  const misplaced =
    seen.findings.length > 0 ? undefined : misplacedStatement(Buffer.concat(pieces), inventory.tables);
  if (misplaced === undefined) return seen;
  return { ...seen, findings: [{ kind: 'contents', key: object.key, detail: misplaced }] };
}

/** By key. What the list and reading both have shown of an object is told once. */
function ordered(findings: readonly VerifyFinding[]): readonly VerifyFinding[] {
  const told = new Set<string>();
  const first = findings.filter(({ kind, key, detail }) => {
    const name = kind === 'size' ? `${kind} ${key}` : `${kind} ${key} ${detail}`;
    return told.size < told.add(name).size;
  });
  return first.toSorted((one, other) => (one.key < other.key ? -1 : Number(one.key > other.key)));
}
