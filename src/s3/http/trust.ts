import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { systemReason } from '../../base/system-error.ts';
import type { CertificateFolder } from './certificate-folder.ts';
import { certificatesOf } from './certificates.ts';
import { readCertificates } from './own-files.ts';

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
  /** What of the user's own files is not used, and where it is. */
  readonly problems?: readonly string[];
  /**
   * The same without what is damaged among the system's certificates. The runtime reads them up to the first such place
   * and drops the rest, or refuses all; but checking 150 of them costs more than the rest of a process's start.
   */
  readonly sifted?: () => Trust;
}

export interface TrustChoice {
  readonly verifyTls: boolean;
  /** Certificates that are trusted in addition to all others. */
  readonly caFile: string | undefined;
  /** What messages call that file: the store knows no option's name. */
  readonly caFileName: string;
  /** Certificates of a folder that are trusted in addition to all others. */
  readonly folder?: CertificateFolder | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Told what is not used, and where it is. */
  readonly warn: (message: string) => void;
}

/**
 * The trust of the operating system and, in addition, that of `caFile` and of a folder. As for the Go plugin, the file that
 * AWS_CA_BUNDLE names takes the place of the system's certificates, and otherwise those of SSL_CERT_FILE and
 * SSL_CERT_DIR do.
 * @throws {PluginError} when `caFile` or AWS_CA_BUNDLE can't be read or contains no certificate.
 */
export function trustOf({ verifyTls, caFile, caFileName, folder, environment, warn }: TrustChoice): Trust {
  if (!verifyTls) return { rejectUnauthorized: false };
  const problems: string[] = [...(folder?.problems ?? [])];
  const own = (name: string, path: string): string => {
    const read = readCertificates(name, path);
    problems.push(...read.problems);
    return read.pems.join('');
  };
  const bundle = environment['AWS_CA_BUNDLE'] ?? '';
  const trusted = bundle === '' ? readSystem(environment, warn) : own('AWS_CA_BUNDLE', bundle);
  const added = caFile === undefined ? '' : own(caFileName, caFile);
  for (const problem of problems) warn(`not used: ${problem}`);
  return {
    ...trust(trusted, added + (folder?.text ?? '')),
    problems,
    sifted: () => {
      const sifted = certificatesOf(Buffer.from(trusted));
      for (const problem of sifted.problems) warn(`not used of the system's certificates: ${problem}`);
      const ofFolder = folder === undefined ? [] : certificatesOf(Buffer.from(folder.text)).pems;
      return { ...trust(sifted.pems.join(''), [added, ...ofFolder].join('')), problems };
    },
  };
}

function trust(trusted: string, added: string): Trust {
  // What the user added comes first: nothing in the system's files can hide it.
  const ca = `${added}${trusted}`;
  return ca.trim() === '' ? { rejectUnauthorized: true } : { rejectUnauthorized: true, ca };
}

/**
 * What Go's crypto/x509 trusts on Linux: a file and the files of folders, of which either can be replaced. The
 * system's own folders contain what its file does, which therefore counts unless both are replaced.
 */
function readSystem(
  environment: Readonly<Record<string, string | undefined>>,
  warn: (message: string) => void,
): string {
  const { SSL_CERT_FILE: file = '', SSL_CERT_DIR: folders = '' } = environment;
  const texts: string[] = [];
  if (file !== '') {
    try {
      texts.push(readFileSync(file, 'utf8'));
    } catch (error) {
      warn(`SSL_CERT_FILE ${file} can't be read: ${systemReason(error)}`);
    }
  }
  if (folders !== '') texts.push(...folders.split(':').flatMap(readFolder));
  if (file === '' || folders === '') texts.push(readSystemBundle());
  return texts.length === 1 ? (texts[0] ?? '') : unique(texts);
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

/** The files of a folder; links within it are names by hash of the same files. */
function readFolder(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      try {
        if (entry.isSymbolicLink() && !readlinkSync(path).includes('/')) return [];
        return [readFileSync(path, 'utf8')];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}

/** Each certificate once, and nothing else. */
function unique(texts: readonly string[]): string {
  const block = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;
  return [...new Set(texts.flatMap((text) => text.match(block) ?? []))].join('\n');
}
