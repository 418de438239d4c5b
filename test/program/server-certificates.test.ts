import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { BACKUP_DIR, type Outcome, Workplace } from '../../lab/program/plugin.ts';
import { startProxy } from '../../lab/proxy/proxy.ts';
import { Authority, type Issued } from '../../lab/s3-server/authority.ts';
import { type S3Server, startS3Server } from '../../lab/s3-server/server.ts';

const HOST = 'store.example';
const NAMES = ['localhost', HOST];
const PAST = { from: new Date('2020-01-01'), until: new Date('2021-01-01') };
const FUTURE = { from: new Date('2100-01-01'), until: new Date('2101-01-01') };

let root: Authority;
let between: Authority;
beforeAll(async () => {
  root = await Authority.make('Test Root');
  between = await root.intermediate({ name: 'Test Intermediate' });
});

let place: Workplace;
let server: S3Server;
beforeEach(() => {
  place = new Workplace();
});
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

async function hook(
  certificate: Issued,
  options: Readonly<Record<string, string | undefined>>,
): Promise<Outcome> {
  server = await startS3Server({ domain: HOST, tls: { certificate } });
  const config = place.config(server, {
    ca_file: place.write('ca.pem', root.certificate),
    retry_timeout: '60s',
    ...options,
  });
  return await place.run(['setup_plugin_for_backup', config, BACKUP_DIR, 'coordinator', '-1']);
}

const told = ({ stderr }: Outcome): string =>
  stderr.replaceAll(/127\.0\.0\.1:\d+|store\.example:\d+/g, 'SERVER');

type Kind = [string, () => Promise<Issued>, string, string];
const KINDS: Kind[] = [
  [
    'that has expired',
    () => root.issue({ name: 'server', names: NAMES, ...PAST }),
    'the certificate has expired: it was valid until 2021-01-01 (CERT_HAS_EXPIRED)',
    "renew the certificate of SERVER, or set this host's clock if it is wrong",
  ],
  [
    'of tomorrow',
    () => root.issue({ name: 'server', names: NAMES, ...FUTURE }),
    'the certificate is not valid yet: it begins on 2100-01-01 (CERT_NOT_YET_VALID)',
    "set this host's clock (chrony, ntp): it is before the certificate's first day",
  ],
  [
    'for other names',
    () => root.issue({ name: 'server', names: ['s3.example', '*.s3.example'] }),
    'the certificate is for s3.example, *.s3.example only (ERR_TLS_CERT_ALTNAME_INVALID)',
    "the server's certificate is not for ",
  ],
  [
    'whose authority has expired',
    async () =>
      (await root.intermediate({ name: 'Old Intermediate', ...PAST })).issue({
        name: 'server',
        names: NAMES,
      }),
    'the certificate of the authority Old Intermediate has expired: it was valid until 2021-01-01 (CERT_HAS_EXPIRED)',
    'renew the certificate of SERVER',
  ],
  [
    'of an authority between, which the server does not send',
    async () => {
      const issued = await between.issue({ name: 'server', names: NAMES });
      return { ...issued, chain: issued.certificate };
    },
    'the authority of the certificate, Test Intermediate, is not known here, and the server sends no certificate of it (UNABLE_TO_VERIFY_LEAF_SIGNATURE)',
    "the server's certificate is not trusted: name its authority's PEM file in ca_file; if that is an intermediate authority, SERVER should send the complete chain",
  ],
  [
    'of an authority that is not known',
    async () => {
      const other = await (await Authority.make('Other Root')).intermediate({ name: 'Other Intermediate' });
      return await other.issue({ name: 'server', names: NAMES });
    },
    'the authority of the certificate, Other Root, is not known here (UNABLE_TO_GET_ISSUER_CERT_LOCALLY)',
    "the server's certificate is not trusted: name its authority's PEM file in ca_file",
  ],
  [
    'that is signed by itself',
    async () => {
      const { certificate, privateKey } = await Authority.make('self');
      return { certificate, privateKey, chain: certificate };
    },
    'the certificate of self is signed by itself and not trusted here (DEPTH_ZERO_SELF_SIGNED_CERT)',
    "the server's certificate is not trusted: if it is the right one, name its own PEM file in ca_file, or install one of an authority on SERVER",
  ],
];

