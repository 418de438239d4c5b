import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { connect, createServer, type Server } from 'node:net';
import { BACKUP_DIR, type Outcome, someBytes, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { type S3Server, startS3Server } from '../../lab/s3-server/server.ts';

const NAME = `gpbackup_0_${TIMESTAMP}_16385`;
const BELOW = `backups/20260102/${TIMESTAMP}/`;
const PATH = `${BACKUP_DIR}/${NAME}`;
/** More than one part and more than one range. */
const DATA = someBytes(9_000_000);

let server: S3Server;
let gateway: S3Server;
beforeAll(async () => {
  server = await startS3Server();
  gateway = await startS3Server({ base: '/s3/a%20b' });
});
afterAll(async () => {
  await server.stop();
  await gateway.stop();
});

/** Runs a command that must succeed, and writes nothing to stderr. */
async function succeed(place: Workplace, args: readonly string[], stdin?: Uint8Array): Promise<Outcome> {
  const outcome = await place.run(args, { stdin: Uint8Array.from(stdin ?? []) });
  expect([args[0], outcome.exitCode, outcome.stderr]).toEqual([args[0], 0, '']);
  return outcome;
}

/** A backup, its restore and its deletion; where it is stored is as expected. */
async function expectWholeLife(s3: S3Server, options: Record<string, string>, folder: string): Promise<void> {
  using place = new Workplace();
  const config = place.config(s3, options);
  await succeed(place, ['setup_plugin_for_backup', config, BACKUP_DIR, 'coordinator', '-1']);
  await succeed(place, ['backup_data', config, PATH], DATA);
  expect(Bun.hash((await s3.objects.get('backups', `${folder}${BELOW}${NAME}`)) ?? '')).toBe(Bun.hash(DATA));
  const { stdout } = await succeed(place, ['restore_data', config, PATH]);
  expect(Bun.hash(stdout)).toBe(Bun.hash(DATA));
  expect((await succeed(place, ['list_directory', config])).stdout.toString()).toInclude(
    `${folder}${BELOW}${NAME}`,
  );
  await succeed(place, ['delete_directory', config, BELOW.replace(/\/$/, '')]);
  expect(await s3.objects.get('backups', `${folder}${BELOW}${NAME}`)).toBeUndefined();
}

describe('folders', () => {
  test.each([
    ['a//b', 'a/b/'],
    ['./a', 'a/'],
    ['/a/./b/', 'a/b/'],
    ['/', ''],
    ['./', ''],
  ])('%p', async (folder, prefix) => {
    await expectWholeLife(server, { folder }, prefix);
  });
});

test('an endpoint with a path: it is in every URL, and signed', async () => {
  await expectWholeLife(gateway, { endpoint: `${gateway.url}/s3/a b/`.replace(' ', '%20') }, 'gp/test/');
  expect(gateway.requests.every(({ rawPath }) => rawPath.startsWith('/s3/a%20b/backups'))).toBe(true);
  using place = new Workplace();
  const outcome = await place.run(['backup_data', place.config(gateway, { max_request_retries: '0' }), PATH]);
  expect(outcome.exitCode).toBe(1);
});

test('null and ~ are no values, and 0 requests at once are the default', async () => {
  using place = new Workplace();
  const config = place.write(
    'go.yaml',
    `executablepath: /x
options:
  endpoint: ${server.url}
  region: ~
  http_proxy: null
  aws_access_key_id: testkey
  aws_secret_access_key: testsecret # the key
  backup_max_concurrent_requests: 0
  restore_max_concurrent_requests: 0
  restore_multipart_chunksize: 10GB
  bucket: backups
  folder: go
  encryption: NULL
---
`,
  );
  await succeed(place, ['backup_data', config, PATH], DATA);
  const { stdout } = await succeed(place, ['restore_data', config, PATH]);
  expect(Bun.hash(stdout)).toBe(Bun.hash(DATA));
});

/** A proxy for http that asks for a user and a password, and sends each connection on to the server. */
async function proxyWith(userinfo: string, port: number): Promise<{ port: number; stop: () => void }> {
  const proxy: Server = createServer((client) => {
    let head = '';
    client.on('error', () => client.destroy());
    const read = (bytes: Buffer): void => {
      head += bytes.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      client.off('data', read);
      const sent = /^proxy-authorization: Basic (\S+)\r$/im.exec(head)?.[1] ?? '';
      if (Buffer.from(sent, 'base64').toString() !== userinfo) {
        client.end(
          'HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\nconnection: close\r\n\r\n',
        );
        return;
      }
      const upstream = connect(port, '127.0.0.1');
      upstream.on('error', () => client.destroy());
      upstream.write(Buffer.from(head.replace(/^(\S+) http:\/\/[^/]+/, '$1 '), 'latin1'));
      client.pipe(upstream).pipe(client);
    };
    client.on('data', read);
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  proxy.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = proxy.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    stop: () => void proxy.close(),
  };
}

describe("a proxy's user and password are sent as they are written", () => {
  test.each([
    ['user:100%', 'user:100%'],
    ['user:a%zz%41', 'user:a%zz%41'],
    ['user:p%40ss', 'user:p@ss'],
    ['user:p@s/s#w?o:r d', 'user:p@s/s#w?o:r d'],
    ["user:!$&'()*+,;=[]{}|^`<>~", "user:!$&'()*+,;=[]{}|^`<>~"],
    ['user:pässwörd€', 'user:pässwörd€'],
    ['dom\\\\ain:pw', 'dom\\ain:pw'],
  ])('%p', async (written, sent) => {
    using place = new Workplace();
    const proxy = await proxyWith(sent, server.port);
    const options = { max_request_retries: '0', retry_timeout: '5s', folder: 'proxied' };
    for (const [index, address] of [
      `http://${written}@127.0.0.1:${proxy.port}/`,
      `${written}@127.0.0.1:${proxy.port}`,
    ].entries()) {
      const config = place.config(server, { ...options, http_proxy: address });
      await succeed(place, ['backup_data', config, `${PATH}${index}`], new Uint8Array(10));
    }
    proxy.stop();
  });
});
