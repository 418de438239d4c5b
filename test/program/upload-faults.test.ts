import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import {
  BACKUP_DIR,
  type Outcome,
  PREFIX,
  someBytes,
  TIMESTAMP,
  Workplace,
} from '../../lab/program/plugin.ts';
import { until } from '../../lab/program/until.ts';
import { checksumHeaders } from '../../lab/s3-server/profiles/profile.ts';
import type { FaultAction, FaultCondition } from '../../lab/test-server.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

const NAME = `gpbackup_0_${TIMESTAMP}_16385`;
const KEY = `${PREFIX}${NAME}`;
/** Three parts of the growing schedule: 8 MiB, 8 MiB and a rest. */
const DATA = someBytes(8 * 1024 * 1024 * 2 + 12_345);

let server: TestServer;
let place: Workplace;
beforeEach(async () => {
  server = await startTestServer();
  place = new Workplace();
});
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

async function backup(options: Record<string, string> = {}, data: Uint8Array = DATA): Promise<Outcome> {
  return await place.run(['backup_data', place.config(server, options), `${BACKUP_DIR}/${NAME}`], {
    stdin: data,
  });
}

async function expectStored(outcome: Outcome, data: Uint8Array = DATA): Promise<void> {
  expect(outcome).toEqual({ exitCode: 0, stdout: Buffer.alloc(0), stderr: '' });
  expect(Bun.hash(await stored())).toBe(Bun.hash(data));
  expect(server.objects.uploads('backups')).toEqual([]);
}

function expectRefused(outcome: Outcome, ...texts: string[]): void {
  expect(outcome.exitCode).toBe(1);
  for (const text of texts) expect(outcome.stderr).toContain(text);
  expect(outcome.stderr).toContain(`s3://backups/${KEY}`);
  expect(server.objects.keys('backups')).toEqual([]);
  expect(server.objects.uploads('backups')).toEqual([]);
}

async function stored(): Promise<Uint8Array> {
  return (await server.objects.get('backups', KEY)) ?? new Uint8Array(0);
}

const countOf = (operation: string): number =>
  server.requests.filter((request) => request.operation === operation).length;

describe('a passing fault is survived, the object is whole and no upload is left', () => {
  const faults: readonly (readonly [string, FaultCondition, FaultAction])[] = [
    [
      '500 on a part',
      { operation: 'UploadPart', partNumber: 2 },
      { kind: 'answer', status: 500, code: 'InternalError' },
    ],
    [
      '503 SlowDown for a while',
      { operation: 'UploadPart', times: 6 },
      { kind: 'answer', status: 503, code: 'SlowDown' },
    ],
    ['429', { operation: 'UploadPart' }, { kind: 'answer', status: 429, code: 'TooManyRequests' }],
    [
      '408 RequestTimeout',
      { operation: 'UploadPart' },
      { kind: 'answer', status: 408, code: 'RequestTimeout' },
    ],
    [
      '409 OperationAborted',
      { operation: 'CompleteMultipartUpload' },
      { kind: 'answer', status: 409, code: 'OperationAborted' },
    ],
    [
      '502 with a page of a proxy',
      { operation: 'UploadPart' },
      { kind: 'answer', status: 502, body: '<html>Bad Gateway</html>' },
    ],
    ['499', { operation: 'UploadPart' }, { kind: 'answer', status: 499 }],
    [
      'a connection cut in the middle of a part',
      { operation: 'UploadPart', partNumber: 1 },
      { kind: 'cutRequest', afterBytes: 3_000_000 },
    ],
    ['a connection closed without an answer', { operation: 'CreateMultipartUpload' }, { kind: 'drop' }],
    ['an answer to a part that is lost', { operation: 'UploadPart', partNumber: 2 }, { kind: 'loseAnswer' }],
    [
      'an answer cut in its head',
      { operation: 'UploadPart', partNumber: 3 },
      { kind: 'cutResponse', afterBytes: 20, inHeaders: true },
    ],
    [
      'a part refused as damaged',
      { operation: 'UploadPart', partNumber: 2 },
      { kind: 'answer', status: 400, code: 'BadDigest' },
    ],
    [
      'a part without an ETag',
      { operation: 'UploadPart', partNumber: 2 },
      { kind: 'headers', set: { etag: undefined } },
    ],
    [
      '200 with InternalError at Complete',
      { operation: 'CompleteMultipartUpload' },
      { kind: 'okWithError', code: 'InternalError' },
    ],
    [
      'an answer to Create that is no XML',
      { operation: 'CreateMultipartUpload' },
      { kind: 'answer', status: 200, body: '<html>hello</html>' },
    ],
    [
      'a result of Complete that is cut short',
      { operation: 'CompleteMultipartUpload' },
      { kind: 'answer', status: 200, body: '<CompleteMultipartUploadResult><ETag>' },
    ],
  ];
  test.each(faults)('%s', async (_name, when, action) => {
    server.faults.add({ when, do: action });
    await expectStored(await backup());
  });

  test('a part that stands still is sent again', async () => {
    server.faults.add({
      when: { operation: 'UploadPart', partNumber: 2 },
      do: { kind: 'stallRequest', afterBytes: 1000 },
    });
    await expectStored(await backup({ retry_timeout: '5s' }));
    expect(countOf('UploadPart')).toBe(4);
  });

  test('a small object whose answer is lost is put again', async () => {
    server.faults.add({ when: { operation: 'PutObject' }, do: { kind: 'loseAnswer' } });
    await expectStored(await backup({}, someBytes(100)), someBytes(100));
    expect(countOf('PutObject')).toBe(2);
  });

  test('Retry-After is waited for', async () => {
    server.faults.add({
      when: { operation: 'PutObject' },
      do: { kind: 'answer', status: 503, code: 'SlowDown', headers: { 'retry-after': '2' } },
    });
    await expectStored(await backup({}, someBytes(100)), someBytes(100));
    const [first, second] = server.requests.filter(({ operation }) => operation === 'PutObject');
    expect((second?.startedAt.getTime() ?? 0) - (first?.startedAt.getTime() ?? 0)).toBeGreaterThanOrEqual(
      1990,
    );
  });
});

