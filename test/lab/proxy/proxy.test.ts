import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { until } from '../../../lab/program/until.ts';
import { type Proxy, type ProxyAction, startProxy } from '../../../lab/proxy/proxy.ts';
import { startTestServer, type TestServer } from '../../../lab/test-server.ts';
import { reasonOf } from '../../../src/base/plugin-error.ts';
import { NoAnswer, type RawAnswer } from '../../conformance/raw-connection.ts';
import { type RequestOptions, sendSigned } from '../../conformance/signed-request.ts';

const PATH = '/backups/digits';
const CONTENT = '0123456789';

let server: TestServer;
let proxy: Proxy;
beforeEach(async () => {
  server = await startTestServer();
  await server.objects.put('backups', 'digits', CONTENT);
  proxy = await startProxy({ upstream: server.url });
});
afterEach(async () => {
  await proxy.stop();
  await server.stop();
});

async function send(request: Partial<RequestOptions> = {}): Promise<RawAnswer> {
  return await sendSigned({ ...server, endpoint: proxy.url }, { method: 'GET', path: PATH, ...request });
}

async function sendWith(action: ProxyAction, request: Partial<RequestOptions> = {}): Promise<RawAnswer> {
  proxy.script.add({ when: {}, do: action });
  return await send(request);
}

async function sendInVain(action?: ProxyAction, request: Partial<RequestOptions> = {}): Promise<NoAnswer> {
  if (action !== undefined) proxy.script.add({ when: {}, do: action });
  const outcome = await send(request).catch((error: unknown) => error);
  if (outcome instanceof NoAnswer) return outcome;
  throw new Error('an answer came', { cause: outcome });
}

const PUT = { method: 'PUT', path: '/backups/new', body: 'x'.repeat(3_000_000) };

describe('without a script', () => {
  test('requests and answers pass unchanged, with and without a body', async () => {
    expect((await send(PUT)).status).toBe(200);
    expect((await server.objects.get('backups', 'new'))?.length).toBe(3_000_000);
    const answer = await send({ headers: { range: 'bytes=2-4' } });
    expect([answer.status, answer.body.toString(), answer.headers.get('content-range')]).toEqual([
      206,
      '234',
      'bytes 2-4/10',
    ]);
    expect((await send({ method: 'HEAD' })).headers.get('content-length')).toBe('10');
    expect(proxy.requests.map(({ operation, status }) => `${operation} ${status}`)).toEqual([
      'PutObject 200',
      'GetObject 206',
      'HeadObject 200',
    ]);
  });

  test('an answer in chunks arrives whole', async () => {
    const chunked = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: () =>
        new Response(
          (async function* () {
            yield 'one ';
            await Bun.sleep(1);
            yield 'two';
          })(),
        ),
    });
    proxy.upstream = chunked.url.origin;
    expect((await send()).body.toString()).toBe('one two');
    await chunked.stop(true);
  });

  test('a connection is kept, with one to the server for it', async () => {
    for (let count = 0; count < 3; count += 1) expect(await (await fetch(proxy.url)).text()).toContain('<');
    expect(new Set(server.requests.map(({ connectionId }) => connectionId)).size).toBe(1);
    expect(proxy.connections.made).toBe(1);
  });

  test('a server that is gone is a connection that is lost', async () => {
    await server.stop();
    await sendInVain();
  });
});

describe('a script', () => {
  test('an answer that is made up does not reach the server', async () => {
    const answer = await sendWith({ kind: 'answer', status: 503, code: 'SlowDown' }, PUT);
    expect([answer.status, answer.body.toString().includes('<Code>SlowDown</Code>')]).toEqual([503, true]);
    expect(server.requests.length).toBe(0);
  });

  test('a request that is cut off reaches the server in part, and stores nothing', async () => {
    await sendInVain({ kind: 'cutRequest', afterBytes: 100_000 }, PUT);
    await until(() => server.requests[0]?.bodyLength === 100_000);
    expect(server.objects.keys('backups')).toEqual(['digits']);
  });

  test('an answer that is lost was performed', async () => {
    await sendInVain({ kind: 'loseAnswer' }, PUT);
    expect(server.objects.keys('backups')).toEqual(['digits', 'new']);
  });

  test('an answer is cut off in its head or in its body', async () => {
    await server.objects.put('backups', 'digits', CONTENT.repeat(100_000));
    await sendInVain({ kind: 'cutResponse', afterBytes: 9, inHeaders: true });
    const answer = await sendWith({ kind: 'cutResponse', afterBytes: 1000 });
    expect([answer.status, answer.isComplete, answer.body.length]).toEqual([200, false, 1000]);
  });

  test('an answer is rewritten, with the length of the new body', async () => {
    const answer = await sendWith({
      kind: 'rewrite',
      status: 206,
      headers: { etag: undefined, 'content-encoding': 'gzip' },
      body: (bytes) => Bun.gzipSync(Uint8Array.from(bytes)),
    });
    expect([answer.status, answer.headers.get('etag'), answer.headers.get('content-encoding')]).toEqual([
      206,
      undefined,
      'gzip',
    ]);
    expect(Buffer.from(Bun.gunzipSync(Uint8Array.from(answer.body))).toString()).toBe(CONTENT);
  });

  test('headers are set, damage is done, and 304 has no body', async () => {
    const ranged = await sendWith({ kind: 'contentRange', value: 'bytes 1-2/3' });
    expect(ranged.headers.get('content-range')).toBe('bytes 1-2/3');
    expect((await sendWith({ kind: 'corruptBody', atByte: 3 })).body.subarray(0, 3).toString()).toBe('012');
    const unchanged = await sendWith({ kind: 'rewrite', status: 304 });
    expect([unchanged.status, unchanged.body.length]).toEqual([304, 0]);
  });

  test('a request that the script has nothing for can be decided on', async () => {
    const other = await startProxy({
      upstream: server.url,
      decide: ({ method }) => (method === 'GET' ? { kind: 'answer', status: 418 } : undefined),
    });
    expect((await fetch(other.url)).status).toBe(418);
    await other.stop();
  });
});

