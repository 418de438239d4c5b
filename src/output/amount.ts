import { formatSize } from '../base/bytes.ts';
import { formatDuration } from '../base/duration.ts';

/** ` (table public.orders)` where Greenplum tells which table a COPY PROGRAM serves; otherwise empty. */
export function tableOf(environment: Readonly<Record<string, string | undefined>>): string {
  const name = /^\s*COPY\s+((?:"(?:[^"]|"")*"|[^\s"(])+)/i.exec(environment['GP_QUERY_STRING'] ?? '')?.[1];
  return name === undefined ? '' : ` (table ${name})`;
}

/** `12.5MB in 1.2 s`. */
export function amount(bytes: number, startedAt: number): string {
  return `${formatSize(bytes)} in ${formatDuration(performance.now() - startedAt)}`;
}