test('an answer to Create that is lost leaves no second upload', async () => {
  server.faults.add({ when: { operation: 'CreateMultipartUpload' }, do: { kind: 'loseAnswer' } });
  await expectStored(await backup());
  expect(countOf('CreateMultipartUpload')).toBe(2);
});

describe('the outcome of Complete', () => {
  test('lost, and the object is there: success', async () => {
    server.faults.add({ when: { operation: 'CompleteMultipartUpload' }, do: { kind: 'loseAnswer' } });
    await expectStored(await backup());
    expect(countOf('HeadObject')).toBe(1);
  });

  test('lost, and the next try is told 404 in other words: the object is looked at', async () => {
    server.faults.add({ when: { operation: 'CompleteMultipartUpload' }, do: { kind: 'loseAnswer' } });
    server.faults.add({
      when: { operation: 'CompleteMultipartUpload', nth: 2 },
      do: { kind: 'answer', status: 404 },
    });
    await expectStored(await backup());
  });

  const noSuchUpload: FaultAction = { kind: 'answer', status: 404, code: 'NoSuchUpload' };

  test('open, and another object is there: failure, and the other object is not taken for this one', async () => {
    const other = someBytes(DATA.length, 2);
    await server.objects.put('backups', KEY, other);
    server.faults.add({ when: { operation: 'CompleteMultipartUpload' }, do: noSuchUpload });
    const outcome = await backup();
    expect(outcome.exitCode).toBe(1);
    expect(outcome.stderr).toContain('NoSuchUpload');
    expect(Bun.hash(await stored())).toBe(Bun.hash(other));
    expect(server.objects.uploads('backups')).toEqual([]);
  });

  test('open, and nothing is there: failure', async () => {
    server.faults.add({ when: { operation: 'CompleteMultipartUpload' }, do: noSuchUpload });
    expectRefused(await backup(), 'CompleteMultipartUpload', 'NoSuchUpload');
    expect(countOf('HeadObject')).toBe(1);
  });

  test('200 with an error that lasts: failure, and the upload is removed', async () => {
    server.faults.add({
      when: { operation: 'CompleteMultipartUpload', times: Infinity },
      do: { kind: 'okWithError', code: 'InvalidPart' },
    });
    expectRefused(await backup(), 'CompleteMultipartUpload', 'InvalidPart');
  });
});

const ok = (code: string): FaultAction => ({
  kind: 'answer',
  status: 200,
  headers: { etag: '"0123456789abcdef0123456789abcdef"' },
  body: `\n<?xml version="1.0"?>\n<Error><Code>${code}</Code><Message>Not this time.</Message></Error>`,
});

