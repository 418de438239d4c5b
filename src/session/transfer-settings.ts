import { formatSize } from '../base/bytes.ts';
import { BufferPool } from '../transfer/buffer-pool.ts';
import type { DownloadSettings } from '../transfer/download.ts';
import { buffersInBudget, copiedBudget, TUNNEL, transferBudget } from '../transfer/memory.ts';
import { growingSchedule, type PartSchedule, uniformSchedule } from '../transfer/part-schedule.ts';
import type { UploadSettings } from '../transfer/part-sender.ts';
import {
  FAR_RANGES,
  limitedPlan,
  NEAR_RANGES,
  type RangePlan,
  type RangePlans,
} from '../transfer/range-plan.ts';
import type { CommandContext } from './command.ts';
import { objectPolicyOf } from './object-policy.ts';
import { presentRate } from './present-rate.ts';
import type { Session } from './session.ts';

/**
 * How this session uploads `files` objects at once, together within `max_memory`: the options, limited to what the
 * provider takes.
 */
export async function uploadSettings(session: Session, files = 1): Promise<UploadSettings> {
  const { config, client, log } = session;
  const { provider, tunnelled } = client.server;
  const { concurrency } = config.backup;
  const schedule = scheduleOf(
    config.backup.partSize ?? provider.equalParts,
    Math.min(config.backup.maxParts, provider.maxParts ?? Infinity),
  );
  const wanted = Math.min(concurrency, provider.maxPartsInFlight ?? concurrency);
  const budget = transferBudget(tunnelled ? config.maxMemory - TUNNEL : config.maxMemory);
  const size = schedule.sizeOf(1);
  const most = buffersInBudget(wanted, size, budget);
  if (most < wanted) log.warning(bounded('parts', most, wanted, size, config.maxMemory));
  const pool = new BufferPool(budget, Math.max(wanted, files));
  return { schedule, pool, policy: await objectPolicyOf(session) };
}

/** How this session downloads up to `files` objects at once, and how many of them `max_memory` allows. */
export function downloadSettings(
  { config, client, log }: Session,
  files = 1,
): DownloadSettings & { readonly files: number } {
  const chosen = config.restore.rangeSize !== undefined || config.restore.concurrency !== undefined;
  const rangeSize = config.restore.rangeSize ?? FAR_RANGES.rangeSize;
  const concurrency = config.restore.concurrency ?? FAR_RANGES.concurrency;
  const budget = copiedBudget(client.server.tunnelled ? config.maxMemory - TUNNEL : config.maxMemory);
  const most = buffersInBudget(concurrency * files, rangeSize, budget);
  if (most < concurrency) log.warning(bounded('ranges', most, concurrency, rangeSize, config.maxMemory));
  const far = { rangeSize, concurrency: Math.max(1, Math.min(concurrency, Math.floor(most / files))) };
  const timetable = config.bandwidth.restore;
  return {
    files: Math.min(files, most),
    plans:
      timetable === undefined
        ? { far, near: (chosen ? undefined : nearPlan(files, budget)) ?? far }
        : samePlan(limitedPlan(far, presentRate(timetable))),
    verify: config.protection.checksum !== 'off',
  };
}

/** The same for a restore: with `restore_failover`, from the second site what the first does not give. */
export async function restoreSettings(session: Session, context: CommandContext): Promise<DownloadSettings> {
  const settings = downloadSettings(session);
  if (!session.config.failsOver) return settings;
  const { twoSites } = await import('./failover.ts');
  return { ...settings, reader: twoSites(session, context) };
}

/** Near or far. */
function samePlan(plan: RangePlan): RangePlans {
  return { far: plan, near: plan };
}

/** Larger ranges, where the budget has room for one for each file at least. */
function nearPlan(files: number, budget: number): RangePlan | undefined {
  const { rangeSize, concurrency } = NEAR_RANGES;
  const each = Math.floor(buffersInBudget(concurrency * files, rangeSize, budget) / files);
  return each === 0 ? undefined : { rangeSize, concurrency: each };
}

function bounded(what: string, most: number, wanted: number, size: number, maxMemory: number): string {
  return `${most} instead of ${wanted} ${what} of ${formatSize(size)} in parallel, to stay within max_memory (${formatSize(maxMemory)})`;
}

function scheduleOf(partSize: number | undefined, maxParts: number): PartSchedule {
  return partSize === undefined ? growingSchedule(maxParts) : uniformSchedule(partSize, maxParts);
}
