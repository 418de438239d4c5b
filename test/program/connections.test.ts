import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { connect, createServer, type Socket } from 'node:net';
import {
  BACKUP_DIR,
  type Outcome,
  PREFIX,
  someBytes,
  TIMESTAMP,
  Workplace,
} from '../../lab/program/plugin.ts';
import { type S3ServerOptions } from '../../lab/s3-server/server.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

const NAME = `gpbackup_0_${TIMESTAMP}_16385`;
const DATA = someBytes(9_000_000);

let place: Workplace;
let server: TestServer | undefined;
beforeEach(() => {
  place = new Workplace();
});
afterEach(async () => {
  place[Symbol.dispose]();
  await server?.stop();
  server = undefined;
});

async function started(options: S3ServerOptions): Promise<TestServer> {
  server = await startTestServer(options);
  return server;
}

/** Backs up and restores; gives the two outcomes. The environment trusts nothing beyond the system. */
async function roundTrip(config: string): Promise<readonly [Outcome, Outcome]> {
  const backup = await place.run(['backup_data', config, `${BACKUP_DIR}/${NAME}`], { stdin: DATA });
  return [backup, await place.run(['restore_data', config, `${BACKUP_DIR}/${NAME}`])];
}

function expectWhole([backup, restore]: readonly [Outcome, Outcome]): void {
  expect(backup).toEqual({ exitCode: 0, stdout: Buffer.alloc(0), stderr: '' });
  expect([restore.exitCode, restore.stderr, Bun.hash(restore.stdout)]).toEqual([0, '', Bun.hash(DATA)]);
}

describe('https', () => {
  test('with the certificate in ca_file; connections are reused', async () => {
    const secure = await started({ tls: true });
    expectWhole(
      await roundTrip(place.config(secure, { ca_file: place.write('ca.pem', secure.certificate ?? '') })),
    );
    const connections = new Set(secure.requests.map(({ connectionId }) => connectionId));
    expect(connections.size).toBeLessThan(secure.requests.length);
  });

  test('with verify_tls: off, which the log warns of', async () => {
    const secure = await started({ tls: true });
    expectWhole(await roundTrip(place.config(secure, { verify_tls: 'off' })));
    expect((await place.logLines()).join('\n')).toContain('[WARNING]:-verify_tls is off');
  });

  test('with an endpoint without a scheme, encryption decides: on, the default, is https', async () => {
    const secure = await started({ tls: true });
    const ca = place.write('ca.pem', secure.certificate ?? '');
    expectWhole(await roundTrip(place.config(secure, { endpoint: `localhost:${secure.port}`, ca_file: ca })));
  });

  test('parts are protected by their CRC32 and not hashed a second time', async () => {
    const secure = await started({ tls: true });
    expectWhole(
      await roundTrip(place.config(secure, { ca_file: place.write('ca.pem', secure.certificate ?? '') })),
    );
    const parts = secure.requests.filter(({ operation }) => operation === 'UploadPart');
    expect(parts.every(({ headers }) => headers.get('x-amz-content-sha256') === 'UNSIGNED-PAYLOAD')).toBe(
      true,
    );
    expect(parts.every(({ headers }) => headers.has('x-amz-checksum-crc32'))).toBe(true);
  });

  test('a ca_file that is not there or contains no certificate', async () => {
    const secure = await started({ tls: true });
    for (const [file, message] of [
      ['/nowhere.pem', "can't be read"],
      [place.write('x.pem', 'hello'), 'contains no certificate'],
    ] as const) {
      const [backup] = await roundTrip(place.config(secure, { ca_file: file }));
      expect([backup.exitCode, backup.stderr.includes(message)]).toEqual([1, true]);
    }
  });
});

