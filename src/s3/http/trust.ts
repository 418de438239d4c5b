import { readFileSync } from 'node:fs';
import { PluginError } from '../../base/plugin-error.ts';
import { systemReason } from '../../base/system-error.ts';

/** Where operating systems keep the certificates they trust: Debian and Ubuntu, RHEL and its kin, SUSE, Alpine. */
const SYSTEM_BUNDLES: readonly string[] = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** What a TLS connection trusts; handed to the runtime with every https request. */
export interface Trust {
  readonly rejectUnauthorized: boolean;
  /** PEM. Absent: the runtime's own list, where the system has none. */
  readonly ca?: string;
}

/**
 * The trust of the operating system and, beside it, that of the config's `ca_file`.
 * @throws {PluginError} when `ca_file` can't be read or holds no certificate.
 */
export function trustOf(options: {
  readonly verifyTls: boolean;
  readonly caFile: string | undefined;
}): Trust {
  if (!options.verifyTls) return { rejectUnauthorized: false };
  const system = readSystemBundle();
  const own = options.caFile === undefined ? '' : readCaFile(options.caFile);
  const ca = `${system}\n${own}`;
  return ca.trim() === '' ? { rejectUnauthorized: true } : { rejectUnauthorized: true, ca };
}

function readSystemBundle(): string {
  for (const path of SYSTEM_BUNDLES) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      // Each system has one of these paths; the others are absent.
    }
  }
  return '';
}

function readCaFile(path: string): string {
  try {
    const text = readFileSync(path, 'utf8');
    if (text.includes('-----BEGIN')) return text;
  } catch (cause) {
    throw new PluginError(`ca_file ${path} can't be read: ${systemReason(cause)}`, {
      hint: 'the file must be there and readable on every host',
      cause,
    });
  }
  throw new PluginError(`ca_file ${path} holds no certificate`, { hint: 'it must be in PEM format' });
}
