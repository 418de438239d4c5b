import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { PluginError } from '../../base/plugin-error.ts';
import { certificateDay } from './certificate-day.ts';
import { type NamedFile, readCertificates, readOwnFile } from './own-files.ts';
import type { Trust } from './trust.ts';

/** What this side brings into a TLS connection, as the runtime takes it; the same for all servers. */
export interface OwnSide {
  /** PEM: the certificate, then those of its authorities. */
  readonly cert?: string;
  /** PEM, not encrypted; it never leaves this process. */
  readonly key?: string;
  /** The number of the oldest version of TLS to speak; absent: 1.2. */
  readonly minVersion?: number;
}

/** What a TLS connection trusts, and what this side brings into it. */
export type TlsSettings = Pick<Trust, 'rejectUnauthorized' | 'ca'> & OwnSide;

/** The files of a client certificate. */
export interface ClientCertificateFiles {
  readonly certificate: NamedFile;
  /** May be the same file. */
  readonly key: NamedFile;
  /** Its first line is the password of the key. */
  readonly password: NamedFile | undefined;
  /** What would name such a file. */
  readonly passwordName: string;
}

/** Milliseconds that clocks may differ by. */
const SKEW = 300_000;

/** The wire's number of TLS 1.3 (RFC 8446, section 4.2.1). */
const TLS_1_3 = 0x0304;

/** {@link OwnSide} that is read again while the process runs: certificates may be renewed every hour. */
export class OwnSideSource {
  readonly #files: ClientCertificateFiles | undefined;
  readonly #version: Pick<OwnSide, 'minVersion'>;
  readonly #warn: (message: string) => void;
  #current: OwnSide;
  /** Milliseconds since 1970. */
  #readAgainAt = Infinity;

  /** @throws {PluginError} when a file can't be read, is not what it should be, or has expired */
  constructor(
    { files, minVersion }: { files: ClientCertificateFiles | undefined; minVersion: '1.2' | '1.3' },
    warn: (message: string) => void,
    now = Date.now(),
  ) {
    this.#files = files;
    this.#version = minVersion === '1.3' ? { minVersion: TLS_1_3 } : {};
    this.#warn = warn;
    this.#current = files === undefined ? this.#version : this.#read(files, now);
  }

  /** What to use for the next connection. */
  current(now = Date.now()): OwnSide {
    if (this.#files === undefined || now < this.#readAgainAt) return this.#current;
    try {
      this.#current = this.#read(this.#files, now);
    } catch (error) {
      // The old one may still do; whoever renews it may be at work.
      this.#warn(`the client certificate is not read again: ${error instanceof Error ? error.message : ''}`);
      this.#readAgainAt = now + 60_000;
    }
    return this.#current;
  }

  #read(files: ClientCertificateFiles, now: number): OwnSide {
    const { chain, key, until } = readClientCertificate(files, now);
    // Half of what is left: a year's certificate never, an hour's each half hour.
    this.#readAgainAt = now + Math.max(1000, (until - now) / 2);
    return { ...this.#version, cert: chain.join(''), key };
  }
}

function readClientCertificate(
  { certificate, key: keyFile, password, passwordName }: ClientCertificateFiles,
  now: number,
): { readonly chain: readonly string[]; readonly key: string; readonly until: number } {
  const { pems } = readCertificates(certificate.name, certificate.path);
  const key = readKey(keyFile, password, passwordName);
  const certificates = pems.map((pem) => ({ pem, certificate: new X509Certificate(pem) }));
  const leaf = certificates.find((one) => one.certificate.checkPrivateKey(key));
  if (leaf === undefined) {
    throw new PluginError(
      `the private key in ${keyFile.name} ${keyFile.path} does not belong to the certificate in ${certificate.name} ${certificate.path}`,
      { hint: 'name two files that were made together' },
    );
  }
  const [from, until] = [leaf.certificate.validFrom, leaf.certificate.validTo].map((text) =>
    Date.parse(text),
  ) as [number, number];
  const where = `the certificate in ${certificate.name} ${certificate.path}`;
  if (until < now) {
    throw new PluginError(`${where} has expired: it was valid until ${certificateDay(until, now)}`, {
      hint: "renew it on every host, or set this host's clock if it is wrong",
    });
  }
  // The clock of whoever issued it a moment ago may be ahead; then it is the server's that counts.
  if (from > now + SKEW) {
    throw new PluginError(`${where} is not valid yet: it begins on ${certificateDay(from, now)}`, {
      hint: "set this host's clock (chrony, ntp), or wait for that day",
    });
  }
  return {
    // The server wants the one that the key belongs to first (RFC 5246, section 7.4.2).
    chain: [leaf.pem, ...certificates.filter((one) => one !== leaf).map(({ pem }) => pem)],
    key: key.export({ type: 'pkcs8', format: 'pem' }),
    until,
  };
}

function readKey(file: NamedFile, passwordFile: NamedFile | undefined, passwordName: string): KeyObject {
  const where = `${file.name} ${file.path}`;
  const block = /-----BEGIN ((?:[A-Z]+ )*PRIVATE KEY)-----[^]*?-----END \1-----/.exec(
    readOwnFile(file.name, file.path).toString('latin1'),
  );
  if (block === null) {
    throw new PluginError(`${where} contains no private key`, {
      hint: 'it must be in PEM format: openssl pkcs12 -nodes -in FILE.p12 converts a .p12 or .pfx file',
    });
  }
  const [pem, label] = block;
  const isEncrypted = label === 'ENCRYPTED PRIVATE KEY' || /^Proc-Type: ?4, ?ENCRYPTED/m.test(pem);
  if (!isEncrypted) return parsedKey(pem, undefined, where, `the private key in ${where} is damaged`);
  if (passwordFile === undefined) {
    throw new PluginError(`the private key in ${where} is encrypted`, {
      hint: `name the file with its password in ${passwordName}`,
    });
  }
  const [password = ''] = readOwnFile(passwordFile.name, passwordFile.path)
    .toString('utf8')
    .split(/\r?\n/, 1);
  if (password === '') {
    throw new PluginError(`${passwordFile.name} ${passwordFile.path}: its first line is empty`, {
      hint: 'the first line must be the password of the private key',
    });
  }
  return parsedKey(
    pem,
    password,
    where,
    `the password in ${passwordFile.name} ${passwordFile.path} does not open the private key in ${where}`,
  );
}

/** @param failure the whole message: no word of the library, which could show what it was given, is in it */
function parsedKey(key: string, passphrase: string | undefined, where: string, failure: string): KeyObject {
  try {
    return createPrivateKey({ key, format: 'pem', ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (error) {
    const { code = '' } = error as { code?: string };
    throw /UNSUPPORTED|UNKNOWN/.test(code)
      ? new PluginError(`the private key in ${where} is of a kind that is not supported`, {
          hint: 'RSA, P-256, P-384 and Ed25519 are, encrypted or not: openssl pkcs8 -topk8 -v2 aes-256-cbc encrypts one',
        })
      : new PluginError(failure, { hint: 'openssl pkey -in FILE -noout shows whether a key can be read' });
  }
}
