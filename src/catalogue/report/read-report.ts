import { belowFolder } from '../../backup/key.ts';
import type { S3Client } from '../../s3/client.ts';
import { S3Error } from '../../s3/errors/s3-error.ts';
import {
  type BucketLock,
  getObjectLockConfiguration,
} from '../../s3/operations/get-object-lock-configuration.ts';
import { AheadOf } from '../ahead.ts';
import type { BackupSet } from '../backup-set.ts';
import { basesOf } from '../chain.ts';
import { countUploads } from '../count-uploads.ts';
import { finishedAt } from '../finished-at.ts';
import { longestLock } from '../locked.ts';
import { listTimestamps, readSet } from '../read-sets.ts';
import { readSetTables, type SetTable } from '../set-tables.ts';
import { readStatistics } from '../statistics.ts';
import { type Finding, findingsOfContents, findingsOfList } from '../wholeness.ts';
import type { SecondSite } from './replica-state.ts';
import type { ReportData } from './report-data.ts';
import { readReportText, textOf } from './report-text.ts';
import type { LockState, ReportedSet } from './reported-set.ts';
import { SetContents } from './set-contents.ts';
import { type Streams, streamsOfStatistics, streamsOfStore } from './streams.ts';
import { type SeenTable, TableTrends } from './table-trends.ts';
import { verdictOf } from './verdict.ts';

/** Backups that are read in parallel: each has a list and a table of contents in memory. */
const AT_ONCE = 6;
/** Tables and keys of uploads that are shown. */
const MOST_TABLES = 50;
const MOST_UPLOADS = 20;

export interface ReportWish {
  /** How many backups. */
  readonly last: number;
  /** Seconds above which a backup is too old. */
  readonly maxAge: number;
  readonly now: Date;
  /** Where replicas are. */
  readonly second?: SecondSite | undefined;
  readonly progress?: (done: number, total: number) => void;
}

/** A set and what is needed of it for a while only. */
interface ReadSet {
  readonly reported: ReportedSet;
  readonly tables: readonly SeenTable[];
  readonly contents: SetContents;
}

/**
 * Reads what a page shows: the last backups, each with one list, its table of contents and its report. Tables are
 * summed up as they are read.
 * @throws {S3Error}
 */
export async function readReport(
  client: S3Client,
  folder: string,
  { last, maxAge, now, second, progress }: ReportWish,
): Promise<ReportData> {
  const timestamps = await listTimestamps(client, folder);
  const shown = timestamps.slice(0, last);
  const lock = await lockOfBucket(client);
  const trends = new TableTrends();
  const read: ReportedSet[] = [];
  let streams: Streams | undefined;
  const ahead = new AheadOf(
    shown,
    AT_ONCE,
    async (each) => await readOne(client, folder, each, lock, second),
  );
  for await (const one of ahead) {
    if (one === undefined) continue;
    const { reported, tables, contents } = one;
    read.push(reported);
    progress?.(read.length, shown.length);
    trends.add(reported.set.config?.databaseName ?? '', tables);
    const isWanted = reported.set.status === 'Success' && streams?.source !== 'statistics';
    if (isWanted) streams = (await streamsOf(client, reported.set.timestamp, contents, streams)) ?? streams;
  }
  const sets = withBrokenBases(read, timestamps);
  return {
    made: now,
    place: client.url(folder),
    total: timestamps.length,
    sets,
    verdict: verdictOf(sets, now, maxAge),
    tables: trends.top(MOST_TABLES),
    tableCount: trends.count,
    streams,
    uploads: await countUploads(client, belowFolder(folder, 'backups/'), MOST_UPLOADS),
    secondFailure: second?.failure,
  };
}

