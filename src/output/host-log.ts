import { formatSize } from '../base/bytes.ts';
import type { BackupLog } from '../log/backup-log.ts';
import { textTable } from './table.ts';

/** What the log of a host says of a backup, as `--json` has it. */
export interface HostLog {
  readonly host: string;
  /** `none`: its log has no line about the backup; `failed`: it could not be asked. */
  readonly status: 'ok' | 'none' | 'failed';
  /** Why it could not be asked. */
  readonly detail: string | null;
  /** ISO 8601. */
  readonly first: string | null;
  readonly last: string | null;
  readonly stored_objects: number;
  readonly stored_bytes: number;
  readonly read_objects: number;
  readonly read_bytes: number;
  readonly retries: number;
  readonly warnings: number;
  readonly errors: number;
  readonly messages: readonly HostMessage[];
  /** Different messages beyond those. */
  readonly messages_left_out: number;
  readonly slowest: readonly HostObject[];
}

interface HostMessage {
  /** Of the last time. */
  readonly time: string;
  readonly level: string;
  readonly message: string;
  readonly count: number;
}

interface HostObject {
  readonly time: string;
  readonly action: string;
  readonly key: string;
  readonly table: string | null;
  readonly bytes: number;
  readonly seconds: number;
  readonly retries: number;
}

export function hostLogOf(host: string, log: BackupLog): HostLog {
  return {
    host,
    status: log.isEmpty ? 'none' : 'ok',
    detail: null,
    first: log.first === undefined ? null : iso(log.first),
    last: log.last === undefined ? null : iso(log.last),
    stored_objects: log.stored.objects,
    stored_bytes: log.stored.bytes,
    read_objects: log.read.objects,
    read_bytes: log.read.bytes,
    retries: log.retries,
    warnings: log.warnings,
    errors: log.errors,
    messages: log.messages.map(({ at, level, message, count }) => ({ time: iso(at), level, message, count })),
    messages_left_out: log.leftOut,
    slowest: log.slowest.map(({ at, table, seconds, ...object }) => ({
      time: iso(at),
      ...object,
      table: table ?? null,
      seconds: Number(seconds.toFixed(3)),
    })),
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

/** A host that could not be asked. */
export function failedHostLog(host: string, detail: string): HostLog {
  return {
    host,
    status: 'failed',
    detail,
    first: null,
    last: null,
    stored_objects: 0,
    stored_bytes: 0,
    read_objects: 0,
    read_bytes: 0,
    retries: 0,
    warnings: 0,
    errors: 0,
    messages: [],
    messages_left_out: 0,
    slowest: [],
  };
}

/** For people: the hosts side by side, what went wrong on them, and the slowest objects of all. */
export function* hostLogText(timestamp: string | undefined, hosts: readonly HostLog[]): Generator<string> {
  yield timestamp === undefined ? 'no log has a line about a backup\n\n' : `backup ${timestamp}\n\n`;
  yield* textTable(
    [
      { title: 'HOST' },
      { title: 'FIRST LINE' },
      { title: 'LAST LINE' },
      { title: 'STORED', right: true },
      { title: 'SIZE', right: true },
      { title: 'READ', right: true },
      { title: 'RETRIES', right: true },
      { title: 'WARNINGS', right: true },
      { title: 'ERRORS', right: true },
    ],
    hosts.map((log) => [
      log.host,
      ...(log.status === 'failed' ? ['not asked', ''] : [log.first ?? 'no line', log.last ?? '']),
      ...(log.status === 'ok'
        ? [
            String(log.stored_objects),
            formatSize(log.stored_bytes),
            String(log.read_objects),
            String(log.retries),
            String(log.warnings),
            String(log.errors),
          ]
        : []),
    ]),
  );
  const messages = hosts.flatMap(({ host, status, detail, messages: all }) => [
    ...(status === 'failed' ? [['FAIL', host, '', '', detail ?? '']] : []),
    ...all.map(({ level, count, time, message }) => [level, host, String(count), time, message]),
  ]);
  if (messages.length > 0) {
    const columns = [{ title: 'LEVEL' }, { title: 'HOST' }, { title: 'TIMES', right: true } as const];
    yield '\n';
    yield* textTable([...columns, { title: 'LAST TIME' }, { title: 'MESSAGE' }], messages);
  }
  yield* slowestText(hosts);
}

const SLOWEST_SHOWN = 10;

function* slowestText(hosts: readonly HostLog[]): Generator<string> {
  const slowest = hosts
    .flatMap(({ host, slowest: all }) => all.map((object) => ({ host, ...object })))
    .toSorted((one, other) => other.seconds - one.seconds)
    .slice(0, SLOWEST_SHOWN);
  if (slowest.length === 0) return;
  yield '\nthe slowest objects\n';
  yield* textTable(
    [
      { title: 'SECONDS', right: true },
      { title: 'SIZE', right: true },
      { title: 'RETRIES', right: true },
      { title: 'HOST' },
      { title: 'ACTION' },
      { title: 'TABLE' },
      { title: 'OBJECT' },
    ],
    slowest.map(({ seconds, bytes, retries, host, action, table, key }) => [
      seconds.toFixed(1),
      formatSize(bytes),
      String(retries),
      host,
      action,
      table ?? '',
      key.slice(key.lastIndexOf('/') + 1),
    ]),
  );
}
