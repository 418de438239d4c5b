import type { TlsConfig } from '../config/config.ts';
import { type CertificateFolder, readCertificateFolder } from '../s3/http/certificate-folder.ts';
import { OwnSideSource } from '../s3/http/own-side.ts';

/** What the config adds to TLS beyond a file of authorities. */
export interface OwnTls {
  readonly folder: CertificateFolder | undefined;
  readonly ownSide: OwnSideSource;
}

/** @throws {PluginError} when a file or folder can't be read or is not what its option says */
export function ownTlsOf(
  { caPath, clientCertificate, minVersion, verifyTls }: TlsConfig,
  warn: (message: string) => void,
): OwnTls {
  const folder =
    caPath === undefined || !verifyTls ? undefined : readCertificateFolder({ name: 'ca_path', path: caPath });
  if (clientCertificate === undefined) {
    return { folder, ownSide: new OwnSideSource({ files: undefined, minVersion }, warn) };
  }
  const { certFile, keyFile, keyPasswordFile } = clientCertificate;
  const passwordName = 'client_key_password_file';
  const files = {
    certificate: { name: 'client_cert_file', path: certFile },
    key: { name: keyFile === certFile ? 'client_cert_file' : 'client_key_file', path: keyFile },
    password: keyPasswordFile === undefined ? undefined : { name: passwordName, path: keyPasswordFile },
    passwordName,
  };
  return { folder, ownSide: new OwnSideSource({ files, minVersion }, warn) };
}
