import { formatSize } from '../base/bytes.ts';
import { BufferPool } from '../transfer/buffer-pool.ts';
import type { DownloadSettings } from '../transfer/download.ts';
import { buffersInBudget, downloadBudget, uploadBudget } from '../transfer/memory.ts';
import { growingSchedule, type PartSchedule, uniformSchedule } from '../transfer/part-schedule.ts';
import type { UploadSettings } from '../transfer/part-sender.ts';
import type { Session } from './session.ts';

/** How this session uploads: the options, bounded by what the provider takes and by `max_memory`. */
export function uploadSettings({ config, client, log }: Session): UploadSettings {
  const { provider } = client;
  const { concurrency } = config.backup;
  const schedule = scheduleOf(
    config.backup.partSize ?? provider.equalParts,
    Math.min(config.backup.maxParts, provider.maxParts ?? Infinity),
  );
  const wanted = Math.min(concurrency, provider.maxPartsInFlight ?? concurrency);
  const budget = uploadBudget(config.maxMemory);
  const size = schedule.sizeOf(1);
  const most = buffersInBudget(wanted, size, budget);
  if (most < wanted) {
    log.warning(
      `${most} instead of ${wanted} parts of ${formatSize(size)} at once, to stay within max_memory (${formatSize(config.maxMemory)})`,
    );
  }
  return { schedule, pool: new BufferPool(budget, wanted), policy: config.connection };
}

/** How this session downloads `files` objects at once. */
export function downloadSettings({ config, log }: Session, files = 1): DownloadSettings {
  const { rangeSize, concurrency } = config.restore;
  const most = buffersInBudget(concurrency, rangeSize, downloadBudget(config.maxMemory));
  if (most < concurrency) {
    log.warning(
      `${most} instead of ${concurrency} ranges of ${formatSize(rangeSize)} at once, to stay within max_memory (${formatSize(config.maxMemory)})`,
    );
  }
  return { rangeSize, concurrency: Math.max(1, Math.floor(most / files)) };
}

function scheduleOf(partSize: number | undefined, maxParts: number): PartSchedule {
  return partSize === undefined ? growingSchedule(maxParts) : uniformSchedule(partSize, maxParts);
}
