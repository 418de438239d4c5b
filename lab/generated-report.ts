import type { BackupConfig } from '../src/backup/backup-config.ts';
import type { BackupSet } from '../src/catalogue/backup-set.ts';
import type { ReportData } from '../src/catalogue/report/report-data.ts';
import type { ReportedSet } from '../src/catalogue/report/reported-set.ts';
import { streamsOfStatistics } from '../src/catalogue/report/streams.ts';
import { TableTrends } from '../src/catalogue/report/table-trends.ts';
import { verdictOf } from '../src/catalogue/report/verdict.ts';
import type { StoredByHost } from '../src/catalogue/statistics.ts';
import { seededRandom } from './random.ts';

const DAY = 86_400_000;
const WORDS = ['orders', 'customers', 'shipments', 'invoices', 'returns', 'payments', 'products', 'prices'];
const SCHEMAS = ['sales', 'finance', 'staging', 'archive'];

export interface Size {
  readonly sets: number;
  readonly tables: number;
  readonly segments: number;
}

/**
 * What a report would find in a warehouse with nightly backups: full ones on Sundays, incremental ones in between, one
 * that failed. The same for the same size. For the size of the page and its pictures.
 * @param now the last backup was finished some hours before
 */
export async function generatedReport({ sets, tables, segments }: Size, now: Date): Promise<ReportData> {
  const random = seededRandom(7);
  const trends = new TableTrends();
  const reported: ReportedSet[] = [];
  const bytesOf = Array.from({ length: tables }, (_, index) => 4e11 / (index + 2) ** 1.25);
  const loadOf = Array.from({ length: segments }, (_, index) =>
    index === 11 ? 1.5 : 0.97 + random() * 0.06,
  );
  for (let back = 0; back < sets; back += 1) {
    const at = new Date(Math.floor(now.getTime() / DAY) * DAY - back * DAY + 2 * 3_600_000 + 300_000);
    const timestamp = timestampOf(at);
    const isFailed = back === 9 % sets;
    const isFull = at.getUTCDay() === 0 || back === sets - 1;
    const grown = 1 - back * 0.006;
    const changed = bytesOf.map((bytes) =>
      isFull || random() < 0.35 ? bytes * grown * (0.98 + random() * 0.04) : 0,
    );
    const seen = changed.flatMap((bytes, index) => {
      if (bytes === 0) return [];
      const skew = index % 17 === 5 ? 1.6 + random() * 3 : 1 + random() * 0.08;
      return [
        {
          ...nameOf(index),
          timestamp,
          rows: Math.round(bytes / 130),
          bytes: Math.round(bytes),
          isBeforeCompression: false,
          skew,
        },
      ];
    });
    if (!isFailed) trends.add('sales', seen);
    const dataBytes = seen.reduce((sum, { bytes }) => sum + bytes, 0) * (isFailed ? 0.2 : 1);
    const seconds = Math.round(dataBytes / 2.1e9 + 90 + random() * 60);
    const bases = isFull ? [] : basesBefore(at, back, sets);
    const finished = new Date(at.getTime() + seconds * 1000);
    const part = dataBytes / segments;
    reported.push({
      set: setOf(timestamp, {
        isFailed,
        bases,
        endTime: timestampOf(finished),
        objects: seen.length * segments + 6,
        bytes: Math.round(dataBytes) + 2_400_000,
        dataBytes: Math.round(dataBytes),
        segments,
        newest: finished,
      }),
      finished,
      tables: isFailed ? undefined : seen.length,
      rows: isFailed ? undefined : seen.reduce((sum, { rows }) => sum + rows, 0),
      segmentBytes: new Map(
        loadOf.map((load, content) => [content, Math.round(part * load * (0.985 + random() * 0.03))]),
      ),
      findings: isFailed ? undefined : [],
      brokenBases: [],
      text: {
        error: isFailed
          ? 'ERROR: could not write to COPY program: Broken pipe (seg11 sdw3:6003 pid=20113)'
          : undefined,
        leftOut: [],
      },
      replica: { kind: isFailed ? 'none' : 'complete' },
      lock: { kind: 'locked', mode: 'COMPLIANCE', until: new Date(finished.getTime() + 30 * DAY) },
    });
  }
  const [last] = reported;
  return {
    made: now,
    place: 's3://dwh-backups/warehouse',
    total: sets + 12,
    sets: reported,
    verdict: verdictOf(reported, now, 26 * 3600),
    tables: trends.top(50),
    tableCount: trends.count,
    streams:
      last?.finished === undefined
        ? undefined
        : await streamsOfStatistics(last.set.timestamp, streams(last, segments, random)),
    uploads: { count: 0, oldest: undefined, keys: [] },
    secondFailure: undefined,
  };
}