describe('lines', () => {
  test('latency is waited for both ways', async () => {
    proxy.link.latency = 100;
    const startedAt = performance.now();
    expect((await send()).body.toString()).toBe(CONTENT);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(199);
  });

  test('no more bytes pass than the bandwidth allows', async () => {
    proxy.link.bytesPerSecond = 1_000_000;
    const startedAt = performance.now();
    expect((await send({ ...PUT, body: 'x'.repeat(300_000) })).status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(290);
  });

  test('what was swallowed goes on when it is released', async () => {
    proxy.link.swallow();
    const sending = send();
    await until(() => proxy.requests.length === 1);
    expect(server.requests.length).toBe(0);
    proxy.link.release();
    expect((await sending).body.toString()).toBe(CONTENT);
  });

  test('doomed connections die within their bytes, the others live', async () => {
    proxy.link.mortality = { share: 0.5, withinBytes: 1_000_000 };
    const outcomes: boolean[] = [];
    for (let count = 0; count < 40; count += 1)
      outcomes.push(
        await send(PUT).then(
          () => true,
          () => false,
        ),
      );
    const lived = outcomes.filter((outcome) => outcome).length;
    expect(proxy.connections).toEqual({ made: 40, died: 40 - lived });
    expect(lived).toBeGreaterThan(8);
    expect(lived).toBeLessThan(32);
  });

  test('connections are refused, and taken again on the same port', async () => {
    await proxy.refuse();
    const refused = await fetch(proxy.url).catch((error: unknown) => error);
    expect(refused).toHaveProperty('code', 'ECONNREFUSED');
    await proxy.accept();
    expect((await send()).body.toString()).toBe(CONTENT);
  });

  test('all connections are cut', async () => {
    server.faults.add({ when: {}, do: { kind: 'stallResponse', afterBytes: 3 } });
    const sending = sendInVain();
    await until(() => server.requests.length === 1);
    proxy.cut();
    expect((await sending).received.toString()).not.toContain(CONTENT);
  });

  test('a share of the connections is cut', async () => {
    server.faults.add({ when: { times: Infinity }, do: { kind: 'stallResponse', afterBytes: 3 } });
    const sending = Array.from({ length: 20 }, async () => await sendInVain());
    await until(() => server.requests.length === 20);
    proxy.cut(0.5);
    const { died } = proxy.connections;
    expect(died).toBeGreaterThan(2);
    expect(died).toBeLessThan(18);
    proxy.cut();
    await Promise.all(sending);
  });
});

describe('without a server behind it', () => {
  test('the request line names the server', async () => {
    const forward = await startProxy();
    const answer = await fetch(`${server.url}/backups`, { proxy: forward.url });
    expect(await answer.text()).toContain('<Error>');
    expect(server.requests[0]?.rawPath).toBe('/backups');
    await forward.stop();
  });

  test('CONNECT makes a tunnel to it, or is answered by the script', async () => {
    const secure = await startTestServer({ tls: true });
    const forward = await startProxy();
    const init = { proxy: forward.url, tls: { rejectUnauthorized: false } };
    expect(await (await fetch(`${secure.url}/backups`, init)).text()).toContain('<Error>');
    expect(forward.requests.map(({ method, key }) => `${method} ${key}`)).toEqual([
      `CONNECT 127.0.0.1:${secure.port}`,
    ]);
    forward.script.add({ when: { method: 'CONNECT' }, do: { kind: 'answer', status: 502 } });
    const refused = await fetch(`${secure.url}/other`, { ...init, keepalive: false }).catch(reasonOf);
    expect(refused).toContain('502');
    await forward.stop();
    await secure.stop();
  });
});
