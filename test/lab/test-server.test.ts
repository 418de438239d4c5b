import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import { type FaultAction, startTestServer, type TestServer } from '../../lab/test-server.ts';
import { NoAnswer, type RawAnswer, RawConnection } from '../conformance/raw-connection.ts';
import { type RequestOptions, sendSigned, signRequest } from '../conformance/signed-request.ts';

const path = '/backups/digits';
const content = '0123456789';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  await server.objects.put('backups', 'digits', content);
});

afterEach(() => {
  server.faults.clear();
  server.requests.length = 0;
});

afterAll(() => server.stop());

function identity(): Parameters<typeof sendSigned>[0] {
  return { ...server, endpoint: server.url };
}

/** One request with a fault, as a client without judgement sees it. */
async function send(fault: FaultAction, request: Partial<RequestOptions> = {}): Promise<RawAnswer> {
  server.faults.add({ when: {}, do: fault });
  return sendSigned(identity(), { method: 'GET', path, ...request });
}

/** A request that gets no answer: how the connection ended, and what came before. */
async function sendInVain(fault: FaultAction, request: Partial<RequestOptions> = {}): Promise<NoAnswer> {
  const outcome = await send(fault, request).then(
    (answer) => new Error(`answer ${answer.status}`),
    (error: unknown) => error,
  );
  if (outcome instanceof NoAnswer) return outcome;
  throw outcome;
}

/** A connection on which a request with a fault was begun. */
async function open(fault: FaultAction, request: Partial<RequestOptions> = {}): Promise<RawConnection> {
  server.faults.add({ when: {}, do: fault });
  const wire = await signRequest(identity(), { method: 'GET', path, ...request });
  const connection = await RawConnection.open(server.url);
  await connection.send(wire.head);
  if (wire.body.length > 0) await connection.send(wire.body);
  return connection;
}

const put = { method: 'PUT', path: '/backups/new', body: 'x'.repeat(100_000) };

test('answer: an error document in place of the operation, with headers', async () => {
  const headers = { 'retry-after': '1' };
  const answer = await send(
    { kind: 'answer', status: 503, code: 'SlowDown', message: 'slower', headers },
    put,
  );
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('1');
  expect(answer.body.toString()).toContain('<Code>SlowDown</Code><Message>slower</Message>');
  expect(server.objects.head('backups', 'new')).toBeUndefined();
  expect(server.requests[0]).toMatchObject({ bodyLength: 100_000, status: 503 });
});

test('answer: without a code the body is as given, or empty', async () => {
  expect((await send({ kind: 'answer', status: 500, body: 'oops' })).body.toString()).toBe('oops');
  expect((await send({ kind: 'answer', status: 500 })).headers.get('content-length')).toBe('0');
});

test('answer early: before the body is read, and the connection ends', async () => {
  const answer = await send({ kind: 'answer', status: 500, early: true }, put);
  expect([answer.status, answer.headers.get('connection')]).toEqual([500, 'close']);
  expect(server.requests[0]?.bodyLength).toBe(0);
});

test('drop: the connection ends without an answer, and nothing was done', async () => {
  await sendInVain({ kind: 'drop' }, { ...put, body: '' });
  expect(server.objects.head('backups', 'new')).toBeUndefined();
  expect(server.requests[0]?.status).toBeUndefined();
});

test('cutRequest: RST within the body of the request', async () => {
  const connection = await open({ kind: 'cutRequest', afterBytes: 1000 }, put);
  await connection.ended();
  expect(connection.wasReset).toBe(true);
  expect(server.requests[0]).toMatchObject({ bodyLength: 1000, status: undefined });
  expect(server.objects.head('backups', 'new')).toBeUndefined();
});

test('stallRequest: the body is read to there, and no further', async () => {
  const body = Buffer.alloc(32 * 1024 * 1024);
  server.faults.add({ when: {}, do: { kind: 'stallRequest', afterBytes: 1000 } });
  const wire = await signRequest(identity(), { ...put, body });
  const connection = await RawConnection.open(server.url);
  const sent = connection.send(Buffer.concat([Buffer.from(wire.head), body])).then(() => 'sent');
  // Another request is answered meanwhile: the server is not what waits.
  for (let others = 0; others < 20; others++) await sendSigned(identity(), { method: 'GET', path });
  expect(await Promise.race([sent, Promise.resolve('stalled')])).toBe('stalled');
  expect(server.requests[0]).toMatchObject({ bodyLength: 1000, status: undefined });
  connection.close();
});

test('loseAnswer: performed, but the connection ends without an answer', async () => {
  const lost = await sendInVain({ kind: 'loseAnswer' }, { ...put, path: '/backups/lost' });
  expect([lost.received.length, lost.wasReset]).toEqual([0, false]);
  expect(server.objects.head('backups', 'lost')?.size).toBe(100_000);
  expect(server.requests[0]?.status).toBeUndefined();
});

test('delay: performed, and answered not before', async () => {
  const start = performance.now();
  expect((await send({ kind: 'delay', ms: 50 })).body.toString()).toBe(content);
  expect(performance.now() - start).toBeGreaterThanOrEqual(49);
});

test('delayAnswer: performed at once, and answered later', async () => {
  const start = performance.now();
  const sending = send({ kind: 'delayAnswer', ms: 50 }, { ...put, path: '/backups/late' });
  while (server.objects.head('backups', 'late') === undefined) await Bun.sleep(1);
  await sending;
  expect(performance.now() - start).toBeGreaterThanOrEqual(49);
});

