import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import {
  BACKUP_DIR,
  type Outcome,
  PREFIX,
  someBytes,
  TIMESTAMP,
  Workplace,
} from '../../lab/program/plugin.ts';
import type { FaultAction, FaultCondition } from '../../lab/test-server.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

/** No data of a table: its failure needs no mark in the data. */
const NAME = `gpbackup_0_${TIMESTAMP}_16385.data`;
const KEY = `${PREFIX}${NAME}`;
const RANGE = 4 * 1024 * 1024;
/** Four ranges and a rest. */
const DATA = someBytes(RANGE * 4 + 777);
const SECOND = /^bytes=4194304-/;

let server: TestServer;
let place: Workplace;
beforeEach(async () => {
  server = await startTestServer();
  place = new Workplace();
  await server.objects.put('backups', KEY, DATA, { withChecksum: true });
});
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

async function restore(options: Record<string, string> = {}): Promise<Outcome> {
  // A fixed size, since the faults are told where to strike.
  const config = place.config(server, { restore_multipart_chunksize: '4MB', ...options });
  return await place.run(['restore_data', config, `${BACKUP_DIR}/${NAME}`]);
}

function expectWhole(outcome: Outcome, data: Uint8Array = DATA): void {
  expect([outcome.exitCode, outcome.stderr]).toEqual([0, '']);
  expect(outcome.stdout.length).toBe(data.length);
  expect(Bun.hash(outcome.stdout)).toBe(Bun.hash(data));
}

/** What came is a beginning of the data and lacks its end: nothing wrong, and nothing that looks whole. */
function expectBroken(outcome: Outcome, ...texts: string[]): void {
  expect(outcome.exitCode).toBe(1);
  for (const text of texts) expect(outcome.stderr).toContain(text);
  expect(outcome.stdout.length).toBeLessThan(DATA.length);
  expect(Buffer.compare(outcome.stdout, DATA.subarray(0, outcome.stdout.length))).toBe(0);
}

describe('a passing fault is survived and every byte is right', () => {
  const faults: readonly (readonly [string, FaultCondition, FaultAction])[] = [
    [
      '500 on a range',
      { operation: 'GetObject', range: SECOND },
      { kind: 'answer', status: 500, code: 'InternalError' },
    ],
    [
      '503 SlowDown for a while',
      { operation: 'GetObject', times: 5 },
      { kind: 'answer', status: 503, code: 'SlowDown' },
    ],
    [
      'a connection cut in the middle of a range',
      { operation: 'GetObject', range: SECOND },
      { kind: 'cutResponse', afterBytes: 1_000_000 },
    ],
    [
      'a connection cut in the first range',
      { operation: 'GetObject', nth: 1 },
      { kind: 'cutResponse', afterBytes: 1_000_000 },
    ],
    [
      'a range cut several times in a row',
      { operation: 'GetObject', range: /^bytes=4/, times: 4 },
      { kind: 'cutResponse', afterBytes: 900_000 },
    ],
    ['a body that ends early', { operation: 'GetObject', range: SECOND }, { kind: 'shortBody', bytes: 100 }],
    [
      'a length that is a lie',
      { operation: 'GetObject', range: SECOND },
      { kind: 'lieLength', contentLength: 1000 },
    ],
    ['an answer that is lost', { operation: 'GetObject', range: SECOND }, { kind: 'loseAnswer' }],
    [
      'another range than the one asked for',
      { operation: 'GetObject', range: SECOND },
      { kind: 'contentRange', value: `bytes 0-${RANGE - 1}/${DATA.length}` },
    ],
    [
      'a Content-Range that can not be read',
      { operation: 'GetObject', range: SECOND },
      { kind: 'contentRange', value: 'bytes 1-*/x' },
    ],
    ['the whole object for a range', { operation: 'GetObject', range: SECOND }, { kind: 'ignoreRange' }],
    [
      'the whole object for every range',
      { operation: 'GetObject', times: Infinity },
      { kind: 'ignoreRange' },
    ],
    ['500 on the HEAD for the checksum', { operation: 'HeadObject' }, { kind: 'answer', status: 500 }],
    [
      'a store that tells no checksum',
      { operation: 'HeadObject', times: Infinity },
      { kind: 'answer', status: 501 },
    ],
    [
      '304, which nobody asked for',
      { operation: 'GetObject', range: SECOND },
      { kind: 'answer', status: 304 },
    ],
    [
      'a page of a proxy',
      { operation: 'GetObject', range: SECOND },
      { kind: 'answer', status: 200, body: '<html>hello</html>' },
    ],
  ];
  test.each(faults)('%s', async (_name, when, action) => {
    server.faults.add({ when, do: action });
    expectWhole(await restore());
  });

  test('a range that is answered with 200 is not taken for the whole object', async () => {
    for (let start = 0; start < DATA.length; start += RANGE) {
      const body = DATA.subarray(start, start + RANGE);
      const end = start + body.length - 1;
      server.faults.add({
        when: { operation: 'GetObject', range: new RegExp(`^bytes=${start}-${end}$`) },
        do: {
          kind: 'answer',
          status: 200,
          headers: { etag: '"e"', 'content-range': `bytes ${start}-${end}/${DATA.length}` },
          body,
        },
      });
    }
    expectWhole(await restore());
  });

  test('a range that is compressed on its way leaves no byte in what is restored', async () => {
    const zeros = new Uint8Array(DATA.length);
    const etag = '0123456789abcdef0123456789abcdef';
    await server.objects.put('backups', KEY, zeros, { etag });
    const range = `bytes ${RANGE}-${RANGE * 2 - 1}/${zeros.length}`;
    server.faults.add({
      when: { operation: 'GetObject', range: SECOND, times: 2 },
      do: {
        kind: 'answer',
        status: 206,
        headers: { etag: `"${etag}"`, 'content-range': range, 'content-encoding': 'gzip' },
        body: Bun.gzipSync(new Uint8Array(RANGE)),
      },
    });
    expectWhole(await restore(), zeros);
  });

  test('a range that stands still goes on at its next byte', async () => {
    server.faults.add({
      when: { operation: 'GetObject', range: SECOND },
      do: { kind: 'stallResponse', afterBytes: 1_000_000 },
    });
    server.faults.add({
      when: { operation: 'GetObject', range: SECOND, nth: 2 },
      do: { kind: 'shortBody', bytes: 2_000_000 },
    });
    expectWhole(await restore({ retry_timeout: '5s' }));
    const starts = server.requests.map(({ range }) => Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1]));
    expect(starts.some((start) => start > RANGE && start < RANGE * 2)).toBe(true);
  });
});

