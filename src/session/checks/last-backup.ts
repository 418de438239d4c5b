import { localTimeOf } from '../../backup/timestamp.ts';
import { formatDuration } from '../../base/duration.ts';
import type { BackupSet } from '../../catalogue/backup-set.ts';
import { listTimestamps, readSets } from '../../catalogue/read-sets.ts';
import type { Finding } from '../../output/finding.ts';
import type { Checked } from './checked.ts';
import { fail, ok, unseen, warn } from './findings.ts';

const WHAT = 'last backup';

/** What is known of the last backup that can be restored. */
export interface LastBackup {
  readonly finding: Finding;
  readonly timestamp: string | undefined;
  /** Milliseconds since it began. */
  readonly age: number | undefined;
}

/**
 * The last backup below the folder that succeeded, and whether the ones after it failed.
 * @param maxAge milliseconds; undefined: any age will do
 */
export async function lastBackup(
  { client, session }: Checked,
  maxAge: number | undefined,
): Promise<LastBackup> {
  const { folder } = session.config;
  const timestamps = await listTimestamps(client, folder);
  const failed: BackupSet[] = [];
  for await (const set of readSets(client, folder, timestamps)) {
    if (set.status === 'Running') continue;
    if (set.status !== 'Success') {
      failed.push(set);
      continue;
    }
    const at = localTimeOf(set.timestamp);
    // A clock of another zone may be ahead.
    const age = at === undefined ? undefined : Math.max(0, Date.now() - at.getTime());
    return { finding: findingOf(set, age, maxAge, failed), timestamp: set.timestamp, age };
  }
  return { finding: noneFinding(failed, maxAge), timestamp: undefined, age: undefined };
}

function findingOf(
  { timestamp, config }: BackupSet,
  age: number | undefined,
  maxAge: number | undefined,
  [latest]: readonly BackupSet[],
): Finding {
  const name = `${timestamp} of ${config?.databaseName ?? 'an unknown database'}`;
  const detail = age === undefined ? name : `${name}, ${ageText(age)} old`;
  if (maxAge !== undefined && (age === undefined || age > maxAge)) {
    const hint = 'look at the log of gpbackup: no backup has succeeded since';
    return fail(WHAT, `${detail}, more than ${ageText(maxAge)}`, hint);
  }
  return latest === undefined
    ? ok(WHAT, detail)
    : warn(
        WHAT,
        `${latest.timestamp} failed; the last good one is ${detail}`,
        `show_backup CONFIG ${latest.timestamp} says more`,
      );
}

function noneFinding([latest]: readonly BackupSet[], maxAge: number | undefined): Finding {
  if (latest?.problem?.includes('AccessDenied') === true)
    return unseen(WHAT, 'these keys may not read the config files of backups');
  const detail = latest === undefined ? 'there is none' : `none has succeeded; ${latest.timestamp} failed`;
  const hint = 'start one with gpbackup, and check folder and bucket if there should be one';
  return maxAge === undefined ? warn(WHAT, detail, hint) : fail(WHAT, detail, hint);
}

/** `26 h`, `3 d`. */
export function ageText(milliseconds: number): string {
  const hours = Math.round(milliseconds / 3_600_000);
  if (hours < 1) return formatDuration(milliseconds);
  return hours <= 72 ? `${hours} h` : `${Math.round(hours / 24)} d`;
}
