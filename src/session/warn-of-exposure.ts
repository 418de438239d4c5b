import { statSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import type { Log } from '../log/log.ts';

/** Something secret that others can read. */
export interface Exposure {
  /** Whether it is the config file itself. */
  readonly ofConfig: boolean;
  readonly detail: string;
  /** What to do; undefined: `detail` says it. */
  readonly hint: string | undefined;
}

/** Says once a backup and host what of its secrets others can read. */
export function warnOfExposure(path: string, config: Config, log: Log): void {
  for (const { detail, hint } of exposures(path, config))
    log.warning(hint === undefined ? detail : `${detail}: ${hint}`);
}

/** What of its secrets others can read. */
export function exposures(
  path: string,
  { setUpWarnings, hasOwnSecrets, connection }: Config,
): readonly Exposure[] {
  const found: Exposure[] = setUpWarnings.map((detail) => ({ ofConfig: false, detail, hint: undefined }));
  const { certFile, keyFile, keyPasswordFile } = connection.tls.clientCertificate ?? {};
  const files = [
    [keyFile === certFile ? 'client_cert_file' : 'client_key_file', keyFile],
    ['client_key_password_file', keyPasswordFile],
  ] as const;
  for (const [option, file] of files) {
    if (file === undefined || (modeOf(file) & 0o004) === 0) continue;
    const detail = `every user of this host can read ${file} (${option})`;
    found.push({ ofConfig: false, detail, hint: 'chmod 600 it' });
  }
  const mode = hasOwnSecrets ? modeOf(path) : 0;
  if ((mode & 0o044) !== 0) {
    const who = (mode & 0o004) === 0 ? 'its group' : 'every user of this host';
    found.push({
      ofConfig: true,
      detail: `${who} can read the config file ${path} and the secrets in it (mode ${mode.toString(8)})`,
      hint: 'chmod 600 it; gpbackup and gprestore make their copies below /tmp with the mode that their umask leaves, so run them with umask 077',
    });
  }
  return found;
}

export function modeOf(path: string): number {
  try {
    return statSync(path).mode & 0o777;
  } catch {
    // It can't be read: whoever needs it says so.
    return 0;
  }
}
