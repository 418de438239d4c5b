import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import {
  BACKUP_DIR,
  type Outcome,
  PREFIX,
  someBytes,
  TIMESTAMP,
  Workplace,
} from '../../lab/program/plugin.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';
import { crc32ToBase64, crc32ToHex } from '../../src/s3/checksum.ts';
import { rangeAnswer, rangeOf, ScriptedStore, streamOf } from './scripted-store.ts';

const NAME = `gpbackup_0_${TIMESTAMP}_16385`;
const KEY = `${PREFIX}${NAME}`;
const RANGE = 4 * 1024 * 1024;
/** Two ranges and a rest. */
const DATA = someBytes(RANGE * 2 + 777);
const SECOND = new RegExp(`^bytes=${RANGE}-`);

let server: TestServer;
let place: Workplace;
beforeEach(async () => {
  server = await startTestServer();
  place = new Workplace();
  await server.objects.put('backups', KEY, DATA);
});
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

async function restore(
  options: Record<string, string> = {},
  from: { readonly url: string } = server,
): Promise<Outcome> {
  const config = place.config(from, { restore_multipart_chunksize: '4MB', ...options });
  return await place.run(['restore_data', config, `${BACKUP_DIR}/${NAME}`]);
}

function expectWhole(outcome: Outcome, data: Uint8Array = DATA): void {
  expect([outcome.exitCode, outcome.stderr]).toEqual([0, '']);
  expect(outcome.stdout.length).toBe(data.length);
  expect(Bun.hash(outcome.stdout)).toBe(Bun.hash(data));
}

const gets = (): TestServer['requests'] =>
  server.requests.filter(({ operation }) => operation === 'GetObject');

/** The first try is taken as a whole, so that only what the second one leaves is resumed. */
function breakOff(): void {
  server.faults.add({
    when: { operation: 'GetObject', range: /^bytes=0-/, times: 2 },
    do: { kind: 'shortBody', bytes: 1_000_000 },
  });
}

describe('a first range that breaks off', () => {
  test('is resumed at its next byte, with If-Match of the beginning', async () => {
    breakOff();
    expectWhole(await restore());
    const etag = `"${server.objects.head('backups', KEY)?.etag}"`;
    const resumed = gets().filter(({ range }) => !/^bytes=(0|4194304|8388608)-/.test(range ?? ''));
    expect(resumed.length).toBeGreaterThanOrEqual(1);
    expect(resumed.map(({ headers }) => headers.get('if-match'))).toEqual(resumed.map(() => etag));
  });

  test('is not resumed with another object, where the server ignores If-Match', async () => {
    // Of an object of one range no later one tells.
    await server.objects.put('backups', KEY, someBytes(3_000_000));
    breakOff();
    server.faults.add({
      when: { operation: 'GetObject', range: /^bytes=(?!0-|4194304-|8388608-)/, times: Infinity },
      do: { kind: 'headers', set: { etag: '"another"' } },
    });
    const { exitCode, stderr } = await restore();
    expect([exitCode, stderr.includes('was replaced or deleted while it was read')]).toEqual([1, true]);
  });
});

describe('of later ranges', () => {
  test('all have If-Match of the first one', async () => {
    expectWhole(await restore());
    const etag = `"${server.objects.head('backups', KEY)?.etag}"`;
    const later = gets().filter(({ range }) => range?.startsWith('bytes=0-') === false);
    expect(later.map(({ headers }) => headers.get('if-match'))).toEqual([etag, etag]);
  });

  test('one of an object with another size is an error, where the ETag is the same', async () => {
    server.faults.add({
      when: { operation: 'GetObject', range: SECOND, times: Infinity },
      do: { kind: 'contentRange', value: `bytes ${RANGE}-${RANGE * 2 - 1}/${DATA.length + 5}` },
    });
    const { exitCode, stderr } = await restore();
    expect([exitCode, stderr.includes('was replaced or deleted while it was read')]).toEqual([1, true]);
  });

  test('416 for one is not taken for an object that is empty', async () => {
    server.faults.add({
      when: { operation: 'GetObject', range: SECOND, times: Infinity },
      do: { kind: 'answer', status: 416, code: 'InvalidRange', headers: { 'content-range': 'bytes */0' } },
    });
    const { exitCode, stdout } = await restore();
    expect(exitCode).toBe(1);
    expect(stdout.length).toBeLessThan(DATA.length);
  });

  test('one without a length that ends early is fetched again', async () => {
    let short = 0;
    await using store = new ScriptedStore((request) => {
      const [from, to] = rangeOf(request);
      if (request.method !== 'GET') return new Response(null, { status: 501 });
      if (from !== RANGE || short > 0) return rangeAnswer(request, DATA);
      short += 1;
      return rangeAnswer(request, DATA, streamOf(DATA.slice(from, to - 99)));
    });
    expectWhole(await restore({}, store));
    expect(short).toBe(1);
  });

  test('one that is resumed, and ends early without having told its length, is fetched to its end', async () => {
    let tries = 0;
    await using store = new ScriptedStore((request) => {
      const [from, to] = rangeOf(request);
      if (request.method !== 'GET') return new Response(null, { status: 501 });
      if (from < RANGE || from >= RANGE * 2) return rangeAnswer(request, DATA);
      tries += 1;
      if (tries === 1) return new Response(null, { status: 500 });
      if (tries > 2) return rangeAnswer(request, DATA);
      return rangeAnswer(request, DATA, streamOf(DATA.slice(from, to - 99)));
    });
    expectWhole(await restore({}, store));
    expect(tries).toBe(3);
  });

  test('one in whose place another one came, as long, is fetched again', async () => {
    let others = 0;
    await using store = new ScriptedStore((request) => {
      if (request.method !== 'GET') return new Response(null, { status: 501 });
      if (rangeOf(request)[0] !== RANGE || others > 0) return rangeAnswer(request, DATA);
      others += 1;
      const headers = { etag: '"e"', 'content-range': `bytes 0-${RANGE - 1}/${DATA.length}` };
      return new Response(DATA.subarray(0, RANGE), { status: 206, headers });
    });
    expectWhole(await restore({}, store));
    expect(others).toBe(1);
  });

  test('one without a length that is too long leaves none of its bytes', async () => {
    let tries = 0;
    await using store = new ScriptedStore((request) => {
      const [from, to] = rangeOf(request);
      if (request.method !== 'GET') return new Response(null, { status: 501 });
      if (from !== RANGE) return rangeAnswer(request, DATA);
      tries += 1;
      if (tries === 1) return new Response(null, { status: 500 });
      if (tries > 2) return rangeAnswer(request, DATA);
      return rangeAnswer(request, DATA, streamOf(new Uint8Array(to - from + 1 + 99)));
    });
    expectWhole(await restore({}, store));
    expect(tries).toBe(3);
  });
});

