import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { Workplace } from '../../../lab/program/plugin.ts';
import { Authority, type Issued } from '../../../lab/s3-server/authority.ts';
import { PluginError } from '../../../src/base/plugin-error.ts';
import { type ClientCertificateFiles, OwnSideSource } from '../../../src/s3/http/own-side.ts';

const HOUR = 3_600_000;

/** Made by openssl genpkey for this test, and used nowhere. */
const SECP256K1 = `-----BEGIN PRIVATE KEY-----
MIGEAgEAMBAGByqGSM49AgEGBSuBBAAKBG0wawIBAQQgxGWL34g4hUW6XKR5R0pd
HRKJbZw+8I2MhONmQurnBcChRANCAATxv/aAerOH9oy0BiUDDEBELNS/IXkDT2X5
FbBYz7BoDGdvRavWmN67tLzOuu2VKncQ3g4E5Y6+DcoYDMYyfDfB
-----END PRIVATE KEY-----
`;

let root: Authority;
let issued: Issued;
beforeAll(async () => {
  root = await Authority.make('Test Root');
  issued = await root.issue({ name: 'gpadmin' });
});

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => place[Symbol.dispose]());

function filesOf(certificate: string, key: string, password?: string): ClientCertificateFiles {
  return {
    certificate: { name: 'cert', path: place.write('cert.pem', certificate) },
    key: { name: 'key', path: place.write('key.pem', key) },
    password: password === undefined ? undefined : { name: 'password', path: place.write('word', password) },
    passwordName: 'password',
  };
}

function source(files: ClientCertificateFiles | undefined, now?: number): OwnSideSource {
  return new OwnSideSource(
    { files, minVersion: '1.2' },
    (message) => {
      warnings.push(message);
    },
    now,
  );
}
let warnings: string[] = [];
beforeEach(() => {
  warnings = [];
});

/** The common names of the certificates of a chain, in order. */
const namesIn = (pem = ''): string[] =>
  (pem.match(/-----BEGIN[^]*?-----END CERTIFICATE-----/g) ?? []).map((one) =>
    new X509Certificate(one).subject.replace('CN=', ''),
  );

test('without files and with TLS 1.2 there is nothing to show or to ask', () => {
  expect(source(undefined).current()).toEqual({});
});

test('TLS 1.3 is asked for by its number', () => {
  expect(new OwnSideSource({ files: undefined, minVersion: '1.3' }, () => {}).current()).toEqual({
    minVersion: 0x0304,
  });
});

test('the certificate that the key belongs to comes first, wherever it is in its file', async () => {
  const between = await root.intermediate({ name: 'Between' });
  const { certificate, privateKey } = await between.issue({ name: 'gpadmin' });
  const { cert } = source(filesOf(between.certificate + certificate, privateKey)).current();
  expect(namesIn(cert)).toEqual(['gpadmin', 'Between']);
});

describe('a key', () => {
  test.each([
    ['RSA', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, 'pkcs1'],
    ['EC', generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey, 'sec1'],
  ] as const)('%s that belongs to no certificate', (_name, key, type) => {
    const pem = key.export({ type, format: 'pem' });
    expect(() => source(filesOf(issued.certificate, pem))).toThrow(
      'does not belong to the certificate in cert ',
    );
  });

  test.each([
    ['pkcs8', 'aes-256-cbc'],
    ['pkcs8', 'aes-128-cbc'],
    ['pkcs8', 'des-ede3-cbc'],
    ['sec1', 'aes-128-cbc'],
    ['sec1', 'des-ede3-cbc'],
  ] as const)('encrypted as %s by %s is opened', (type, cipher) => {
    const passphrase = 'gehe im';
    const pem = createPrivateKey(issued.privateKey).export({ type, format: 'pem', cipher, passphrase });
    const { key } = source(filesOf(issued.certificate, pem, `${passphrase}\r\nmore\n`)).current();
    expect(key).toContain('-----BEGIN PRIVATE KEY-----');
    const opened = createPrivateKey(key ?? '');
    expect(new X509Certificate(issued.certificate).checkPrivateKey(opened)).toBe(true);
  });

  test('of a curve that TLS has no use for is not called damaged', () => {
    expect(() => source(filesOf(issued.certificate, SECP256K1))).toThrow(
      /^the private key in key .* is of a kind that is not supported$/,
    );
  });

  test('no message has a word of the key or of its password', () => {
    const passphrase = 'pa55word';
    const options = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase } as const;
    const pem = createPrivateKey(issued.privateKey).export(options);
    const damaged = pem.replace(/\n(.)(.)/, '\n$2$1');
    for (const [key, password] of [
      [pem, 'pa55wordd'],
      [damaged, passphrase],
      [issued.privateKey.replace(/\n.{20}/, '\n'), undefined],
    ] as const) {
      let thrown: unknown;
      try {
        source(filesOf(issued.certificate, key, password));
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(PluginError);
      const { message, stack = '', hint } = thrown as PluginError;
      const shown = `${message}${stack.split('\n', 1)[0]}${hint}`;
      expect(shown).not.toContain('pa55word');
      expect(key.split('\n').some((line) => line.length > 20 && shown.includes(line))).toBe(false);
    }
  });
});

describe('a certificate of an hour', () => {
  const start = Date.now();
  let files: ClientCertificateFiles;
  beforeEach(async () => {
    const { chain, privateKey } = await root.issue({ name: 'first', until: new Date(start + HOUR) });
    files = filesOf(chain, privateKey);
  });

  test('is read again after half of it', async () => {
    const own = source(files, start);
    const second = await root.issue({ name: 'second', until: new Date(start + 2 * HOUR) });
    filesOf(second.chain, second.privateKey);
    expect(namesIn(own.current(start + HOUR / 3).cert)).toEqual(['first']);
    expect(namesIn(own.current(start + (2 * HOUR) / 3).cert)).toEqual(['second']);
  });

  test('stays in use while another one can not be read, and is asked for again a minute later', async () => {
    const own = source(files, start);
    place.write('cert.pem', 'half of a fi');
    expect(namesIn(own.current(start + 0.6 * HOUR).cert)).toEqual(['first']);
    expect(warnings).toEqual([
      `the client certificate is not read again: cert ${files.certificate.path} contains no certificate`,
    ]);
    const second = await root.issue({ name: 'second', until: new Date(start + 2 * HOUR) });
    filesOf(second.chain, second.privateKey);
    expect(namesIn(own.current(start + 0.6 * HOUR + 59_000).cert)).toEqual(['first']);
    expect(namesIn(own.current(start + 0.6 * HOUR + 61_000).cert)).toEqual(['second']);
  });
});

async function beginningIn(minutes: number): Promise<ClientCertificateFiles> {
  const from = new Date(Date.now() + minutes * 60_000);
  const { chain, privateKey } = await root.issue({ name: 'new', from });
  return filesOf(chain, privateKey);
}

describe('a certificate whose first moment', () => {
  test('is just ahead is shown: the clocks differ a little', async () => {
    expect(source(await beginningIn(4)).current().cert).toBeDefined();
  });

  test('is well ahead is not', async () => {
    const files = await beginningIn(20);
    expect(() => source(files)).toThrow(/is not valid yet: it begins on .* \d\d:\d\d UTC$/);
  });
});