describe('an error document in an answer that says 200 is a failure', () => {
  test.each(['PutObject', 'UploadPart'] as const)('to %s: tried again when it passes', async (operation) => {
    server.faults.add({ when: { operation }, do: ok('InternalError') });
    const data = operation === 'PutObject' ? someBytes(50) : DATA;
    await expectStored(await backup({}, data), data);
  });

  test.each(['PutObject', 'UploadPart'] as const)('to %s: told when it lasts', async (operation) => {
    server.faults.add({ when: { operation, times: Infinity }, do: ok('QuotaExceeded') });
    const data = operation === 'PutObject' ? someBytes(50) : DATA;
    expectRefused(await backup({}, data), operation, 'QuotaExceeded', 'Not this time');
  });

  test('to CreateMultipartUpload, DeleteObjects and DeleteObject', async () => {
    server.faults.add({ when: { operation: 'CreateMultipartUpload' }, do: ok('InternalError') });
    await expectStored(await backup());
    await server.objects.put('backups', `${KEY}2`, someBytes(1));
    server.faults.add({ when: { operation: 'DeleteObjects' }, do: ok('InternalError') });
    const config = place.config(server);
    expect((await place.run(['delete_backup', config, TIMESTAMP])).exitCode).toBe(0);
    expect([server.objects.keys('backups'), countOf('DeleteObjects')]).toEqual([[], 2]);
    await server.objects.put('backups', KEY, someBytes(1));
    server.faults.add({ when: { operation: 'DeleteObject', times: Infinity }, do: ok('AccessDenied') });
    const refused = await place.run(['delete_backup', config, TIMESTAMP]);
    expect([refused.exitCode, refused.stderr.includes('AccessDenied')]).toEqual([1, true]);
  });

  test('to AbortMultipartUpload: the log tells what may remain', async () => {
    server.faults.add({
      when: { operation: 'UploadPart', times: Infinity },
      do: { kind: 'answer', status: 403, code: 'AccessDenied' },
    });
    server.faults.add({
      when: { operation: 'AbortMultipartUpload', times: Infinity },
      do: ok('AccessDenied'),
    });
    expect((await backup()).exitCode).toBe(1);
    expect((await place.logLines()).join('\n')).toContain('AbortMultipartUpload');
  });
});

test('a result of Complete without an ETag is none', async () => {
  const body = '<CompleteMultipartUploadResult><Key>k</Key></CompleteMultipartUploadResult>';
  server.faults.add({
    when: { operation: 'CompleteMultipartUpload', times: Infinity },
    do: { kind: 'answer', status: 200, body },
  });
  expectRefused(await backup(), 'CompleteMultipartUpload', 'no ETag');
});

const wants = (code: string, message: string): FaultAction => ({
  kind: 'answer',
  status: 400,
  code,
  message,
});
const OBJECT_LOCK =
  'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Part requests with Object Lock parameters';

const md5s = (operation: string): (string | undefined)[] =>
  server.requests
    .filter((request) => request.operation === operation)
    .map(({ headers }) => headers.get('content-md5'));

describe('a server that wants Content-MD5', () => {
  test.each([
    ['InvalidRequest', OBJECT_LOCK],
    ['MissingContentMD5', 'Missing required header for this request.'],
    ['InvalidRequest', 'Missing required header for this request: Content-MD5'],
  ])('by %s "%s" gets it with each part from then on', async (code, message) => {
    server.faults.add({ when: { operation: 'UploadPart' }, do: wants(code, message) });
    await expectStored(await backup({ backup_max_concurrent_requests: '1' }));
    const [first, ...others] = md5s('UploadPart');
    expect(first).toBeUndefined();
    expect(others).toHaveLength(3);
    for (const md5 of [...others, ...md5s('CompleteMultipartUpload')]) expect(md5).toMatch(/^.{22}==$/);
  });

  test('of parts in parallel: each that was sent without it is sent again', async () => {
    const lock = await startTestServer({
      profile: {
        provider: 'object lock',
        host: 'localhost',
        ignoredHeaders: checksumHeaders,
        rules: [
          {
            refuses: { kind: 'header missing', operation: 'UploadPart', anyOf: ['content-md5'] },
            with: { code: 'InvalidRequest', message: OBJECT_LOCK },
          },
        ],
      },
    });
    const path = `${BACKUP_DIR}/${NAME}`;
    const outcome = await place.run(['backup_data', place.config(lock), path], { stdin: DATA });
    expect([outcome.exitCode, outcome.stderr]).toEqual([0, '']);
    expect(Bun.hash((await lock.objects.get('backups', KEY)) ?? '')).toBe(Bun.hash(DATA));
    expect(lock.requests.filter(({ status }) => status === 400).length).toBeGreaterThan(0);
    await lock.stop();
  });

  test('in PutObject, where the config turns checksums off', async () => {
    server.faults.add({ when: { operation: 'PutObject' }, do: wants('InvalidRequest', OBJECT_LOCK) });
    await expectStored(await backup({ checksum: 'off' }, someBytes(50)), someBytes(50));
    expect(md5s('PutObject').map((md5) => md5 !== undefined)).toEqual([false, true]);
  });

  test('although it gets it, is not asked for ever; one that calls it wrong has got it', async () => {
    server.faults.add({
      when: { operation: 'PutObject', times: Infinity },
      do: wants('InvalidRequest', OBJECT_LOCK),
    });
    expectRefused(await backup({}, someBytes(50)), 'Content-MD5');
    expect(countOf('PutObject')).toBe(1);
    server.faults.clear();
    server.faults.add({
      when: { operation: 'UploadPart', times: Infinity },
      do: wants('InvalidDigest', 'The Content-MD5 you specified is not valid.'),
    });
    expectRefused(await backup(), 'InvalidDigest');
    expect(md5s('UploadPart').every((md5) => md5 === undefined)).toBe(true);
  });
});

