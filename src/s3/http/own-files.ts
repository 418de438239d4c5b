import { readFileSync } from 'node:fs';
import { PluginError } from '../../base/plugin-error.ts';
import { systemReason } from '../../base/system-error.ts';
import { type Certificates, certificatesOf } from './certificates.ts';

/** A file or folder, and what names it: an option or a variable. The store knows no option's name. */
export interface NamedFile {
  readonly name: string;
  readonly path: string;
}

/** @throws {PluginError} when it can't be read */
export function readOwnFile(name: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new PluginError(`${name} ${path} can't be read: ${systemReason(cause)}`, {
      hint: 'the file must be there and readable on every host',
      cause,
    });
  }
}

/** The certificates of a file, each checked. @throws {PluginError} when there is none */
export function readCertificates(name: string, path: string): Certificates {
  const { pems, problems } = certificatesOf(readOwnFile(name, path));
  if (pems.length > 0) return { pems, problems: problems.map((problem) => `${name} ${path}, ${problem}`) };
  const [first] = problems;
  throw new PluginError(
    `${name} ${path} contains no certificate${first === undefined ? '' : ` that can be used: ${first}`}`,
    { hint: 'it must be in PEM format, each certificate between -----BEGIN CERTIFICATE----- and -----END' },
  );
}
