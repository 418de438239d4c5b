import { durationOf } from '../catalogue/backup-set.ts';
import { basesOf } from '../catalogue/chain.ts';
import type { ReportData } from '../catalogue/report/report-data.ts';
import type { ReportedSet } from '../catalogue/report/reported-set.ts';
import type { Streams } from '../catalogue/report/streams.ts';
import type { TableTrend } from '../catalogue/report/table-trends.ts';
import type { Verdict } from '../catalogue/report/verdict.ts';
import { backupRow } from './backup-rows.ts';

/** What the page shows, as `report --json` prints it and the page itself contains it. */
export type ReportJson = ReturnType<typeof reportJson>;

export function reportJson(data: ReportData) {
  return {
    made: data.made.toISOString(),
    place: data.place,
    sets_total: data.total,
    verdict: verdictJson(data.verdict),
    sets: data.sets.map(setJson),
    tables: data.tables.map(tableJson),
    tables_total: data.tableCount,
    streams: data.streams === undefined ? null : streamsJson(data.streams),
    unfinished_uploads:
      data.uploads === undefined
        ? null
        : { ...data.uploads, oldest: data.uploads.oldest?.toISOString() ?? null },
  };
}

function verdictJson({ grade, maxAge, databases }: Verdict) {
  return {
    grade,
    max_age_seconds: maxAge,
    databases: databases.map(({ database, last, lastGood, running, age, ...rest }) => ({
      database,
      grade: rest.grade,
      reasons: rest.reasons,
      last: last?.set.timestamp ?? null,
      last_good: lastGood?.set.timestamp ?? null,
      running: running?.set.timestamp ?? null,
      age_seconds: age ?? null,
    })),
  };
}

function setJson(each: ReportedSet) {
  const { set, lock, text, replica } = each;
  const seconds = durationOf(set);
  return {
    ...backupRow(set),
    finished: each.finished?.toISOString() ?? null,
    problem: set.problem ?? null,
    data_bytes: set.dataBytes,
    bytes_per_second: seconds === undefined || seconds === 0 ? null : Math.round(set.bytes / seconds),
    tables: each.tables ?? null,
    rows: each.rows ?? null,
    bases: basesOf(set),
    broken_bases: each.brokenBases,
    findings: each.findings ?? null,
    error: text.error ?? null,
    left_out: text.leftOut,
    lock: {
      state: lock.kind,
      mode: lock.kind === 'locked' ? lock.mode : null,
      until: lock.kind === 'locked' ? (lock.until?.toISOString() ?? null) : null,
    },
    replica: { state: replica.kind, objects: replica.kind === 'incomplete' ? replica.objects : null },
    segment_bytes: [...each.segmentBytes]
      .toSorted(([one], [other]) => one - other)
      .map(([content, bytes]) => ({ content, bytes })),
  };
}

function tableJson({ database, schema, name, latest, earliest, backups, series }: TableTrend) {
  return {
    database,
    schema,
    table: name,
    timestamp: latest.timestamp,
    rows: latest.rows,
    bytes: latest.bytes,
    before_compression: latest.isBeforeCompression,
    skew: latest.skew ?? null,
    since: earliest.timestamp,
    rows_before: earliest.rows,
    backups,
    series,
  };
}

function streamsJson({ timestamp, source, from, to, lanes }: Streams) {
  return {
    timestamp,
    source,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    lanes: lanes.map(({ content, host, objects, bytes, spans, waits }) => ({
      content,
      host: host === '' ? null : host,
      objects,
      bytes,
      seconds: waits === undefined ? null : waits.total / 1000,
      input_wait_seconds: waits === undefined ? null : waits.input / 1000,
      network_wait_seconds: waits === undefined ? null : waits.network / 1000,
      retries: waits?.retries ?? null,
      throttles: waits?.throttles ?? null,
      /** Milliseconds since `from`. */
      spans: spans.map(([start, end]) => [start - from, end - from] as const),
    })),
  };
}
