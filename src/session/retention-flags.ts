import { UsageError } from '../base/plugin-error.ts';
import { parsePeriod, type RetentionPolicy } from '../catalogue/retention-policy.ts';

/** The flags of a retention policy, as they are given. */
export interface PolicyFlags {
  readonly 'keep-full'?: string | undefined;
  readonly 'keep-within'?: string | undefined;
  readonly 'keep-daily'?: string | undefined;
  readonly 'keep-weekly'?: string | undefined;
  readonly 'keep-monthly'?: string | undefined;
}

/** @throws {UsageError} without a rule, or with one that says nothing */
export function policyOf(flags: PolicyFlags): RetentionPolicy {
  const policy = {
    keepFull: countOf(flags, 'keep-full'),
    keepWithin: periodOf(flags['keep-within']),
    keepDaily: countOf(flags, 'keep-daily'),
    keepWeekly: countOf(flags, 'keep-weekly'),
    keepMonthly: countOf(flags, 'keep-monthly'),
  };
  if (Object.values(policy).some((value) => value !== undefined)) return policy;
  throw new UsageError('no policy given: nothing says which backups to keep', {
    hint: 'give --keep-full, --keep-within, --keep-daily, --keep-weekly or --keep-monthly; with several, a backup is kept that any of them keeps',
  });
}

/** Zero is refused: whoever wants none by a rule leaves the rule out. */
function countOf(flags: PolicyFlags, name: Exclude<keyof PolicyFlags, 'keep-within'>): number | undefined {
  const text = flags[name];
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new UsageError(`--${name}: "${text}" is not a valid number of backups (expected 1 or more)`);
}

function periodOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const period = parsePeriod(text);
  if (period !== undefined) return period;
  throw new UsageError(`--keep-within: "${text}" is not a valid period (expected 36h, 30d, 12w or 1y)`);
}