describe('a lasting fault ends the backup with its cause, and nothing is left', () => {
  test('AccessDenied at once, with a hint', async () => {
    server.faults.add({
      when: { operation: 'CreateMultipartUpload', times: Infinity },
      do: { kind: 'answer', status: 403, code: 'AccessDenied' },
    });
    expectRefused(await backup(), 'CreateMultipartUpload', 'AccessDenied', 'HINT: ', 'policy');
    expect(countOf('CreateMultipartUpload')).toBe(1);
  });

  test('a part that is refused for good: the others are ended and the upload is removed', async () => {
    server.faults.add({
      when: { operation: 'UploadPart', partNumber: 2, times: Infinity },
      do: { kind: 'answer', status: 403, code: 'AccessDenied' },
    });
    expectRefused(await backup(), 'UploadPart', 'AccessDenied');
    expect(countOf('AbortMultipartUpload')).toBeGreaterThanOrEqual(1);
  });

  test('damage that repeats is given up after three tries', async () => {
    server.faults.add({
      when: { operation: 'UploadPart', partNumber: 1, times: Infinity },
      do: { kind: 'answer', status: 400, code: 'BadDigest' },
    });
    expectRefused(await backup(), 'BadDigest', '3 tries');
  });

  test('errors that do not end are given up after retry_timeout', async () => {
    server.faults.add({
      when: { operation: 'PutObject', times: Infinity },
      do: { kind: 'answer', status: 500, code: 'InternalError' },
    });
    expectRefused(
      await backup({ retry_timeout: '1s' }, someBytes(10)),
      'PutObject',
      'InternalError',
      'tries',
    );
  });

  test('an empty answer with an ETag is one of a store, whatever it calls itself', async () => {
    server.faults.add({
      when: { operation: 'PutObject' },
      do: { kind: 'headers', set: { 'content-type': 'text/html; charset=utf-8' } },
    });
    await expectStored(await backup({}, someBytes(50)), someBytes(50));
    expect(countOf('PutObject')).toBe(1);
  });

  test('the page of a portal is not taken for the answer of the store', async () => {
    server.faults.add({
      when: { operation: 'PutObject', times: Infinity },
      do: { kind: 'answer', status: 200, body: '<html>Log in</html>' },
    });
    expectRefused(await backup({}, someBytes(10)), 'PutObject', 'EPROTOCOL', '3 tries', 'HINT: ');
  });

  test('max_request_retries bounds the tries', async () => {
    server.faults.add({
      when: { operation: 'PutObject', times: Infinity },
      do: { kind: 'answer', status: 500, code: 'InternalError' },
    });
    expectRefused(await backup({ max_request_retries: '2' }, someBytes(10)), '3 tries');
    expect(countOf('PutObject')).toBe(3);
  });

  test('a redirect is not followed with credentials; the region it names is in the hint', async () => {
    server.faults.add({
      when: { operation: 'PutObject', times: Infinity },
      do: {
        kind: 'answer',
        status: 301,
        code: 'PermanentRedirect',
        headers: { 'x-amz-bucket-region': 'eu-central-1', location: 'http://127.0.0.1:1/elsewhere' },
      },
    });
    expectRefused(await backup({}, someBytes(10)), 'set region: eu-central-1');
    expect(countOf('PutObject')).toBe(1);
  });
});