describe('a lasting fault ends the restore with its cause', () => {
  test('NoSuchKey fails at once', async () => {
    await server.objects.delete('backups', KEY);
    expectBroken(await restore(), 'NoSuchKey', `s3://backups/${KEY}`, 'HINT: ');
    expect(server.requests.length).toBe(1);
  });

  test('AccessDenied fails at once, with a hint', async () => {
    server.faults.add({
      when: { operation: 'GetObject', times: Infinity },
      do: { kind: 'answer', status: 403, code: 'AccessDenied' },
    });
    expectBroken(await restore(), 'AccessDenied', 'HINT: ', 'policy');
    expect(server.requests.length).toBe(1);
  });

  test('an object that is replaced between two ranges is an error, not mixed data', async () => {
    const other = someBytes(DATA.length, 9);
    server.faults.add({
      when: { operation: 'GetObject', nth: 1 },
      do: { kind: 'afterwards', run: () => server.objects.put('backups', KEY, other) },
    });
    expectBroken(await restore(), 'was replaced or deleted while it was read');
  });

  test('an object that is replaced is noticed even where the server ignores If-Match', async () => {
    server.faults.add({
      when: { operation: 'GetObject', range: SECOND, times: Infinity },
      do: { kind: 'headers', set: { etag: '"another"' } },
    });
    expectBroken(await restore(), 'was replaced or deleted while it was read');
  });

  describe('an object that is replaced by one of the same size, without an ETag', () => {
    const bare = { etag: undefined };
    const others = { operation: 'GetObject', range: SECOND, times: Infinity } as const;

    beforeEach(() => {
      server.faults.add({ when: { operation: 'GetObject', nth: 1 }, do: { kind: 'headers', set: bare } });
    });

    test.each([
      ['Last-Modified', { 'last-modified': 'Fri, 02 Jan 2026 03:04:06 GMT' }],
      ['a missing Last-Modified', { 'last-modified': undefined }],
      ['the version', { 'x-amz-version-id': '2' }],
      ['the token of its upload', { 'x-amz-meta-gpbackup-upload': 'another' }],
    ])('is noticed by %s', async (_name, set) => {
      server.faults.add({ when: others, do: { kind: 'headers', set: { ...bare, ...set } } });
      expectBroken(await restore(), 'was replaced or deleted while it was read');
    });

    test('is told from one that stays', async () => {
      server.faults.add({
        when: { operation: 'GetObject', times: Infinity },
        do: { kind: 'headers', set: bare },
      });
      server.faults.add({
        when: { operation: 'HeadObject', times: Infinity },
        do: { kind: 'headers', set: bare },
      });
      expectWhole(await restore());
      expect((await place.logLines()).at(-1)).toContain('checksum verified');
    });
  });

  test('a weak ETag, as a proxy makes it, is compared and not sent as a condition', async () => {
    const weak = { kind: 'headers', set: { etag: 'W/"abc"' } } as const;
    server.faults.add({ when: { times: Infinity }, do: weak });
    expectWhole(await restore());
    expect(server.requests.filter(({ headers }) => headers.has('if-match'))).toEqual([]);
  });

  test('a damaged byte is found by the checksum, and the last range is withheld', async () => {
    server.faults.add({
      when: { operation: 'GetObject', range: SECOND, times: Infinity },
      do: { kind: 'corruptBody', atByte: 99 },
    });
    const outcome = await restore();
    expect(outcome.exitCode).toBe(1);
    expect(outcome.stderr).toContain('is damaged: its CRC32 is');
    expect(outcome.stdout.length).toBe(RANGE * 4);
  });

  test('a body that trickles is no progress, however long it goes on', async () => {
    server.faults.add({
      when: { operation: 'GetObject', times: Infinity },
      do: { kind: 'trickle', bytesPerSecond: 1 },
    });
    expectBroken(await restore({ retry_timeout: '2s' }), 'bytes came in', 'ESTALLED', 'HINT: ');
  });

  test.each([
    ['without an ETag', {}],
    ['with an ETag', { etag: '"e"', 'content-type': 'text/html; charset=utf-8' }],
  ])('the page of a portal is not taken for the object (%s)', async (_name, headers) => {
    server.faults.add({
      when: { operation: 'GetObject', times: Infinity },
      do: { kind: 'answer', status: 200, headers, body: '<html>Log in</html>' },
    });
    const outcome = await restore();
    expectBroken(outcome, 'not an object of an S3 server', 'HINT: ');
    expect(outcome.stdout.length).toBe(0);
  });

  test('an empty answer of a proxy is not taken for an empty object', async () => {
    server.faults.add({
      when: { operation: 'GetObject', times: Infinity },
      do: { kind: 'answer', status: 200, body: '' },
    });
    expectBroken(await restore(), 'not an object of an S3 server', 'HINT: ');
  });

  test('an object that is compressed on its way is not taken for the object', async () => {
    await server.objects.put('backups', KEY, DATA);
    const body = Bun.gzipSync(DATA);
    server.faults.add({
      when: { operation: 'GetObject', times: Infinity },
      do: { kind: 'answer', status: 200, body, headers: { etag: '"e"', 'content-encoding': 'gzip' } },
    });
    const outcome = await restore();
    expectBroken(outcome, 'compressed on its way (gzip)', 'HINT: ');
    expect(outcome.stdout.length).toBe(0);
  });

  test('a server that answers only part of its ranges right is given up', async () => {
    server.faults.add({
      when: { operation: 'GetObject', range: SECOND, times: Infinity },
      do: { kind: 'contentRange', value: 'bytes 5-9/12' },
    });
    expectBroken(await restore(), 'were requested');
  });
});

