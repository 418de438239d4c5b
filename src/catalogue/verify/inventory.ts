import type { BackupConfig } from '../../backup/backup-config.ts';
import {
  baseName,
  type Compression,
  compressionOfName,
  hostOfStatistics,
  isProbe,
  mayHaveNoBytes,
} from '../../backup/file-name.ts';
import type { ByteRange } from '../../base/byte-range.ts';
import { ownText } from '../../base/own-text.ts';
import { LEAST_BYTES } from '../../codec/check-of.ts';
import type { S3Client } from '../../s3/client.ts';
import { type ListedObject, listObjects } from '../../s3/operations/list-objects.ts';
import type { BackupSet } from '../backup-set.ts';
import { readEncoding } from '../read-encoding.ts';
import { readSegmentContents, type SegmentContents } from '../segment-contents.ts';
import type { StatementEntry } from '../statement-entries.ts';
import type { DataEntry } from '../table-of-contents.ts';
import type { FindingKind, VerifyFinding } from './finding.ts';
import { readContents } from './read-contents.ts';
import { isInShard, type Shard } from './shard.ts';

/** A table's data in an object: all of it, or a range of the uncompressed stream. */
export interface TablePart {
  readonly entry: DataEntry;
  readonly range: ByteRange | undefined;
}

/** An object with data, which is there. */
export interface DataObject {
  readonly object: ListedObject;
  /** -1 is the coordinator. */
  readonly content: number;
  readonly compression: Compression;
  /** In the order of the stream. */
  readonly parts: readonly TablePart[];
  /** {@link Inventory.isUtf8} */
  readonly isUtf8: boolean;
}

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

/** What gprestore reads of every backup, by what follows the timestamp in the name. */
const ALWAYS = ['config.yaml', 'toc.yaml', 'metadata.sql', 'report'];

/** Above any cluster's. */
const MOST_SEGMENTS = 100_000;

/** Bytes that the gzip and zstd commands make of nothing. */
const EMPTY_STREAM = { gzip: 20, zstd: 13 };

const DATA = /^gpbackup_(-1|\d{1,6})_\d{14}(?:_(\d{1,10}))?(\.gz|\.zst)?$/;

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
  const taker = new InventoryTaker(client, set, shard, only);
  return await taker.take();
}

class InventoryTaker {
  readonly #client: S3Client;
  readonly #set: BackupSet;
  readonly #shard: Shard;
  readonly #only: ReadonlySet<string> | undefined;
  readonly #listed = new Map<string, ListedObject>();
  readonly #findings: VerifyFinding[] = [];
  readonly #data: DataObject[] = [];
  readonly #extension: string;
  #isUtf8 = false;

  constructor(client: S3Client, set: BackupSet, shard: Shard, only: ReadonlySet<string> | undefined) {
    this.#client = client;
    this.#set = set;
    this.#shard = shard;
    this.#only = only;
    const { compressed = false, compressionType = '' } = set.config ?? {};
    this.#extension = compressed ? (compressionType === 'zstd' ? '.zst' : '.gz') : '';
  }

