import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { BACKUP_DIR, type Outcome, someBytes, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { type Proxy, startProxy } from '../../lab/proxy/proxy.ts';
import { makeCertificate } from '../../lab/s3-server/certificate.ts';
import { type S3Server, startS3Server } from '../../lab/s3-server/server.ts';

const PATH = `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}_16385`;
const DATA = someBytes(9_000_000);
/** A server at a distance, as far as the program knows: only the proxy knows where the name leads. */
const HOST = 'store.example';

let place: Workplace;
let proxy: Proxy;
let server: S3Server | undefined;
beforeEach(async () => {
  place = new Workplace();
  proxy = await startProxy({ hosts: { [HOST]: '127.0.0.1' } });
});
afterEach(async () => {
  place[Symbol.dispose]();
  await proxy.stop();
  await server?.stop();
  server = undefined;
});

async function configFor(
  scheme: 'http' | 'https',
  options: Record<string, string | undefined> = {},
): Promise<string> {
  server = await startS3Server({ tls: scheme === 'https', domain: HOST });
  const { port, certificate } = server;
  const ca_file = certificate === undefined ? undefined : place.write('ca.pem', certificate);
  return place.config({ url: `${scheme}://${HOST}:${port}` }, { ca_file, retry_timeout: '60s', ...options });
}

async function roundTrip(config: string, variables: Record<string, string>): Promise<void> {
  const env = { ...place.env, ...variables };
  const backup = await place.run(['backup_data', config, PATH], { stdin: DATA, env });
  expect([backup.exitCode, backup.stderr]).toEqual([0, '']);
  const restore = await place.run(['restore_data', config, PATH], { env });
  expect([restore.exitCode, restore.stderr, Bun.hash(restore.stdout)]).toEqual([0, '', Bun.hash(DATA)]);
}

async function hook(config: string, variables: Record<string, string> = {}): Promise<Outcome> {
  return await place.run(['setup_plugin_for_backup', config, BACKUP_DIR, 'coordinator', '-1'], {
    env: { ...place.env, ...variables },
  });
}

const methods = (): string[] => [...new Set(proxy.requests.map(({ method }) => method))];

describe('a proxy of the environment', () => {
  test.each(['HTTPS_PROXY', 'https_proxy'])('%s is for https, by CONNECT', async (name) => {
    await roundTrip(await configFor('https'), { [name]: proxy.url });
    expect(methods()).toEqual(['CONNECT']);
    expect((await place.logLines())[0]).toContain(
      `-[INFO]:-https://${HOST}:${server?.port} is reached through the proxy ${proxy.url} (${name} in the environment)`,
    );
  });

  test.each(['HTTP_PROXY', 'http_proxy'])('%s is for http', async (name) => {
    await roundTrip(await configFor('http'), { [name]: proxy.url });
    expect(methods()).toContain('PUT');
    expect((await place.logLines())[0]).toContain(`${proxy.url} (${name} in the environment)`);
  });

  test.each(['http', 'https'] as const)(
    'has its user and password sent for %s, and never shown',
    async (scheme) => {
      const config = await configFor(scheme, { logger_verbosity: 'debug' });
      const url = proxy.url.replace('//', '//user:pa55%2Fword@');
      await roundTrip(config, { HTTP_PROXY: url, HTTPS_PROXY: url });
      expect(proxy.requests.length).toBeGreaterThan(0);
      const expected = `Basic ${Buffer.from('user:pa55/word').toString('base64')}`;
      expect(proxy.requests.every(({ headers }) => headers.get('proxy-authorization') === expected)).toBe(
        true,
      );
      expect((await place.logLines()).join('\n')).not.toMatch(/pa55|dXNlc/);
    },
  );

  test.each(['http', 'https'] as const)(
    'gives way to the option http_proxy for %s, which NO_PROXY does not touch',
    async (scheme) => {
      const config = await configFor(scheme, { http_proxy: proxy.url });
      const nowhere = 'http://127.0.0.1:1';
      await roundTrip(config, { HTTP_PROXY: nowhere, HTTPS_PROXY: nowhere, NO_PROXY: '*', no_proxy: '*' });
      expect(proxy.requests.length).toBeGreaterThan(0);
      expect((await place.logLines())[0]).toContain(`${proxy.url} (http_proxy)`);
    },
  );

  test.each(['http', 'https'] as const)('is not for what the option no_proxy excepts: %s', async (scheme) => {
    server = await startS3Server({ tls: scheme === 'https' });
    const ca_file = server.certificate === undefined ? undefined : place.write('ca.pem', server.certificate);
    const options = { ca_file, http_proxy: proxy.url, retry_timeout: '60s' };
    await roundTrip(place.config(server, { ...options, no_proxy: 'a.example, 127.0.0.0/8' }), {});
    expect(proxy.connections.made).toBe(0);
    await roundTrip(place.config(server, { ...options, no_proxy: '127.0.0.1:1' }), {});
    expect(proxy.connections.made).toBeGreaterThan(0);
  });

  // Nothing is at the name but through the proxy: that the program looks it up shows that it went directly.
  test.each<[string, 'http' | 'https', Record<string, string>]>([
    ['ALL_PROXY does not count', 'https', { ALL_PROXY: 'PROXY', all_proxy: 'PROXY' }],
    ['ALL_PROXY does not count for http', 'http', { ALL_PROXY: 'PROXY', all_proxy: 'PROXY' }],
    ['HTTP_PROXY is not for https', 'https', { HTTP_PROXY: 'PROXY', http_proxy: 'PROXY' }],
    ['HTTPS_PROXY is not for http', 'http', { HTTPS_PROXY: 'PROXY', https_proxy: 'PROXY' }],
    ['HTTP_PROXY of a CGI program', 'http', { HTTP_PROXY: 'PROXY', REQUEST_METHOD: 'GET' }],
    ['NO_PROXY excepts the host', 'https', { HTTPS_PROXY: 'PROXY', NO_PROXY: '.example' }],
    ['no_proxy excepts the host', 'https', { HTTPS_PROXY: 'PROXY', no_proxy: HOST }],
    ['NO_PROXY excepts the host of http', 'http', { HTTP_PROXY: 'PROXY', NO_PROXY: '*' }],
  ])('%s', async (_name, scheme, variables) => {
    const config = await configFor(scheme, { retry_timeout: '1s' });
    const own = Object.entries(variables).map(([name, value]) => [name, value.replace('PROXY', proxy.url)]);
    const { exitCode, stderr } = await hook(config, Object.fromEntries(own) as Record<string, string>);
    expect([exitCode, proxy.connections.made]).toEqual([1, 0]);
    expect(stderr).toMatch(/ENOTFOUND|EAI_AGAIN/);
    expect(stderr).toContain(HOST);
  });

  test('is not for a server on this host', async () => {
    server = await startS3Server();
    await roundTrip(place.config(server), { HTTP_PROXY: proxy.url, http_proxy: proxy.url });
    expect(proxy.connections.made).toBe(0);
  });

  test('of another kind is named at once, without its password', async () => {
    const { exitCode, stderr } = await hook(await configFor('https'), {
      HTTPS_PROXY: 'socks5://user:pa55word@127.0.0.1:1080',
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      'HTTPS_PROXY in the environment: must be http://host[:port] or https://host[:port]\nHINT: ',
    );
    expect(stderr).not.toContain('pa55word');
  });

  test('that is not there is told by its name, not as the server’s fault', async () => {
    const { stderr } = await hook(await configFor('https', { retry_timeout: '1s' }), {
      HTTPS_PROXY: 'http://127.0.0.1:1',
    });
    expect(stderr).toContain('proxy http://127.0.0.1:1: the connection was refused (ECONNREFUSED');
    expect(stderr).toContain(
      'HINT: no program listens at the proxy 127.0.0.1:1: check HTTPS_PROXY in the environment',
    );
  });
});

describe('https through a proxy', () => {
  test('uses its connections again, and leaves no socket behind', async () => {
    await roundTrip(await configFor('https', { http_proxy: proxy.url }), { TMPDIR: place.folder });
    expect(proxy.connections.made).toBeLessThan(server?.requests.length ?? 0);
    const folder = readdirSync(place.folder).find((name) => name.startsWith('.gpbackup_s3_plugin'));
    expect(readdirSync(place.path(folder ?? 'missing'))).toEqual([]);
  });

  test.each([
    [407, 'EPROXYREFUSED', 'refuses the connection: check host, user and password of http_proxy', 1],
    [403, 'EPROXYREFUSED', 'refuses the connection: check host, user and password of http_proxy', 1],
    [502, 'ERR_PROXY_TUNNEL', 'cannot reach store.example', 3],
  ])('that opens no tunnel: %i', async (status, code, hint, least) => {
    proxy.script.add({ when: { times: Infinity }, do: { kind: 'answer', status, body: '' } });
    const config = await configFor('https', { http_proxy: proxy.url, retry_timeout: '1s' });
    const { exitCode, stderr } = await hook(config);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`proxy ${proxy.url}: it answers CONNECT with HTTP ${status}`);
    expect(stderr).toContain(code);
    expect(stderr).toContain(`HINT: the proxy ${new URL(proxy.url).host} ${hint}`);
    const tries = proxy.requests.length;
    expect(least === 1 ? tries === 1 : tries >= least).toBe(true);
  });

  test('that does not answer CONNECT is what the message names', async () => {
    proxy.link.swallow();
    const { stderr } = await hook(await configFor('https', { http_proxy: proxy.url, retry_timeout: '1s' }));
    expect(stderr).toContain(`proxy ${proxy.url}: nothing came for `);
    expect(stderr).toContain('(ESTALLED');
  });

  test('a certificate that is not trusted is the server’s, not the proxy’s', async () => {
    const { stderr } = await hook(await configFor('https', { http_proxy: proxy.url, ca_file: undefined }));
    expect(stderr).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(stderr).not.toContain(`proxy ${proxy.url}`);
  });

  test('that speaks TLS itself: its certificate is checked as well', async () => {
    const { certificate, privateKey } = await makeCertificate('proxy.example', []);
    const sockets = new Set<Socket>();
    const secure = createTlsServer({ key: privateKey, cert: certificate }, (client) => {
      const there = connect(proxy.port, '127.0.0.1');
      for (const socket of [client, there]) {
        sockets.add(socket);
        socket.on('error', () => {});
      }
      client.pipe(there).pipe(client);
    });
    secure.on('tlsClientError', (_error, socket) => socket.destroy());
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    const address = secure.address();
    try {
      if (address === null || typeof address === 'string') throw new Error('no port');
      const http_proxy = `https://127.0.0.1:${address.port}`;
      const config = await configFor('https', { http_proxy });
      const { exitCode, stderr } = await hook(config);
      expect(exitCode).toBe(1);
      expect(stderr).toContain(`proxy ${http_proxy}: `);
      expect(stderr).toContain("HINT: the server's certificate is not trusted");
      place.write('ca.pem', `${server?.certificate?.trim()}\n${certificate}`);
      await roundTrip(config, {});
      expect(methods()).toEqual(['CONNECT']);
    } finally {
      for (const socket of sockets) socket.destroy();
      secure.close();
    }
  });

  test('connections that are cut in the middle are made again', async () => {
    const config = await configFor('https', { http_proxy: proxy.url });
    proxy.link.mortality = { share: 0.3, withinBytes: 12_000_000 };
    await roundTrip(config, {});
  });
});
