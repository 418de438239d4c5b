import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { BACKUP_DIR, type Outcome, someBytes, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { startProxy } from '../../lab/proxy/proxy.ts';
import { Authority, encryptedKey, type Issued } from '../../lab/s3-server/authority.ts';
import type { ServerTls } from '../../lab/s3-server/options.ts';
import { type S3Server, startS3Server } from '../../lab/s3-server/server.ts';

const PATH = `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}_16385`;
const DATA = someBytes(9_000_000);
/** A server at a distance, as far as the program knows: only the proxy knows where the name leads. */
const HOST = 'store.example';
const PASSWORD = 'not-to-be-seen';

let root: Authority;
let own: Issued;
let client: Issued;
beforeAll(async () => {
  root = await Authority.make('Test Root');
  own = await root.issue({ name: 'server', names: ['localhost', HOST] });
  client = await root.issue({ name: 'gpadmin' });
});

let place: Workplace;
let server: S3Server;
let ca_file: string;
beforeEach(() => {
  place = new Workplace();
  ca_file = place.write('ca.pem', root.certificate);
});
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

/** A server that takes the root's clients only. */
async function demanding(tls: ServerTls = {}): Promise<void> {
  server = await startS3Server({
    domain: HOST,
    tls: { certificate: own, clientAuthority: root.certificate, ...tls },
  });
}

/** The options of a certificate and its key, in files of their own. */
function files({ chain, privateKey }: Issued): Record<string, string> {
  return {
    client_cert_file: place.write('client.pem', chain),
    client_key_file: place.write('client.key', privateKey),
  };
}

const hook = async (options: Record<string, string>): Promise<Outcome> =>
  await place.run([
    'setup_plugin_for_backup',
    place.config(server, { ca_file, retry_timeout: '2s', ...options }),
    BACKUP_DIR,
    'coordinator',
    '-1',
  ]);

async function roundTrip(config: string): Promise<void> {
  const backup = await place.run(['backup_data', config, PATH], { stdin: DATA });
  expect([backup.exitCode, backup.stderr]).toEqual([0, '']);
  const restore = await place.run(['restore_data', config, PATH]);
  expect([restore.exitCode, restore.stderr, Bun.hash(restore.stdout)]).toEqual([0, '', Bun.hash(DATA)]);
}

describe('a server that demands a client certificate', () => {
  const keys: [string, (issued: Issued) => Record<string, string>][] = [
    ['in two files', files],
    [
      'in one file, the key first',
      ({ chain, privateKey }) => ({ client_cert_file: place.write('both.pem', privateKey + chain) }),
    ],
    ...(['pkcs8', 'sec1'] as const).map((type): [string, (issued: Issued) => Record<string, string>] => [
      `with an encrypted key (${type})`,
      (issued) => ({
        client_cert_file: place.write('client.pem', issued.chain),
        client_key_file: place.write('client.key', encryptedKey(issued, PASSWORD, type)),
        client_key_password_file: place.write('password', `${PASSWORD}\nsecond line\n`),
      }),
    ]),
  ];
  test.each(keys)('gets one %s, and connections are used again', async (_name, options) => {
    await demanding();
    await roundTrip(
      place.config(server, { ca_file, retry_timeout: '30s', logger_verbosity: 'debug', ...options(client) }),
    );
    expect(new Set(server.clients)).toEqual(new Set(['gpadmin']));
    expect(server.clients.length).toBeLessThan(server.requests.length);
    expect((await place.logLines()).join('\n')).not.toContain(PASSWORD);
  });

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('gets one in %s', async (version) => {
    await demanding({ minVersion: version, maxVersion: version });
    expect((await hook(files(client))).stderr).toBe('');
    expect(server.clients).toEqual(['gpadmin']);
  });

  test('gets the authorities between it and the root as well', async () => {
    await demanding();
    const between = await root.intermediate({ name: 'Test Intermediate' });
    const issued = await between.issue({ name: 'gpsegment' });
    expect((await hook(files(issued))).stderr).toBe('');
    expect(server.clients).toEqual(['gpsegment']);
  });

  test('gets it through a proxy', async () => {
    await demanding();
    const proxy = await startProxy({ hosts: { [HOST]: '127.0.0.1' } });
    try {
      const url = `https://${HOST}:${server.port}`;
      await roundTrip(
        place.config({ url }, { ca_file, http_proxy: proxy.url, retry_timeout: '30s', ...files(client) }),
      );
      expect(new Set(server.clients)).toEqual(new Set(['gpadmin']));
    } finally {
      await proxy.stop();
    }
  });

  test.each<[string, () => Record<string, string>]>([
    ['endpoint_source', () => ({ endpoint_source: `${server.url}/which` })],
    ['STS', () => ({ sts_endpoint: server.url, role_arn: 'arn:aws:iam::123456789012:role/backup' })],
  ])('says what is missing as %s too, at once', async (_name, options) => {
    await demanding();
    const { exitCode, stderr } = await hook({ retry_timeout: '60s', ...options() });
    expect([exitCode, server.requests.length]).toEqual([1, 0]);
    expect(stderr).toContain('the server requires a client certificate');
    expect(stderr).toContain(
      'HINT: set client_cert_file and client_key_file to a certificate that 127.0.0.1:',
    );
  });

  test('gets it as the server of endpoint_source too', async () => {
    await demanding();
    const { stderr } = await hook({
      ...files(client),
      endpoint_source: `${server.url}/which`,
      endpoint: server.url,
    });
    // It is no such service: that it answers at all shows that it was satisfied.
    expect(stderr).toContain('endpoint_source');
    expect(server.clients[0]).toBe('gpadmin');
  });

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('says what is missing, in %s', async (version) => {
    await demanding({ minVersion: version, maxVersion: version });
    const { exitCode, stderr } = await hook({});
    expect([exitCode, server.requests.length]).toEqual([1, 0]);
    expect(stderr).toMatch(
      /failed: the server (requires a client certificate: [a-z ]+ \(ECLIENTCERT\)|refuses the TLS handshake: [a-z ]+ \(ETLSALERT)/,
    );
    expect(stderr).toContain('client_cert_file');
  });

  test('says that it closes the connection of one that it does not know', async () => {
    await demanding();
    const foreign = await (await Authority.make('Foreign')).issue({ name: 'stranger' });
    const { exitCode, stderr } = await hook(files(foreign));
    expect([exitCode, server.requests.length]).toEqual([1, 0]);
    expect(stderr).toContain(
      'the server closed the connection after the TLS handshake, as one does that does not accept the client certificate',
    );
  });
});

describe('files that can not be used are named before a connection is made', () => {
  const LATER = new Date('2100-01-01');
  const cases: [string, () => Promise<Record<string, string>> | Record<string, string>, string][] = [
    [
      'a certificate that is not there',
      () => ({ ...files(client), client_cert_file: '/nowhere.pem' }),
      "client_cert_file /nowhere.pem can't be read: there is no such file or folder",
    ],
    [
      'a key that is not there',
      () => ({ ...files(client), client_key_file: '/nowhere.key' }),
      "client_key_file /nowhere.key can't be read: there is no such file or folder",
    ],
    [
      'a key of another certificate',
      async () => ({
        ...files(client),
        client_key_file: place.write('other.key', (await root.issue({ name: 'other' })).privateKey),
      }),
      'other.key does not belong to the certificate in client_cert_file ',
    ],
    [
      'a file without a certificate',
      () => ({ ...files(client), client_cert_file: place.write('key.pem', client.privateKey) }),
      'key.pem contains no certificate that can be used: line 1 (block 1): "PRIVATE KEY" is not a certificate',
    ],
    [
      'a file without a key',
      () => ({ client_cert_file: place.write('client.pem', client.chain) }),
      'client.pem contains no private key',
    ],
    [
      'an encrypted key without a password',
      () => ({
        ...files(client),
        client_key_file: place.write('e.key', encryptedKey(client, PASSWORD, 'pkcs8')),
      }),
      'e.key is encrypted\nHINT: name the file with its password in client_key_password_file',
    ],
    ...(['pkcs8', 'sec1'] as const).map((type): [string, () => Record<string, string>, string] => [
      `an encrypted key with a wrong password (${type})`,
      () => ({
        ...files(client),
        client_key_file: place.write('e.key', encryptedKey(client, PASSWORD, type)),
        client_key_password_file: place.write('password', `${PASSWORD}2\n`),
      }),
      'does not open the private key in client_key_file ',
    ]),
    [
      'an empty password',
      () => ({
        ...files(client),
        client_key_file: place.write('e.key', encryptedKey(client, PASSWORD, 'pkcs8')),
        client_key_password_file: place.write('password', '\n'),
      }),
      'password: its first line is empty',
    ],
    [
      'a certificate that has expired',
      async () =>
        files(await root.issue({ name: 'old', from: new Date('2020-01-01'), until: new Date('2021-01-01') })),
      'client.pem has expired: it was valid until 2021-01-01',
    ],
    [
      'a certificate of tomorrow',
      async () => files(await root.issue({ name: 'new', from: LATER, until: new Date('2101-01-01') })),
      'client.pem is not valid yet: it begins on 2100-01-01',
    ],
  ];
  test.each(cases)('%s', async (_name, options, words) => {
    await demanding();
    const { exitCode, stderr } = await hook(await options());
    expect([exitCode, server.clients.length, server.requests.length]).toEqual([1, 0, 0]);
    expect(stderr).toContain(words);
    expect(stderr).toContain('\nHINT: ');
    expect(stderr + (await place.logLines()).join('\n')).not.toContain(PASSWORD);
  });
});