describe('addresses', () => {
  test('encryption: off is http for an endpoint without a scheme', async () => {
    const plain = await started({});
    expectWhole(
      await roundTrip(place.config(plain, { endpoint: `127.0.0.1:${plain.port}`, encryption: 'off' })),
    );
  });

  test('virtual-host style: the bucket is in the host name, not in the path', async () => {
    const plain = await started({});
    expectWhole(
      await roundTrip(
        place.config(plain, { endpoint: `http://localhost:${plain.port}`, url_style: 'virtual' }),
      ),
    );
    expect(plain.requests.every(({ rawPath }) => rawPath.startsWith('/gp/test/'))).toBe(true);
    expect(plain.requests[0]?.headers.get('host')).toBe(`backups.localhost:${plain.port}`);
  });

  test('remove_duplicate_bucket: the host names the bucket already', async () => {
    const plain = await started({});
    const config = place.config(plain, {
      endpoint: `http://backups.localhost:${plain.port}`,
      remove_duplicate_bucket: 'true',
    });
    expectWhole(await roundTrip(config));
    expect(plain.requests[0]?.rawPath).toStartWith('/gp/test/');
  });

  test('a backup made under one style is restored under another', async () => {
    const plain = await started({});
    await place.run(['backup_data', place.config(plain), `${BACKUP_DIR}/${NAME}`], { stdin: DATA });
    const config = place.config(plain, { endpoint: `http://localhost:${plain.port}`, url_style: 'virtual' });
    const restore = await place.run(['restore_data', config, `${BACKUP_DIR}/${NAME}`]);
    expect(Bun.hash(restore.stdout)).toBe(Bun.hash(DATA));
  });

  test('endpoint_source: its answer is the host', async () => {
    const plain = await started({});
    const source = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: () => new Response(`127.0.0.1:${plain.port}\n`),
    });
    try {
      expectWhole(
        await roundTrip(
          place.config(plain, { endpoint: 'http://127.0.0.9:1', endpoint_source: source.url.href }),
        ),
      );
    } finally {
      await source.stop(true);
    }
  });

  test('endpoint_source is asked over the same trust as the store', async () => {
    const secure = await started({ tls: true });
    const ca_file = place.write('ca.pem', secure.certificate ?? '');
    secure.faults.add({
      when: { method: 'GET', key: '', times: Infinity },
      do: { kind: 'answer', status: 200, body: `localhost:${secure.port}` },
    });
    const [backup] = await roundTrip(
      place.config(secure, {
        endpoint: 'https://127.0.0.9:1',
        endpoint_source: `${secure.url}/where`,
        ca_file,
      }),
    );
    expect([backup.exitCode, backup.stderr]).toEqual([0, '']);
  });

  test('another region than the default one is signed for', async () => {
    const plain = await started({ region: 'eu-central-1' });
    expectWhole(await roundTrip(place.config(plain, { region: 'eu-central-1' })));
  });

  test.each(['folder with blanks', 'größe', "a+b%20c'(1)*!", 'a/b/c'])(
    'the folder "%s" is signed and sent unchanged',
    async (folder) => {
      const plain = await started({});
      expectWhole(await roundTrip(place.config(plain, { folder })));
      expect(plain.objects.keys('backups')).toEqual([`${folder}/backups/20260102/${TIMESTAMP}/${NAME}`]);
    },
  );
});

describe('a proxy', () => {
  test('http goes through it', async () => {
    const plain = await started({});
    await withProxy(plain.port, async (http_proxy, seen) => {
      const config = place.config(plain, { http_proxy, endpoint: `http://backups.example:${plain.port}` });
      const backup = await place.run(['backup_data', config, `${BACKUP_DIR}/${NAME}`], { stdin: 'small' });
      expect([backup.exitCode, backup.stderr]).toEqual([0, '']);
      expect(seen[0]).toStartWith(`PUT http://backups.example:${plain.port}/backups/gp/test/`);
    });
  });

  test('also where the environment has a list of hosts that need none', async () => {
    const plain = await started({});
    await withProxy(plain.port, async (http_proxy, seen) => {
      const config = place.config(plain, { http_proxy });
      const env = { ...place.env, NO_PROXY: '*', no_proxy: '*' };
      expect(
        (await place.run(['backup_data', config, `${BACKUP_DIR}/${NAME}`], { stdin: 'small', env })).exitCode,
      ).toBe(0);
      expect(seen.length).toBe(1);
    });
  });

  test('https goes through it by CONNECT', async () => {
    const secure = await started({ tls: true });
    const ca_file = place.write('ca.pem', secure.certificate ?? '');
    await withProxy(secure.port, async (http_proxy, seen) => {
      expectWhole(await roundTrip(place.config(secure, { http_proxy, ca_file })));
      expect(seen[0]).toStartWith('CONNECT ');
    });
  });
});

