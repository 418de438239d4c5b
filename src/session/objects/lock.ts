import { timestampOfFile } from '../../backup/key.ts';
import { localTimeOf } from '../../backup/timestamp.ts';
import { formatDuration } from '../../base/duration.ts';
import { PluginError } from '../../base/plugin-error.ts';
import type { ObjectsConfig } from '../../config/config.ts';
import { instantOfLocal } from '../../log/time-zone.ts';

type LockOptions = Pick<ObjectsConfig, 'lock' | 'legalHold'>;

/** The time until which an object would be locked is over already: no server takes it. */
export class LockEndedError extends PluginError {}

/** Whether the options lock new objects. */
export function locks({ lock, legalHold }: LockOptions): boolean {
  return lock !== undefined || legalHold;
}

/**
 * Object Lock of a new object (S3 API Reference, PutObject and CreateMultipartUpload). All objects of a backup are
 * locked until the same time: its timestamp, which is local time as in all of Greenplum's names, plus the retention.
 * @param startedAt what the retention of a file that is of no backup begins with
 * @throws {LockEndedError}
 */
export function lockHeaders(
  { lock, legalHold }: LockOptions,
  key: string,
  startedAt: Date,
): Record<string, string> {
  const hold: Record<string, string> = legalHold ? { 'x-amz-object-lock-legal-hold': 'ON' } : {};
  if (lock === undefined) return hold;
  const timestamp = timestampOfFile(`/${key}`);
  const local = timestamp === undefined ? undefined : localTimeOf(timestamp);
  const from = local === undefined ? startedAt : instantOfLocal(local);
  const until = new Date(from.getTime() + lock.retention);
  if (until.getTime() <= Date.now()) {
    throw new LockEndedError(
      `${key} can't be locked: its time, ${formatDuration(lock.retention)} from the timestamp ${timestamp}, ended at ${until.toISOString()}`,
      { hint: "set a longer object_lock_retention, or this host's clock and time zone if they are wrong" },
    );
  }
  return {
    ...hold,
    'x-amz-object-lock-mode': lock.mode,
    'x-amz-object-lock-retain-until-date': until.toISOString().replace('.000Z', 'Z'),
  };
}