describe('clock, tokens and negotiation', () => {
  test('a clock 20 minutes off is learnt from the server and the backup succeeds', async () => {
    const offset = 20 * 60_000;
    server.clock = () => new Date(Date.now() + offset);
    await expectStored(await backup());
    expect(server.requests.filter(({ status }) => status === 403).length).toBe(1);
  });

  test('an expired session token fails at once and says so', async () => {
    await using expired = await startServerWith({ sessionToken: 'old-token', expired: true });
    const config = place.config(expired.server, { aws_session_token: 'old-token' });
    const outcome = await place.run(['backup_data', config, `${BACKUP_DIR}/${NAME}`], { stdin: 'x' });
    expect(outcome.exitCode).toBe(1);
    expect(outcome.stderr).toContain('session token has expired');
    expect(outcome.stderr).not.toContain('old-token');
    expect(expired.server.requests.length).toBe(1);
  });

  test('a session token is sent and signed', async () => {
    await using temporary = await startServerWith({ sessionToken: 'a-good-token' });
    const config = place.config(temporary.server, { aws_session_token: 'a-good-token' });
    const outcome = await place.run(['backup_data', config, `${BACKUP_DIR}/${NAME}`], { stdin: DATA });
    expect([outcome.exitCode, outcome.stderr]).toEqual([0, '']);
  });

  test('CRC32 of every part and of the whole is sent where the server acknowledges it', async () => {
    await expectStored(await backup());
    const parts = server.requests.filter(({ operation }) => operation === 'UploadPart');
    expect(parts.map(({ headers }) => headers.has('x-amz-checksum-crc32'))).toEqual([true, true, true]);
    expect(
      parts.every(({ headers }) => /^[0-9a-f]{64}$/.test(headers.get('x-amz-content-sha256') ?? '')),
    ).toBe(true);
    const complete = server.requests.find(({ operation }) => operation === 'CompleteMultipartUpload');
    expect(complete?.headers.get('x-amz-checksum-type')).toBe('FULL_OBJECT');
  });

  test('a server that refuses checksum headers gets signed bodies instead', async () => {
    server.faults.add({
      when: { operation: 'CreateMultipartUpload' },
      do: { kind: 'answer', status: 501, code: 'NotImplemented' },
    });
    await expectStored(await backup());
    const parts = server.requests.filter(({ operation }) => operation === 'UploadPart');
    expect(parts.some(({ headers }) => headers.has('x-amz-checksum-crc32'))).toBe(false);
    expect(parts.every(({ headers }) => headers.get('x-amz-content-sha256') !== 'UNSIGNED-PAYLOAD')).toBe(
      true,
    );
  });

  test('a server that does not acknowledge checksums is not sent any, and checksum: crc32 refuses it', async () => {
    const silent: FaultAction = {
      kind: 'headers',
      set: { 'x-amz-checksum-algorithm': undefined, 'x-amz-checksum-type': undefined },
    };
    server.faults.add({ when: { operation: 'CreateMultipartUpload', times: Infinity }, do: silent });
    await expectStored(await backup());
    expect(server.requests.some(({ headers }) => headers.has('x-amz-checksum-crc32'))).toBe(false);
    await server.objects.delete('backups', KEY);
    const demanded = await backup({ checksum: 'crc32' });
    expect(demanded.exitCode).toBe(1);
    expect(demanded.stderr).toContain('does not acknowledge CRC32');
    expect(demanded.stderr).toContain('set checksum: auto');
    expect(server.objects.uploads('backups')).toEqual([]);
  });

  test('a small object carries Content-MD5 and no checksum header that was not negotiated', async () => {
    await expectStored(await backup({}, someBytes(50)), someBytes(50));
    const [put] = server.requests;
    expect(put?.headers.has('content-md5')).toBe(true);
    expect(put?.headers.has('x-amz-checksum-crc32')).toBe(false);
  });

  test('only host, content-md5, range and x-amz-* are signed', async () => {
    await backup();
    await place.run(['restore_data', place.config(server), `${BACKUP_DIR}/${NAME}`]);
    expect(server.requests.some(({ headers }) => headers.has('if-match'))).toBe(true);
    const allowed = /^(host|content-md5|range|x-amz-[a-z0-9-]+)$/;
    for (const { headers } of server.requests) {
      const signed = /SignedHeaders=([^,]+)/.exec(headers.get('authorization') ?? '')?.[1]?.split(';') ?? [];
      expect(signed.filter((name) => !allowed.test(name))).toEqual([]);
      expect(headers.has('expect') || headers.has('transfer-encoding')).toBe(false);
    }
  });
});

