import { type Dirent, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PluginError } from '../../base/plugin-error.ts';
import { systemReason } from '../../base/system-error.ts';
import { certificatesOf } from './certificates.ts';
import type { NamedFile } from './own-files.ts';

/** Bytes; the bundle of all authorities of an operating system has a tenth of it. */
const LONGEST_FILE = 4 * 1024 * 1024;

/** What the files of a folder with certificates give. */
export interface CertificateFolder {
  /** PEM; each certificate once. */
  readonly text: string;
  /** What could not be read. */
  readonly problems: readonly string[];
}

/**
 * The certificates in the files of a folder, in PEM or DER, whatever the names: not each is checked, since there may
 * be hundreds. Folders, other files and very large ones do not matter.
 * @throws {PluginError} when the folder can't be read, or no file in it has a certificate
 */
export function readCertificateFolder({ name, path }: NamedFile): CertificateFolder {
  const problems: string[] = [];
  const pems = new Set<string>();
  for (const entry of entriesOf(name, path)) {
    const file = join(path, entry.name);
    try {
      if (entry.isDirectory() || isSecondName(entry, file)) continue;
      const seen = statSync(file);
      if (!seen.isFile() || seen.size > LONGEST_FILE) continue;
      for (const pem of pemsOf(readFileSync(file))) pems.add(pem);
    } catch (error) {
      problems.push(`${name} ${file} can't be read: ${systemReason(error)}`);
    }
  }
  if (pems.size > 0) return { text: `${[...pems].join('\n')}\n`, problems };
  throw new PluginError(problems[0] ?? `${name} ${path} contains no certificate`, {
    hint: 'the files of the folder must be in PEM format, and readable on every host',
  });
}

function entriesOf(name: string, path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (cause) {
    throw new PluginError(`${name} ${path} can't be read: ${systemReason(cause)}`, {
      hint: 'it must be a folder that is there and readable on every host',
      cause,
    });
  }
}

/** The name by hash that OpenSSL gives to a file of the same folder: that is read already, or says what is wrong. */
function isSecondName(entry: Dirent, file: string): boolean {
  return entry.isSymbolicLink() && /^[0-9a-f]{8}\.\d+$/.test(entry.name) && !readlinkSync(file).includes('/');
}

function pemsOf(file: Buffer): readonly string[] {
  // DER begins with a sequence whose length has two bytes.
  const isDer = file[0] === 0x30 && file[1] === 0x82;
  const text = isDer ? '' : file.toString('latin1');
  if (isDer || /-----BEGIN (X509|TRUSTED) CERTIFICATE-----/.test(text)) return certificatesOf(file).pems;
  return text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
}
