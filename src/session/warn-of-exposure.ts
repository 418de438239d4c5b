import { statSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import type { Log } from '../log/log.ts';

/** Says once a backup and host what of its secrets others can read. */
export function warnOfExposure(path: string, { setUpWarnings, hasOwnSecrets }: Config, log: Log): void {
  for (const warning of setUpWarnings) log.warning(warning);
  if (!hasOwnSecrets) return;
  const mode = modeOf(path);
  if ((mode & 0o044) === 0) return;
  const who = (mode & 0o004) === 0 ? 'its group' : 'every user of this host';
  log.warning(
    `${who} can read the config file ${path} and the secrets in it (mode ${mode.toString(8)}): chmod 600 it; gpbackup and gprestore make their copies below /tmp with the mode that their umask leaves, so run them with umask 077`,
  );
}

function modeOf(path: string): number {
  try {
    return statSync(path).mode & 0o777;
  } catch {
    // It has been read, so that is somebody else's business by now.
    return 0;
  }
}