async function* streams(
  { set, finished }: ReportedSet,
  segments: number,
  random: () => number,
): AsyncGenerator<StoredByHost> {
  const end = finished?.getTime() ?? 0;
  const begin = set.oldest?.getTime() ?? end;
  for (let content = 0; content < segments; content += 1) {
    let at = begin + random() * 4000;
    const last = begin + (end - begin) * (content === 11 ? 1 : 0.66 + random() * 0.08);
    while (at < last) {
      const length = (end - begin) * (0.01 + random() * 0.07);
      const stop = Math.min(last, at + length);
      yield await Promise.resolve({
        key: '',
        content,
        oid: 16_384,
        table: undefined,
        bytesIn: Math.round(length * 4e4),
        bytesStored: Math.round(length * 1.1e4),
        crc32: undefined,
        parts: 3,
        start: at,
        end: stop,
        inputWait: (stop - at) * (0.3 + random() * 0.2),
        networkWait: (stop - at) * (content === 11 ? 0.4 : 0.05 + random() * 0.1),
        retries: random() < 0.02 ? 1 : 0,
        throttles: 0,
        host: `sdw${1 + Math.floor(content / 4)}`,
      });
      at = stop + (random() < 0.2 ? (end - begin) * 0.02 : 40);
    }
  }
}

function nameOf(index: number): { readonly schema: string; readonly name: string } {
  const word = WORDS[index % WORDS.length] ?? '';
  const number = Math.floor(index / WORDS.length);
  return {
    schema: SCHEMAS[number % SCHEMAS.length] ?? '',
    name: number === 0 ? word : `${word}_1_prt_${2026 - (number % 7)}_${number}`,
  };
}

/** From the last full one on. */
function basesBefore(at: Date, back: number, sets: number): readonly string[] {
  const bases: string[] = [];
  for (let day = 1; back + day < sets; day += 1) {
    const before = new Date(at.getTime() - day * DAY);
    if (back + day !== 9) bases.unshift(timestampOf(before));
    if (before.getUTCDay() === 0) break;
  }
  return bases;
}

interface Facts {
  readonly isFailed: boolean;
  readonly bases: readonly string[];
  readonly endTime: string;
  readonly objects: number;
  readonly bytes: number;
  readonly dataBytes: number;
  readonly segments: number;
  readonly newest: Date;
}

function setOf(timestamp: string, { isFailed, bases, endTime, newest, ...amounts }: Facts): BackupSet {
  const status = isFailed ? 'Failure' : 'Success';
  const config: BackupConfig = {
    timestamp,
    endTime: isFailed ? '' : endTime,
    status,
    backupDir: '',
    backupVersion: '2.0.0',
    compressed: true,
    compressionType: 'zstd',
    databaseName: 'sales',
    databaseVersion: '7.1.0',
    segmentCount: amounts.segments,
    dataOnly: false,
    metadataOnly: false,
    incremental: bases.length > 0,
    leafPartitionData: true,
    singleDataFile: false,
    withoutGlobals: false,
    withStatistics: false,
    dateDeleted: '',
    plugin: 'gpbackup_s3_plugin',
    pluginVersion: '2.3.0',
    includeSchemaFiltered: false,
    includeTableFiltered: false,
    excludeSchemaFiltered: false,
    excludeTableFiltered: false,
    includeSchemas: [],
    includeRelations: [],
    excludeSchemas: [],
    excludeRelations: [],
    restorePlan: isFailed ? [] : [...bases, timestamp].map((each) => ({ timestamp: each, tables: [] })),
    commandLine: undefined,
    singleBackupDir: undefined,
    objectCount: undefined,
  };
  const day = timestamp.slice(0, 8);
  const oldest = new Date(newest.getTime() - amounts.dataBytes / 2.1e6);
  return {
    timestamp,
    prefix: `warehouse/backups/${day}/${timestamp}/`,
    status,
    config,
    problem: undefined,
    dataFiles: amounts.objects - 6,
    foreign: 0,
    oldest,
    newest,
    files: new Map(),
    classes: new Map(),
    objectsOfClass: new Map(),
    ...amounts,
  };
}

function timestampOf(at: Date): string {
  return at.toISOString().replace(/\D/g, '').slice(0, 14);
}
