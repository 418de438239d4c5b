import { createPrivateKey } from 'node:crypto';
import { generate } from 'selfsigned';
import type { Certificate } from './certificate.ts';

/** What a certificate says. */
export interface Wanted {
  /** Its common name. */
  readonly name: string;
  /** DNS names that it is for; 127.0.0.1 and localhost by default. */
  readonly names?: readonly string[];
  readonly from?: Date;
  readonly until?: Date;
}

/** Certificate and key, with what is in front of a server or client that has them. */
export interface Issued extends Certificate {
  /** The certificate and those of the authorities between it and the root, in PEM; empty for the root. */
  readonly chain: string;
}

/** Issues certificates, as an organisation's own authority does. */
export class Authority implements Issued {
  readonly certificate: string;
  readonly privateKey: string;
  readonly chain: string;

  private constructor({ certificate, privateKey, chain }: Issued) {
    this.certificate = certificate;
    this.privateKey = privateKey;
    this.chain = chain;
  }

  static async make(name: string): Promise<Authority> {
    return new Authority(await issue({ name }, true));
  }

  /** An authority between this one and the certificates that it issues. */
  async intermediate(wanted: Wanted): Promise<Authority> {
    return new Authority(await issue(wanted, true, this));
  }

  async issue(wanted: Wanted): Promise<Issued> {
    return await issue(wanted, false, this);
  }
}

async function issue(
  { name, names = ['localhost'], from, until }: Wanted,
  isAuthority: boolean,
  by?: Authority,
): Promise<Issued> {
  const altNames = [
    ...names.map((value) => ({ type: 2, value }) as const),
    ...(names.includes('localhost') ? [{ type: 7, ip: '127.0.0.1' } as const] : []),
  ];
  const made = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ...(from === undefined ? {} : { notBeforeDate: from }),
    ...(until === undefined ? {} : { notAfterDate: until }),
    ...(by === undefined ? {} : { ca: { key: by.privateKey, cert: by.certificate } }),
    extensions: isAuthority
      ? [{ name: 'basicConstraints', cA: true, critical: true }]
      : [
          { name: 'basicConstraints', cA: false },
          { name: 'subjectAltName', altNames },
        ],
  });
  const certificate = `${made.cert.trim()}\n`;
  // A root is known to whoever trusts it, so that nobody sends it.
  const chain = by === undefined ? '' : certificate + by.chain;
  return { certificate, privateKey: made.private, chain };
}

/** The key in PEM as it is kept with a password: PKCS#8, or OpenSSL's older form. */
export function encryptedKey({ privateKey }: Certificate, password: string, type: 'pkcs8' | 'sec1'): string {
  const options = { type, format: 'pem', cipher: 'aes-256-cbc', passphrase: password } as const;
  return createPrivateKey(privateKey).export(options);
}