const metadata = (bytes: Uint8Array): Record<string, string> => ({
  'x-amz-meta-gpbackup-crc32': crc32ToHex(Bun.hash.crc32(bytes)),
});

describe('checksums', () => {
  const other = someBytes(DATA.length, 3);

  test('the checksum of an object that replaced this one meanwhile says nothing', async () => {
    server.faults.add({
      when: { operation: 'HeadObject' },
      do: {
        kind: 'headers',
        set: {
          etag: '"another"',
          'x-amz-checksum-crc32': crc32ToBase64(Bun.hash.crc32(other)),
          'x-amz-checksum-type': 'FULL_OBJECT',
        },
      },
    });
    expectWhole(await restore());
    expect(server.requests.some(({ operation }) => operation === 'HeadObject')).toBe(true);
  });

  test('the store is not asked for one with checksum: off', async () => {
    expectWhole(await restore({ checksum: 'off' }));
    expect(server.requests.map(({ operation }) => operation)).toEqual([
      'GetObject',
      'GetObject',
      'GetObject',
    ]);
  });

  test('the one in the metadata of an object of several ranges is compared, without asking the store', async () => {
    await server.objects.put('backups', KEY, DATA, { headers: metadata(other) });
    const { exitCode, stderr } = await restore({ checksum: 'off' });
    expect([exitCode, stderr.includes('is damaged')]).toEqual([1, true]);
    await server.objects.put('backups', KEY, DATA, { headers: metadata(DATA) });
    expectWhole(await restore({ checksum: 'off' }));
    expect(server.requests.filter(({ operation }) => operation === 'HeadObject')).toEqual([]);
  });
});

test('an object that was stored compressed, and says so, comes as it was stored', async () => {
  const packed = Bun.gzipSync(DATA);
  const headers = { 'content-type': 'binary/octet-stream', 'content-encoding': 'gzip' };
  await server.objects.put('backups', KEY, packed, { headers });
  expectWhole(await restore(), packed);
});

test('no answer may be compressed: that is said with each request', async () => {
  expectWhole(await restore());
  expect(gets().map(({ headers }) => headers.get('accept-encoding'))).toEqual(gets().map(() => 'identity'));
});

test('an error page without an end is not read to its end, and its connection is closed', async () => {
  let open = 0;
  let most = 0;
  const page = new TextEncoder().encode(`<html>${'x'.repeat(60_000)}`);
  await using store = new ScriptedStore(() => {
    open += 1;
    most = Math.max(most, open);
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        controller.enqueue(page);
        await new Promise((resolve) => setImmediate(resolve));
      },
      cancel() {
        open -= 1;
      },
    });
    return new Response(body, { status: 500 });
  });
  const { exitCode } = await restore({ max_request_retries: '6' }, store);
  expect([exitCode, store.requests.length]).toEqual([1, 7]);
  expect(most).toBeLessThanOrEqual(4);
});

test('restore_data_subset gives no byte of an object that replaced the one it began with', async () => {
  server.faults.add({
    when: { operation: 'GetObject', times: Infinity },
    do: { kind: 'headers', set: { etag: '"another"' } },
  });
  const offsets = place.write('offsets', '2 10 20 5000000 5000010');
  const args = ['restore_data_subset', place.config(server), `${BACKUP_DIR}/${NAME}`, offsets];
  const { exitCode, stdout, stderr } = await place.run(args);
  // The NUL is what makes the COPY fail.
  expect([exitCode, [...stdout], stderr.includes('was replaced or deleted')]).toEqual([1, [0], true]);
});