const noChecksum = async (): Promise<void> => {
  expectWhole(await restore());
  expect((await place.logLines()).at(-1)).toContain('no checksum to verify');
};

describe('a checksum that can not be had is done without', () => {
  const heads: readonly (readonly [string, FaultAction])[] = [
    ['dropped', { kind: 'drop' }],
    ['answered without a length', { kind: 'answer', status: 204, headers: { etag: '"e"' } }],
    ['refused', { kind: 'answer', status: 403 }],
    ['not there', { kind: 'answer', status: 501 }],
    ['answered by a server in trouble', { kind: 'answer', status: 500 }],
  ];
  test.each(heads)('where HEAD is %s', async (_name, action) => {
    server.faults.add({ when: { operation: 'HeadObject', times: Infinity }, do: action });
    await noChecksum();
    expect(server.requests.filter(({ operation }) => operation === 'HeadObject').length).toBeLessThan(5);
  });

  test.each([
    ['ETag', { etag: '"another"' }],
    ['size', { 'content-length': String(DATA.length + 1) }],
  ])('where HEAD is about an object with another %s', async (_name, set) => {
    const action = { kind: 'headers', set: { ...set, 'x-amz-checksum-crc32': 'AAAAAA==' } } as const;
    server.faults.add({ when: { operation: 'HeadObject', times: Infinity }, do: action });
    await noChecksum();
  });
});