test('a part that is answered before all of it has left is sent again', async () => {
  server.faults.add({
    when: { operation: 'UploadPart', partNumber: 1 },
    do: { kind: 'answer', status: 200, headers: { etag: '"e"' }, early: true },
  });
  await expectStored(await backup());
  expect(server.requests.filter(({ partNumber }) => partNumber === 1)).toHaveLength(2);
});

test('an answer that takes long after the last byte, as behind a gateway that holds bodies, is waited for', async () => {
  // The watchdog's time is 1 s here; a part of 64 MB may take 5 s more.
  server.faults.add({
    when: { operation: 'UploadPart', partNumber: 1 },
    do: { kind: 'delayAnswer', ms: 3000 },
  });
  const data = someBytes(64 * 1024 * 1024 + 5);
  await expectStored(await backup({ retry_timeout: '5s', backup_multipart_chunksize: '64MB' }, data), data);
  expect(server.requests.filter(({ partNumber }) => partNumber === 1)).toHaveLength(1);
});

async function startServerWith(credential: {
  sessionToken: string;
  expired?: boolean;
}): Promise<{ server: TestServer } & AsyncDisposable> {
  const other = await startTestServer({
    credentials: [{ accessKeyId: 'testkey', secretAccessKey: 'testsecret', ...credential }],
  });
  return { server: other, [Symbol.asyncDispose]: () => other.stop() };
}

describe('unfinished uploads of others stay', () => {
  test('of a key that begins with this one', async () => {
    const other = place.start(['backup_data', place.config(server), `${BACKUP_DIR}/${NAME}0`]);
    if (typeof other.stdin === 'number' || other.stdin === undefined || !('write' in other.stdin))
      throw new Error('no pipe');
    await other.stdin.write(DATA);
    await other.stdin.flush();
    await until(() => server.objects.uploads('backups').length === 1);
    server.faults.add({ when: { operation: 'CreateMultipartUpload', key: KEY }, do: { kind: 'loseAnswer' } });
    const { exitCode, stderr } = await backup();
    expect([exitCode, stderr]).toEqual([0, '']);
    const [left, ...more] = server.objects.uploads('backups');
    expect([left?.key, more]).toEqual([`${KEY}0`, []]);
    const removed = server.requests.filter(({ operation }) => operation === 'AbortMultipartUpload');
    expect(removed.map(({ query }) => query.get('uploadId') === left?.uploadId)).not.toContain(true);
    expect(removed.length).toBeGreaterThan(0);
    await other.stdin.end();
    expect(await other.exited).toBe(0);
    expect(server.objects.keys('backups')).toEqual([KEY, `${KEY}0`]);
  });

  test('that a server lists although they are outside the backup', async () => {
    const inside = `${PREFIX}left`;
    const entries = [inside, 'elsewhere/left', `${PREFIX.slice(0, -1)}9/left`].map(
      (key, index) => `<Upload><Key>${key}</Key><UploadId>${index}</UploadId></Upload>`,
    );
    server.faults.add({
      when: { operation: 'ListMultipartUploads', times: Infinity },
      do: {
        kind: 'answer',
        status: 200,
        body: `<ListMultipartUploadsResult>${entries.join('')}</ListMultipartUploadsResult>`,
      },
    });
    const { exitCode } = await place.run(['delete_backup', place.config(server), TIMESTAMP]);
    expect(exitCode).toBe(0);
    const aborted = server.requests.filter(({ operation }) => operation === 'AbortMultipartUpload');
    expect(aborted.map(({ key }) => key)).toEqual([inside]);
  });
});

test('keys of which DeleteObjects says nothing are deleted one by one', async () => {
  for (const name of ['a', 'b', 'c']) await server.objects.put('backups', PREFIX + name, someBytes(1));
  server.faults.add({
    when: { operation: 'DeleteObjects' },
    do: {
      kind: 'answer',
      status: 200,
      body: `<DeleteResult><Deleted><Key>${PREFIX}b</Key></Deleted></DeleteResult>`,
    },
  });
  expect((await place.run(['delete_backup', place.config(server), TIMESTAMP])).exitCode).toBe(0);
  const single = server.requests
    .filter(({ operation }) => operation === 'DeleteObject')
    .map(({ key }) => key);
  expect(single.slice(0, 2).toSorted()).toEqual([`${PREFIX}a`, `${PREFIX}c`]);
  expect(server.objects.keys('backups')).toEqual([]);
});
