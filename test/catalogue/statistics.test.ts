import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { PREFIX, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';
import { lineOf, type StoredObject } from '../../src/backup/stored-object.ts';
import { readStatistics, type StoredByHost } from '../../src/catalogue/statistics.ts';
import { ProcessLog } from '../../src/log/log.ts';
import type { S3Client } from '../../src/s3/client.ts';
import { openSession } from '../../src/session/session.ts';

const OBJECT: StoredObject = {
  key: `${PREFIX}gpbackup_0_${TIMESTAMP}_1.gz`,
  content: 0,
  oid: 1,
  table: 'public.orders',
  bytesIn: 10,
  bytesStored: 10,
  crc32: 7,
  parts: 0,
  start: 1000,
  end: 2000,
  inputWait: 1,
  networkWait: 2,
  retries: 0,
  throttles: 0,
};
const LINE = lineOf(OBJECT) ?? '';

let server: TestServer;
let place: Workplace;
let client: S3Client;
beforeEach(async () => {
  server = await startTestServer();
  place = new Workplace();
  const { signal } = new AbortController();
  const context = { log: new ProcessLog(() => {}), signal, environment: place.env };
  ({ client } = await openSession(place.config(server, { retry_timeout: '1s' }), context));
});
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

async function put(host: string, text: string | Uint8Array, prefix = PREFIX): Promise<string> {
  const key = `${prefix}gpbackup_${TIMESTAMP}_s3stats_${host}.jsonl`;
  await server.objects.put('backups', key, text);
  return key;
}

const all = async (from: Parameters<typeof readStatistics>[1] = PREFIX): Promise<StoredByHost[]> =>
  await Array.fromAsync(readStatistics(client, from));

test('the lines of all hosts are read, each with its host', async () => {
  await put('sdw1--0a1b2c3d', `${LINE}\n`);
  await put('sdw2', `\n${LINE}\n\n${LINE}`);
  await server.objects.put('backups', `${PREFIX}gpbackup_0_${TIMESTAMP}_1.gz`, LINE);
  expect(await all()).toEqual([
    { ...OBJECT, host: 'sdw1' },
    { ...OBJECT, host: 'sdw2' },
    { ...OBJECT, host: 'sdw2' },
  ]);
});

test('of objects that were listed already nothing is listed again', async () => {
  const key = await put('sdw1', LINE);
  const listed = [
    { key: `${PREFIX}gpbackup_${TIMESTAMP}_report`, size: 5 },
    { key, size: LINE.length },
  ];
  server.requests.length = 0;
  expect(await all(listed)).toHaveLength(1);
  expect(server.requests.map(({ operation }) => operation)).toEqual(['GetObject']);
});

describe('what is not of this form is passed over', () => {
  test('a line', async () => {
    const hostile = ['', 'x', '{', '[]', 'null', LINE.slice(0, -5), '{"key":1}', '\u0000', '"'.repeat(5000)];
    await put('sdw1', [...hostile, LINE, ...hostile].join('\n'));
    expect(await all()).toEqual([{ ...OBJECT, host: 'sdw1' }]);
  });

  test('bytes that are no text', async () => {
    await put('sdw1', Buffer.concat([Buffer.from([0xff, 0xfe, 10, 0xc3]), Buffer.from(`\n${LINE}\n`)]));
    expect(await all()).toHaveLength(1);
  });

  test('a line about another backup', async () => {
    await put('sdw1', LINE.replaceAll(TIMESTAMP, '20260102030406'));
    expect(await all()).toEqual([]);
  });

  test('an object that is empty, and one that is gone', async () => {
    await put('sdw1', '');
    const gone = { key: `${PREFIX}gpbackup_${TIMESTAMP}_s3stats_sdw2.jsonl`, size: 10 };
    expect([await all(), await all([gone])]).toEqual([[], []]);
  });

  test('an object that may not be read', async () => {
    await put('sdw1', LINE);
    server.faults.add({
      when: { operation: 'GetObject' },
      do: { kind: 'answer', status: 403, code: 'AccessDenied' },
    });
    expect(await all()).toEqual([]);
  });

  test('the rest of an object that is replaced while it is read', async () => {
    const key = await put('sdw1', `${LINE}\n`.repeat(4000));
    const read = readStatistics(client, [{ key, size: (LINE.length + 1) * 4000 }]);
    expect((await read.next()).value).toMatchObject({ host: 'sdw1' });
    await put('sdw1', `${LINE} \n`.repeat(4000));
    expect((await Array.fromAsync(read)).length).toBeLessThan(3999);
  });
});

test('a server that is not there is an error', async () => {
  await put('sdw1', LINE);
  server.faults.add({
    when: { times: Infinity },
    do: { kind: 'answer', status: 500, code: 'InternalError' },
  });
  expect(await all().catch(String)).toContain('InternalError');
});

test('100 MB without a line end cost little memory, and what is beyond 64 MB is left', async () => {
  const huge = new Uint8Array(100 * 1024 * 1024).fill(0x7b);
  huge.set(Buffer.from(`${LINE}\n`));
  huge.set(Buffer.from(`\n${LINE}\n`), 63 * 1024 * 1024);
  huge.set(Buffer.from(`\n${LINE}\n`), 65 * 1024 * 1024);
  const key = await put('sdw1', huge);
  server.requests.length = 0;
  expect(await all([{ key, size: huge.length }])).toHaveLength(2);
  const ranges = new Set(server.requests.map(({ headers }) => headers.get('range')));
  expect(ranges.size).toBe(64);
});