test('a large range that stands still is noticed as soon as a small one', async () => {
  server.faults.add({
    when: { operation: 'GetObject' },
    do: { kind: 'stallResponse', afterBytes: 9_000_000 },
  });
  expectWhole(await restore({ retry_timeout: '5s', restore_multipart_chunksize: '64MB' }));
  const [first, second] = server.requests.filter(({ operation }) => operation === 'GetObject');
  expect((second?.startedAt.getTime() ?? Infinity) - (first?.startedAt.getTime() ?? 0)).toBeLessThan(3000);
  expect(second?.range).not.toStartWith('bytes=0-');
});

test('an object of parts that fits into one range is verified as well', async () => {
  await server.objects.delete('backups', KEY);
  const config = place.config(server, { restore_multipart_chunksize: '64MB' });
  expect((await place.run(['backup_data', config, `${BACKUP_DIR}/${NAME}`], { stdin: DATA })).exitCode).toBe(
    0,
  );
  expectWhole(await place.run(['restore_data', config, `${BACKUP_DIR}/${NAME}`]));
  expect((await place.logLines()).at(-1)).toContain('checksum verified');
  server.faults.add({
    when: { operation: 'GetObject', times: Infinity },
    do: { kind: 'corruptBody', atByte: 7 },
  });
  const damaged = await place.run(['restore_data', config, `${BACKUP_DIR}/${NAME}`]);
  expect([damaged.exitCode, damaged.stdout.length, damaged.stderr.includes('is damaged')]).toEqual([
    1,
    0,
    true,
  ]);
});

describe('small objects', () => {
  const small = someBytes(1000);

  async function store(): Promise<void> {
    const path = `${BACKUP_DIR}/${NAME}`;
    const outcome = await place.run(['backup_data', place.config(server), path], { stdin: small });
    expect(outcome.exitCode).toBe(0);
    server.requests.length = 0;
  }

  test('one request either way', async () => {
    await store();
    expectWhole(await restore(), small);
    expect(server.requests.map(({ operation }) => operation)).toEqual(['GetObject']);
  });

  test('damage on the way is found before a byte is written, and fetched again', async () => {
    await store();
    server.faults.add({ when: { operation: 'GetObject' }, do: { kind: 'corruptBody', atByte: 5 } });
    expectWhole(await restore(), small);
  });

  test('damage in the store is an error, and nothing is written', async () => {
    await store();
    server.faults.add({
      when: { operation: 'GetObject', times: Infinity },
      do: { kind: 'corruptBody', atByte: 5 },
    });
    const outcome = await restore();
    expect(outcome.exitCode).toBe(1);
    expect(outcome.stderr).toContain('is damaged');
    expect(outcome.stdout.length).toBe(0);
  });

  test.each([
    [
      '416 with the size',
      { kind: 'answer', status: 416, code: 'InvalidRange', headers: { 'content-range': 'bytes */0' } },
    ],
    ['416 without the size', { kind: 'answer', status: 416, code: 'InvalidRange' }],
    ['200 without a byte', { kind: 'answer', status: 200, headers: { etag: '"e"' }, body: '' }],
  ] satisfies [string, FaultAction][])('an empty object is empty (%s)', async (_name, action) => {
    await server.objects.put('backups', KEY, '');
    server.faults.add({ when: { operation: 'GetObject' }, do: action });
    expectWhole(await restore(), new Uint8Array(0));
  });

  test('416 for an object that is not empty is an error', async () => {
    server.faults.add({
      when: { operation: 'GetObject' },
      do: { kind: 'answer', status: 416, code: 'InvalidRange' },
    });
    expectBroken(await restore(), 'InvalidRange');
  });
});

test('an object that another tool uploaded in parts is restored', async () => {
  await server.objects.put('backups', KEY, DATA, { etag: '0123456789abcdef0123456789abcdef-3' });
  expectWhole(await restore());
});
