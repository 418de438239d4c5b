import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { homedir } from 'node:os';
import { formatSize, GiB } from '../../base/bytes.ts';
import { systemReason } from '../../base/system-error.ts';
import type { Finding } from '../../output/finding.ts';
import { ok, warn } from './findings.ts';

const WHAT = 'log folder';
/** Greenplum's own logs fill the same disk. */
const LEAST_FREE = GiB;

/** Whether lines can be logged, and how long the disk lasts. A log that can't be written fails no backup. */
export function logFolderFinding(): Finding {
  const folder = `${homedir()}/gpAdminLogs`;
  try {
    accessSync(existsSync(folder) ? folder : homedir(), constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(existsSync(folder) ? folder : homedir());
    const free = bavail * bsize;
    return free < LEAST_FREE
      ? warn(WHAT, `${folder} has ${formatSize(free)} left`, 'make room on its disk')
      : ok(WHAT, `${folder}, ${formatSize(free)} left`);
  } catch (error) {
    return warn(
      WHAT,
      `nothing can be logged in ${folder}: ${systemReason(error)}`,
      'make it writable for this user',
    );
  }
}
