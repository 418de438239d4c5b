import { statSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import type { Log } from '../log/log.ts';

/** Says once a backup and host what of its secrets others can read. */
export function warnOfExposure(
  path: string,
  { setUpWarnings, hasOwnSecrets, connection }: Config,
  log: Log,
): void {
  for (const warning of setUpWarnings) log.warning(warning);
  const { certFile, keyFile, keyPasswordFile } = connection.tls.clientCertificate ?? {};
  const files = [
    [keyFile === certFile ? 'client_cert_file' : 'client_key_file', keyFile],
    ['client_key_password_file', keyPasswordFile],
  ] as const;
  for (const [option, file] of files) {
    if (file === undefined || (modeOf(file) & 0o004) === 0) continue;
    log.warning(`every user of this host can read ${file} (${option}): chmod 600 it`);
  }
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
    // It can't be read: whoever needs it says so.
    return 0;
  }
}
