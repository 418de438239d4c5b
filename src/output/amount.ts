import { formatSize, KiB } from '../base/bytes.ts';
import { formatDuration } from '../base/duration.ts';

/** ` (table public.orders)` where Greenplum says which table a COPY PROGRAM serves; otherwise empty. */
export function tableOf(environment: Readonly<Record<string, string | undefined>>): string {
  const name = tableNameOf(environment);
  return name === undefined ? '' : ` (table ${name})`;
}

/** The table that a COPY PROGRAM serves, quoted as in SQL; undefined where Greenplum does not say it. */
export function tableNameOf(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  return /^\s*COPY\s+((?:"(?:[^"]|"")*"|[^\s"(])+)/i.exec(environment['GP_QUERY_STRING'] ?? '')?.[1];
}

/** `, after 2 retries`; empty without any. */
export function afterRetries(retries: number): string {
  return retries === 0 ? '' : `, after ${retries} ${retries === 1 ? 'retry' : 'retries'}`;
}

/** `12.5MB (13107200 bytes) in 1.2 s`; below 1 KB `6 bytes in 12 ms`. */
export function amount(bytes: number, startedAt: number): string {
  const exact = `${bytes} byte${bytes === 1 ? '' : 's'}`;
  const size = bytes < KiB ? exact : `${formatSize(bytes)} (${exact})`;
  return `${size} in ${formatDuration(performance.now() - startedAt)}`;
}