async function readOne(
  client: S3Client,
  folder: string,
  timestamp: string,
  lock: BucketLock | undefined,
  second: SecondSite | undefined,
): Promise<ReadSet | undefined> {
  const contents = new SetContents();
  const set = await readSet(client, folder, timestamp, contents.add);
  if (set === undefined) return undefined;
  const key = (kind: string): string => `${set.prefix}gpbackup_${timestamp}_${kind}`;
  const entries = await tablesOf(client, set, contents);
  const segments = set.config?.segmentCount ?? 0;
  const isBeforeCompression = contents.sizes.isSingle;
  const tables = (entries ?? []).map(
    ({ schema, name, rows, bytes, skew }): SeenTable => ({
      schema,
      name,
      timestamp,
      rows,
      bytes,
      isBeforeCompression,
      skew: rows === 0 ? undefined : skew,
    }),
  );
  const survey = contents.surveyor.seen();
  const findings: readonly Finding[] | undefined = entries && [
    ...findingsOfList(survey),
    ...findingsOfContents(survey, entries, segments === 0 ? undefined : segments),
  ];
  return {
    reported: {
      set,
      finished: finishedAt(set),
      tables: entries?.length,
      rows: entries?.reduce((sum, { rows }) => sum + rows, 0),
      segmentBytes: segmentBytesOf(contents),
      findings,
      brokenBases: [],
      text:
        set.report === undefined
          ? await readReportText(client, key('report'), set.files.get('report') ?? 0)
          : textOf(set.report),
      lock: await lockOf(client, key('config.yaml'), lock),
      replica:
        second === undefined
          ? { kind: 'no second site' }
          : await second.stateOf(timestamp, contents.objects, contents.bytes),
    },
    tables,
    contents,
  };
}

/** Without the coordinator, where WarehousePG has data of a few tables. */
function segmentBytesOf({ sizes }: SetContents): ReadonlyMap<number, number> {
  const segments = sizes.segments().filter(({ segment }) => segment >= 0);
  return new Map(segments.map(({ segment, bytes }) => [segment, bytes]));
}

/** Undefined where there is no table of contents, or it can't be read. */
async function tablesOf(
  client: S3Client,
  set: BackupSet,
  { sizes }: SetContents,
): Promise<readonly SetTable[] | undefined> {
  if ((set.files.get('toc.yaml') ?? 0) === 0) return undefined;
  try {
    return await readSetTables(client, set, sizes);
  } catch (error) {
    if (error instanceof S3Error && error.status !== undefined) return undefined;
    throw error;
  }
}

async function streamsOf(
  client: S3Client,
  timestamp: string,
  contents: SetContents,
  found: Streams | undefined,
): Promise<Streams | undefined> {
  if (contents.statistics.length > 0)
    return await streamsOfStatistics(timestamp, readStatistics(client, contents.statistics));
  return found ?? streamsOfStore(timestamp, contents.times);
}

/** Marks the bases that are not in the bucket, or are known to have failed. */
function withBrokenBases(
  sets: readonly ReportedSet[],
  timestamps: readonly string[],
): readonly ReportedSet[] {
  const there = new Set(timestamps);
  const failed = new Set(sets.filter(({ set }) => set.status !== 'Success').map(({ set }) => set.timestamp));
  const isBroken = (base: string): boolean => !there.has(base) || failed.has(base);
  return sets.map((each) => ({ ...each, brokenBases: basesOf(each.set).filter(isBroken) }));
}

async function lockOfBucket(client: S3Client): Promise<BucketLock | undefined> {
  try {
    return await getObjectLockConfiguration(client);
  } catch (error) {
    if (error instanceof S3Error && error.status !== undefined) return undefined;
    throw error;
  }
}

/** All objects of a backup are locked in the same way: one is looked at. */
async function lockOf(client: S3Client, key: string, bucket: BucketLock | undefined): Promise<LockState> {
  if (bucket === 'none') return { kind: 'none' };
  if (bucket === undefined) return { kind: 'not known' };
  try {
    const lock = await longestLock(client, [{ key }]);
    if (lock === undefined) return { kind: 'none' };
    return { kind: 'locked', mode: lock.mode ?? (lock.legalHold ? 'legal hold' : ''), until: lock.until };
  } catch (error) {
    if (error instanceof S3Error && error.status !== undefined) return { kind: 'not known' };
    throw error;
  }
}