describe('a certificate', () => {
  test.each(KINDS)('%s: named, with what to do', async (_name, make, words, hint) => {
    const outcome = await hook(await make(), {});
    expect([outcome.exitCode, server.requests.length]).toEqual([1, 0]);
    expect(told(outcome)).toContain(`failed: ${words}\nHINT: ${hint}`);
  });

  test.each(KINDS)('%s: named through a proxy too', async (_name, make, words, hint) => {
    const proxy = await startProxy({ hosts: { [HOST]: '127.0.0.1' } });
    try {
      const issued = await make();
      server = await startS3Server({ domain: HOST, tls: { certificate: issued } });
      const config = place.config(
        { url: `https://${HOST}:${server.port}` },
        { ca_file: place.write('ca.pem', root.certificate), http_proxy: proxy.url, retry_timeout: '60s' },
      );
      const outcome = await place.run(['setup_plugin_for_backup', config, BACKUP_DIR, 'coordinator', '-1']);
      expect([outcome.exitCode, server.requests.length]).toEqual([1, 0]);
      expect(told(outcome)).toContain(`failed: ${words}\nHINT: ${hint}`);
    } finally {
      await proxy.stop();
    }
  });

  test('with a chain that the server sends', async () => {
    const { exitCode, stderr } = await hook(await between.issue({ name: 'server', names: NAMES }), {});
    expect([exitCode, stderr]).toEqual([0, '']);
  });
});

function inFolder(files: Readonly<Record<string, string>>): string {
  mkdirSync(place.path('authorities'));
  for (const [name, content] of Object.entries(files)) place.write(`authorities/${name}`, content);
  return place.path('authorities');
}

const issued = async (): Promise<Issued> => await root.issue({ name: 'server', names: NAMES });

describe('ca_path', () => {
  const DAMAGED = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  test('trusts what is in its files, whatever their names, and ignores the others', async () => {
    const { exitCode, stderr } = await hook(await issued(), {
      ca_file: undefined,
      ca_path: inFolder({
        README: 'authorities of our own\n',
        'a.key': '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n',
        '0.pem': (await Authority.make('Other')).certificate,
        '1234abcd.0': `# our root\n${root.certificate}`,
      }),
    });
    expect([exitCode, stderr]).toEqual([0, '']);
  });

  test('is trusted in addition to ca_file', async () => {
    const { exitCode, stderr } = await hook(await issued(), {
      ca_path: inFolder({ 'other.pem': (await Authority.make('Other')).certificate }),
    });
    expect([exitCode, stderr]).toEqual([0, '']);
  });

  test('a damaged certificate in it does not matter', async () => {
    const { exitCode, stderr } = await hook(await issued(), {
      ca_file: undefined,
      ca_path: inFolder({ '0.pem': DAMAGED, '1.pem': root.certificate }),
    });
    expect([exitCode, stderr]).toEqual([0, '']);
  });

  test.each<[string, () => string, string]>([
    [
      'that is not there',
      () => '/nowhere/at/all',
      "ca_path /nowhere/at/all can't be read: there is no such file or folder",
    ],
    [
      'that is a file',
      () => place.write('ca.pem', root.certificate),
      "ca.pem can't be read: a part of the path is a file, not a folder",
    ],
    [
      'without certificates',
      () => inFolder({ README: 'nothing here' }),
      'authorities contains no certificate',
    ],
  ])('one %s is named before a connection is made', async (_name, make, words) => {
    const { exitCode, stderr } = await hook(await issued(), { ca_path: make() });
    expect([exitCode, server.requests.length]).toEqual([1, 0]);
    expect(stderr).toContain(words);
    expect(stderr).toContain('\nHINT: ');
  });

  test('has no say where verify_tls is off', async () => {
    const { exitCode } = await hook(await issued(), { ca_path: '/nowhere', verify_tls: 'off' });
    expect(exitCode).toBe(0);
  });
});
