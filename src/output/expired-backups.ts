import { formatSize } from '../base/bytes.ts';
import { periodText, type RetentionPolicy } from '../catalogue/retention-policy.ts';
import type { BackupRow } from './backup-rows.ts';
import { counted, spaced } from './deletion.ts';
import { textTable } from './table.ts';

/** A line of `expire_backups`, as `--json` has it. */
export interface ExpiryRow
  extends Pick<
    BackupRow,
    'timestamp' | 'date' | 'status' | 'database' | 'type' | 'object_filtering' | 'size' | 'objects' | 'base'
  > {
  readonly action: 'keep' | 'delete';
  readonly reasons: readonly string[];
  /** What was done; null for what is kept, and in a dry run. */
  readonly outcome: 'deleted' | 'locked' | 'failed' | 'untouched' | null;
}

export interface ExpiryResult {
  readonly dry_run: boolean;
  readonly policy: {
    readonly keep_full: number | null;
    readonly keep_within_seconds: number | null;
    readonly keep_daily: number | null;
    readonly keep_weekly: number | null;
    readonly keep_monthly: number | null;
  };
  readonly history: string | null;
  readonly kept: number;
  /** To be deleted by the policy, and their bytes. */
  readonly expired: number;
  readonly expired_bytes: number;
  readonly deleted: number;
  readonly deleted_bytes: number;
  readonly backups: readonly ExpiryRow[];
}

export function expiryResult(
  policy: RetentionPolicy,
  backups: readonly ExpiryRow[],
  { isDryRun, history }: { readonly isDryRun: boolean; readonly history: string | undefined },
): ExpiryResult {
  const expired = backups.filter(({ action }) => action === 'delete');
  const deleted = expired.filter(({ outcome }) => outcome === 'deleted');
  const { keepWithin } = policy;
  return {
    dry_run: isDryRun,
    policy: {
      keep_full: policy.keepFull ?? null,
      keep_within_seconds: keepWithin === undefined ? null : keepWithin / 1000,
      keep_daily: policy.keepDaily ?? null,
      keep_weekly: policy.keepWeekly ?? null,
      keep_monthly: policy.keepMonthly ?? null,
    },
    history: history ?? null,
    kept: backups.length - expired.length,
    expired: expired.length,
    expired_bytes: bytesOf(expired),
    deleted: deleted.length,
    deleted_bytes: bytesOf(deleted),
    backups,
  };
}

function bytesOf(rows: readonly ExpiryRow[]): number {
  return rows.reduce((sum, { size }) => sum + size, 0);
}

/** A line for each backup with the reason, the latest first, and a sum. */
export function* expiryText(result: ExpiryResult): Iterable<string> {
  const columns = [
    { title: 'TIMESTAMP' },
    { title: 'STATUS' },
    { title: 'DATABASE' },
    { title: 'TYPE' },
    { title: 'OBJECT FILTERING' },
    { title: 'SIZE', right: true },
    { title: 'ACTION' },
    { title: 'REASON' },
  ] as const;
  yield* textTable(
    columns,
    result.backups.map((row) => [
      row.timestamp,
      row.status,
      row.database ?? '',
      row.type ?? '',
      row.object_filtering ?? '',
      formatSize(row.size),
      row.outcome ?? row.action,
      row.reasons.join('; '),
    ]),
  );
  const { dry_run: isDryRun, backups, kept, expired, deleted } = result;
  const [count, bytes] = isDryRun ? [expired, result.expired_bytes] : [deleted, result.deleted_bytes];
  const verb = isDryRun ? 'would delete' : 'deleted';
  yield `${verb} ${count} of ${counted(backups.length, 'backup')}, ${spaced(bytes)}; the policy keeps ${kept}\n`;
  if (isDryRun && expired > 0) yield 'nothing was deleted: --confirm deletes\n';
}

/** `--keep-full 4 --keep-within 30 days`, for the log. */
export function policyText(policy: RetentionPolicy): string {
  const { keepFull, keepWithin, keepDaily, keepWeekly, keepMonthly } = policy;
  const within = keepWithin === undefined ? undefined : periodText(keepWithin);
  return Object.entries({
    full: keepFull,
    within,
    daily: keepDaily,
    weekly: keepWeekly,
    monthly: keepMonthly,
  })
    .flatMap(([name, value]) => (value === undefined ? [] : [`--keep-${name} ${value}`]))
    .join(' ');
}