describe('credentials', () => {
  test('without keys the AWS chain is asked: environment', async () => {
    const plain = await started({});
    const config = place.config(plain, { aws_access_key_id: undefined, aws_secret_access_key: undefined });
    const env = { ...place.env, AWS_ACCESS_KEY_ID: 'testkey', AWS_SECRET_ACCESS_KEY: 'testsecret' };
    const backup = await place.run(['backup_data', config, `${BACKUP_DIR}/${NAME}`], { stdin: DATA, env });
    expect(backup).toEqual({ exitCode: 0, stdout: Buffer.alloc(0), stderr: '' });
  });

  test('without keys the AWS chain is asked: the shared profile of the home folder', async () => {
    const plain = await started({});
    await Bun.write(
      place.path('.aws/credentials'),
      '[default]\naws_access_key_id = testkey\naws_secret_access_key = testsecret\n',
    );
    const config = place.config(plain, { aws_access_key_id: undefined, aws_secret_access_key: undefined });
    const backup = await place.run(['backup_data', config, `${BACKUP_DIR}/${NAME}`], { stdin: DATA });
    expect(backup).toEqual({ exitCode: 0, stdout: Buffer.alloc(0), stderr: '' });
  });

  test.each([
    ['a container', 'AWS_CONTAINER_CREDENTIALS_FULL_URI', '/credentials'],
    ['instance metadata, by a token (IMDSv2)', 'AWS_EC2_METADATA_SERVICE_ENDPOINT', ''],
  ])('without keys the AWS chain is asked: %s', async (_name, variable, path) => {
    const plain = await started({
      credentials: [{ accessKeyId: 'testkey', secretAccessKey: 'testsecret', sessionToken: 'of-the-role' }],
    });
    const keys = {
      AccessKeyId: 'testkey',
      SecretAccessKey: 'testsecret',
      Token: 'of-the-role',
      Expiration: '2099-01-01T00:00:00Z',
      Code: 'Success',
    };
    const asked: string[] = [];
    const source = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: (request) => {
        const { pathname } = new URL(request.url);
        asked.push(`${request.method} ${pathname}`);
        if (request.method === 'PUT') return new Response('a-token');
        if (pathname.endsWith('/security-credentials/')) return new Response('role');
        return Response.json(keys);
      },
    });
    try {
      const config = place.config(plain, { aws_access_key_id: undefined, aws_secret_access_key: undefined });
      const env = { ...place.env, [variable]: `${source.url.origin}${path}` };
      const backup = await place.run(['backup_data', config, `${BACKUP_DIR}/${NAME}`], { stdin: DATA, env });
      expect([backup.exitCode, backup.stderr]).toEqual([0, '']);
      expect(asked[0]).toBe(path === '' ? 'PUT /latest/api/token' : 'GET /credentials');
    } finally {
      await source.stop(true);
    }
  });

  test('no source of credentials at all is an error that says what to do', async () => {
    const plain = await started({});
    const config = place.config(plain, { aws_access_key_id: undefined, aws_secret_access_key: undefined });
    const env = { ...place.env, AWS_EC2_METADATA_DISABLED: 'true' };
    const { exitCode, stderr } = await place.run(['backup_file', config, `${BACKUP_DIR}/${NAME}`], { env });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("can't be read");
    const outcome = await place.run(['delete_backup', config, TIMESTAMP], { env });
    expect([
      outcome.exitCode,
      outcome.stderr.includes('no credentials found'),
      outcome.stderr.includes('HINT: set aws_access_key_id'),
    ]).toEqual([1, true, true]);
    expect(plain.objects.keys('backups', PREFIX)).toEqual([]);
  });
});

/** Forwards to the server whatever asks for it, as http proxies do for http and, by CONNECT, for https. */
async function withProxy(port: number, use: (url: string, seen: string[]) => Promise<void>): Promise<void> {
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    sockets.add(client);
    client.on('error', () => {});
    client.once('data', (head: Buffer) => {
      seen.push(head.toString('latin1').split('\r\n')[0] ?? '');
      const there = connect(port, '127.0.0.1');
      there.on('error', () => client.destroy());
      if (head.toString('latin1').startsWith('CONNECT')) client.write('HTTP/1.1 200 OK\r\n\r\n');
      else
        there.write(Buffer.from(head.toString('latin1').replace(/^(\w+) http:\/\/[^/]+/, '$1 '), 'latin1'));
      client.pipe(there).pipe(client);
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  try {
    if (address === null || typeof address === 'string') throw new Error('no port');
    await use(`http://127.0.0.1:${address.port}`, seen);
  } finally {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  }
}