test('before and afterwards: called around the operation', async () => {
  await server.objects.put('backups', 'changing', 'one');
  const change = (text: string) => () => server.objects.put('backups', 'changing', text);
  const changing = { path: '/backups/changing' };
  expect((await send({ kind: 'before', run: change('two') }, changing)).body.toString()).toBe('two');
  expect((await send({ kind: 'afterwards', run: change('three') }, changing)).body.toString()).toBe('two');
  expect((await sendSigned(identity(), { method: 'GET', ...changing })).body.toString()).toBe('three');
});

test('cutResponse: so many bytes of the body, then RST', async () => {
  const connection = await open({ kind: 'cutResponse', afterBytes: 4 });
  const answer = await connection.answer();
  expect(answer).toMatchObject({ status: 200, isComplete: false });
  expect(answer.body.toString()).toBe('0123');
  await connection.ended();
  expect(connection.wasReset).toBe(true);
});

test('cutResponse in headers: so many bytes of the head, then RST', async () => {
  const cut = await sendInVain({ kind: 'cutResponse', afterBytes: 12, inHeaders: true });
  expect([cut.received.toString(), cut.wasReset]).toEqual(['HTTP/1.1 200', true]);
});

test('stallResponse: the head and so many bytes, then nothing; the connection stays', async () => {
  const connection = await open({ kind: 'stallResponse', afterBytes: 4 });
  const received = await connection.arrived(1);
  const head = received.indexOf('\r\n\r\n') + 4;
  await connection.arrived(head + 4);
  await sendSigned(identity(), { method: 'GET', path });
  expect((await connection.arrived(0)).subarray(head).toString()).toBe('0123');
  connection.endSending();
  await connection.ended();
});

test('shortBody: the whole length is announced, less is sent, then FIN', async () => {
  const connection = await open({ kind: 'shortBody', bytes: 4 });
  const answer = await connection.answer();
  expect(answer.headers.get('content-length')).toBe('10');
  expect([answer.body.toString(), answer.isComplete, connection.wasReset]).toEqual(['0123', false, false]);
  connection.close();
});

test('lieLength: another length is announced than is sent', async () => {
  const answer = await send({ kind: 'lieLength', contentLength: 12 });
  expect([answer.body.toString(), answer.isComplete]).toEqual([content, false]);
  expect((await send({ kind: 'lieLength', contentLength: 3 })).body.toString()).toBe('012');
});

test('corruptBody: one byte is another one', async () => {
  const { body } = await send({ kind: 'corruptBody', atByte: 3 });
  const expected = Buffer.from(content);
  expected[3] = 0xff ^ 0x33;
  expect(body).toEqual(expected);
});

test('trickle: everything comes, in many small pieces', async () => {
  const start = performance.now();
  expect((await send({ kind: 'trickle', bytesPerSecond: 100 })).body.toString()).toBe(content);
  expect(performance.now() - start).toBeGreaterThanOrEqual(50);
});

test('ignoreRange: the whole object with 200', async () => {
  const answer = await send({ kind: 'ignoreRange' }, { headers: { range: 'bytes=2-3' } });
  expect([answer.status, answer.body.toString()]).toEqual([200, content]);
  expect(server.requests[0]?.range).toBe('bytes=2-3');
});

test('contentRange and headers: the head says something else', async () => {
  const range = { headers: { range: 'bytes=2-3' } };
  const other = await send({ kind: 'contentRange', value: 'bytes 3-4/10' }, range);
  expect([other.headers.get('content-range'), other.body.toString()]).toEqual(['bytes 3-4/10', '23']);
  const changed = await send({ kind: 'headers', set: { 'content-encoding': 'gzip', etag: undefined } });
  expect([changed.headers.get('content-encoding'), changed.headers.has('etag')]).toEqual(['gzip', false]);
});

test('okWithError: 200 with an error document, and nothing was done', async () => {
  const answer = await send({ kind: 'okWithError', code: 'InternalError' }, put);
  expect(answer.status).toBe(200);
  expect(answer.body.toString()).toContain('<Error><Code>InternalError</Code>');
  expect(server.objects.head('backups', 'new')).toBeUndefined();
});

test('nth and times: the second and third matching request go wrong', async () => {
  server.faults.add({
    when: { operation: 'GetObject', key: /^dig/, range: /^bytes=0/, nth: 2, times: 2 },
    do: { kind: 'answer', status: 500 },
  });
  const statuses: number[] = [];
  for (let request = 0; request < 4; request++) {
    await sendSigned(identity(), { method: 'GET', path });
    const ranged = { method: 'GET', path, headers: { range: 'bytes=0-1' } };
    statuses.push((await sendSigned(identity(), ranged)).status);
  }
  expect(statuses).toEqual([206, 500, 500, 206]);
});

test('of two faults at one request the first one is carried out, and both count it', async () => {
  server.faults.add({ when: { method: 'GET' }, do: { kind: 'answer', status: 500 } });
  server.faults.add({
    when: { key: 'digits', times: Number.POSITIVE_INFINITY, nth: 2 },
    do: { kind: 'answer', status: 503 },
  });
  const statuses: number[] = [];
  for (let request = 0; request < 3; request++) {
    statuses.push((await sendSigned(identity(), { method: 'GET', path })).status);
  }
  expect(statuses).toEqual([500, 503, 503]);
});