  async take(): Promise<Inventory> {
    const { timestamp, prefix, config } = this.#set;
    for await (const page of listObjects(this.#client, prefix)) {
      for (const object of page) {
        const name = ownText(baseName(object.key));
        if (!isProbe(name)) this.#listed.set(name, lean(object, `${prefix}${name}`));
      }
    }
    const statistics = [...this.#listed].flatMap(([name, object]) =>
      hostOfStatistics(name) === undefined ? [] : [object],
    );
    const problem = whyNotWhole(this.#set);
    if (config === undefined || problem !== undefined) {
      this.#find(-1, 'status', prefix, problem ?? 'its config file is missing');
      if (this.#set.status === 'Failure' && !this.#set.files.has('config.yaml'))
        this.#find(-1, 'missing', this.#file('config.yaml'), 'is missing');
      const none = { entries: [], data: [], tables: [], isUtf8: false };
      return { timestamp, prefix, ...none, others: this.#others(), statistics, findings: this.#findings };
    }
    this.#lookForFiles(config);
    const toc = this.#listed.get(`gpbackup_${timestamp}_toc.yaml`);
    const { entries, tables, ends } =
      toc === undefined
        ? { entries: [], tables: [], ends: new Map<string, number>() }
        : await readContents(this.#client, toc.key, toc.size);
    if (toc !== undefined) {
      this.#compareStatements(ends);
      this.#comparePlan(config, entries);
      const named = new Set(entries.map(({ table }) => table));
      for (const table of this.#only ?? [])
        if (!named.has(table))
          this.#find(-1, 'contents', toc.key, `does not name ${table}, whose data it should have`);
    }
    this.#isUtf8 = (await this.#encoding()) === 'UTF8';
    const wanted = entries.filter(({ table }) => this.#only?.has(table) ?? true);
    if (toc !== undefined && !config.metadataOnly) await this.#lookForData(config, entries, wanted);
    return {
      timestamp,
      prefix,
      entries: wanted,
      data: this.#data,
      others: this.#others(),
      isUtf8: this.#isUtf8,
      statistics,
      tables,
      findings: this.#findings,
    };
  }

  async #encoding(): Promise<string | undefined> {
    const { timestamp } = this.#set;
    const metadata = this.#listed.get(`gpbackup_${timestamp}_metadata.sql`);
    if (metadata === undefined || metadata.size === 0) return undefined;
    return await readEncoding(this.#client, metadata.key);
  }

  #file(kind: string): string {
    return `${this.#set.prefix}gpbackup_${this.#set.timestamp}_${kind}`;
  }

  /** Only what is of this share. */
  #find(content: number, kind: FindingKind, key: string, detail: string): void {
    if (isInShard(this.#shard, content)) this.#findings.push({ kind, key, detail });
  }

  #lookForFiles(config: BackupConfig): void {
    const promised = [
      ...ALWAYS,
      ...(config.withStatistics ? ['statistics.sql'] : []),
      // An incremental backup fetches the one of the backup it is made on.
      ...(config.plugin === '' ? [] : ['plugin_config.yaml']),
    ];
    for (const kind of promised) {
      const object = this.#listed.get(`gpbackup_${this.#set.timestamp}_${kind}`);
      if (object === undefined) this.#find(-1, 'missing', this.#file(kind), 'is missing');
      else if (object.size === 0) this.#find(-1, 'size', object.key, 'is empty');
    }
  }

  /** The last statement ends where its file ends, in all backups that gpbackup makes. */
  #compareStatements(ends: ReadonlyMap<string, number>): void {
    for (const [file, end] of ends) {
      const object = this.#listed.get(`gpbackup_${this.#set.timestamp}_${file}`);
      if (object === undefined || object.size === 0 || object.size === end) continue;
      const kind = object.size < end ? 'size' : 'contents';
      this.#find(
        -1,
        kind,
        object.key,
        `has ${object.size} bytes; by the table of contents it ends at ${end}`,
      );
    }
  }

  /** gprestore restores the tables of the plan, and finds them in the table of contents. */
  #comparePlan(
    { restorePlan, metadataOnly, commandLine }: BackupConfig,
    entries: readonly DataEntry[],
  ): void {
    const own = restorePlan.find((entry) => entry.timestamp === this.#set.timestamp);
    if (own === undefined || metadataOnly) return;
    const planned = new Set(own.tables);
    const named = new Set(entries.map(({ table }) => table));
    const key = this.#file('toc.yaml');
    for (const table of named)
      if (!planned.has(table)) this.#find(-1, 'contents', key, `names ${table}, which config.yaml does not`);
    // WarehousePG leaves out tables that it could not back up.
    if (commandLine !== undefined) return;
    for (const table of planned)
      if (!named.has(table))
        this.#find(-1, 'contents', key, `does not name ${table}, which config.yaml does`);
  }

  async #lookForData(
    config: BackupConfig,
    entries: readonly DataEntry[],
    wanted: readonly DataEntry[],
  ): Promise<void> {
    const seen = [...this.#listed.keys()].map((name) => Number(DATA.exec(name)?.[1] ?? -1));
    const last = seen.reduce((most, content) => Math.max(most, content), -1);
    const segments = Math.min(MOST_SEGMENTS, Math.max(config.segmentCount, last + 1));
    const known = new Map(entries.map((entry) => [entry.oid, entry]));
    if (this.#only === undefined) this.#lookForStrangers(config, known);
    if (entries.length === 0) return;
    if (config.singleDataFile) {
      for (let content = 0; content < segments; content += 1)
        if (isInShard(this.#shard, content)) await this.#singleDataFile(content, known, wanted);
      return;
    }
    for (const entry of wanted) this.#filesOf(entry, segments, config.commandLine !== undefined);
  }

  /** Data of tables that the table of contents does not name: it is another backup's. */
  #lookForStrangers({ singleDataFile }: BackupConfig, known: ReadonlyMap<number, DataEntry>): void {
    for (const [name, { key }] of this.#listed) {
      const [, content, oid] = DATA.exec(name) ?? [];
      if (content === undefined || (singleDataFile && oid === undefined)) continue;
      if (oid === undefined)
        this.#find(Number(content), 'contents', key, 'is a single data file in a backup without');
      else if (!known.has(Number(oid)))
        this.#find(
          Number(content),
          'contents',
          key,
          `is of a table (OID ${oid}) that toc.yaml does not name`,
        );
    }
  }

  /** A file on each segment, or one on the coordinator (WarehousePG). */
  #filesOf(entry: DataEntry, segments: number, mayBeLeftOut: boolean): void {
    const { timestamp, prefix } = this.#set;
    const nameOn = (content: number): string =>
      `gpbackup_${content}_${timestamp}_${entry.oid}${this.#extension}`;
    const there: ListedObject[] = [];
    const missing: number[] = [];
    for (let content = -1; content < segments; content += 1) {
      const object = this.#listed.get(nameOn(content));
      if (object === undefined) {
        if (content >= 0) missing.push(content);
        continue;
      }
      there.push(object);
      this.#add({ object, content, parts: [{ entry, range: undefined }] });
    }
    const isOnCoordinator = this.#listed.has(nameOn(-1)) && missing.length === segments;
    const isLeftOut = mayBeLeftOut && entry.rows === 0 && there.length === 0;
    if (!isOnCoordinator && !isLeftOut)
      for (const content of missing)
        this.#find(content, 'missing', `${prefix}${nameOn(content)}`, `is missing: data of ${entry.table}`);
    const bytes = there.reduce((sum, { size }) => sum + size, 0);
    if (missing.length === 0 && entry.rows > 0 && this.#isTooLittle(entry, there, bytes))
      this.#find(
        -1,
        'size',
        `${prefix}${tableName(timestamp, entry.oid, this.#extension)}`,
        `${entry.table} has ${entry.rows} rows, and ${bytes} bytes on all segments`,
      );
  }

  /** A row has a line end at least, and a stream that contains one is longer than one that contains nothing. */
  #isTooLittle({ rows }: DataEntry, there: readonly ListedObject[], bytes: number): boolean {
    const compression = compressionOfName(this.#extension);
    if (compression === 'none') return bytes < rows;
    return there.every(({ size }) => size <= EMPTY_STREAM[compression]);
  }

  async #singleDataFile(
    content: number,
    known: ReadonlyMap<number, DataEntry>,
    wanted: readonly DataEntry[],
  ): Promise<void> {
    const { timestamp, prefix } = this.#set;
    const name = `gpbackup_${content}_${timestamp}${this.#extension}`;
    const tocName = `gpbackup_${content}_${timestamp}_toc.yaml`;
    const object = this.#listed.get(name);
    const toc = this.#listed.get(tocName);
    if (object === undefined)
      this.#find(content, 'missing', `${prefix}${name}`, `is missing: all data of segment ${content}`);
    if (toc === undefined)
      this.#find(
        content,
        'missing',
        `${prefix}${tocName}`,
        `is missing: where the tables of segment ${content} are`,
      );
    const contents =
      toc === undefined ? undefined : await readSegmentContents(this.#client, toc.key, toc.size);
    if (toc !== undefined && contents === undefined)
      this.#find(content, 'contents', toc.key, 'is not a table of contents');
    if (contents !== undefined && toc !== undefined)
      this.#compareSegment(content, toc.key, contents, known, object);
    if (object === undefined) return;
    const oids = new Set(wanted.map(({ oid }) => oid));
    const parts = [...(contents ?? [])]
      .flatMap(([oid, range]) => {
        const entry = known.get(oid);
        return entry === undefined || !oids.has(oid) ? [] : [{ entry, range }];
      })
      .toSorted((one, other) => one.range.start - other.range.start || one.range.end - other.range.end);
    this.#add({ object, content, parts });
  }

  #compareSegment(
    content: number,
    key: string,
    contents: SegmentContents,
    known: ReadonlyMap<number, DataEntry>,
    object: ListedObject | undefined,
  ): void {
    const strangers = [...contents.keys()].filter((oid) => !known.has(oid));
    const absent = [...known.keys()].filter((oid) => !contents.has(oid));
    if (strangers.length > 0)
      this.#find(content, 'contents', key, `names tables that toc.yaml does not: OID ${few(strangers)}`);
    if (absent.length > 0)
      this.#find(content, 'contents', key, `does not name all tables of toc.yaml: OID ${few(absent)}`);
    let end = 0;
    for (const [oid, range] of [...contents].toSorted(
      (one, other) => one[1].start - other[1].start || one[1].end - other[1].end,
    )) {
      if (range.start !== end || range.end < range.start)
        this.#find(
          content,
          'contents',
          key,
          `OID ${oid} is at ${range.start} to ${range.end}; the table in front of it ends at ${end}`,
        );
      end = range.end;
    }
    if (this.#extension === '' && object !== undefined && object.size !== end)
      this.#find(
        content,
        'size',
        object.key,
        `has ${object.size} bytes; by its table of contents it ends at ${end}`,
      );
  }

  #add({ object, content, parts }: Omit<DataObject, 'compression' | 'isUtf8'>): void {
    const compression = compressionOfName(this.#extension);
    if (!isInShard(this.#shard, content)) return;
    this.#data.push({ object, content, compression, parts, isUtf8: this.#isUtf8 });
    const kind = /_\d{14}_\d+(?:\.\w+)?$/.test(object.key) ? 'table' : 'single data file';
    if (compression === 'none' || (object.size === 0 && mayHaveNoBytes(kind, compression))) return;
    const least = LEAST_BYTES[compression];
    if (object.size < least)
      this.#find(
        content,
        'size',
        object.key,
        `has ${object.size} bytes; an empty ${compression} stream has ${least}`,
      );
  }

  /** What is no data that is expected; of a part of the tables, only what they need. */
  #others(): readonly ListedObject[] {
    const data = new Set(this.#data.map(({ object }) => object.key));
    return [...this.#listed].flatMap(([name, object]) => {
      const content = Number(/^gpbackup_(-1|\d{1,6})_\d{14}/.exec(name)?.[1] ?? -1);
      if (!isInShard(this.#shard, content) || data.has(object.key)) return [];
      return this.#only !== undefined && DATA.test(name) ? [] : [object];
    });
  }
}

/** The same without a page of the list behind it. */
function lean({ size, modified = '', etag = '' }: ListedObject, key: string): ListedObject {
  return { key, size, modified: ownText(modified), etag: ownText(etag) };
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

/** The name of a table's files on all segments. */
export function tableName(timestamp: string, oid: number, extension: string): string {
  return `gpbackup_*_${timestamp}_${oid}${extension}`;
}

function few(all: readonly number[]): string {
  return all.length > 10 ? `${all.slice(0, 10).join(', ')} and ${all.length - 10} more` : all.join(', ');
}
