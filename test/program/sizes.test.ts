import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { BACKUP_DIR, outcomeOf, PREFIX, someBytes, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { until } from '../../lab/program/until.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

const MiB = 1024 * 1024;
const PART = 8 * MiB;
const RANGE = 4 * MiB;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const pathOf = (name: string): string => `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}_${name}`;

describe('every size goes up and comes back', () => {
  const sizes = [0, 1, RANGE - 1, RANGE, RANGE + 1, PART - 1, PART, PART + 1, PART * 2, PART * 3 + 7];
  test.each(sizes)('%d bytes by backup_data and restore_data', async (size) => {
    using place = new Workplace();
    const config = place.config(server);
    const data = someBytes(size, size + 1);
    const backup = await place.run(['backup_data', config, pathOf('1')], { stdin: data });
    expect(backup).toEqual({ exitCode: 0, stdout: Buffer.alloc(0), stderr: '' });
    const restore = await place.run(['restore_data', config, pathOf('1')]);
    expect([restore.exitCode, restore.stderr, restore.stdout.length]).toEqual([0, '', size]);
    expect(Bun.hash(restore.stdout)).toBe(Bun.hash(data));
  });

  const requests: readonly (readonly [number, string[]])[] = [
    [0, ['PutObject']],
    [PART, ['PutObject']],
    [PART + 1, ['CreateMultipartUpload', 'UploadPart', 'UploadPart', 'CompleteMultipartUpload']],
  ];
  test.each(requests)('%d bytes need no more requests than %p', async (size, expected) => {
    using place = new Workplace();
    server.requests.length = 0;
    await place.run(['backup_data', place.config(server), pathOf('2')], { stdin: someBytes(size) });
    expect(server.requests.map(({ operation }) => operation)).toEqual(expected as never);
  });

  test('explicit sizes are honoured: parts of 5MB, ranges of 1MB', async () => {
    using place = new Workplace();
    const config = place.config(server, {
      backup_multipart_chunksize: '5MB',
      restore_multipart_chunksize: '1MB',
    });
    const data = someBytes(11 * MiB);
    server.requests.length = 0;
    await place.run(['backup_data', config, pathOf('3')], { stdin: data });
    const parts = server.requests.filter(({ operation }) => operation === 'UploadPart');
    expect(parts.map(({ bodyLength }) => bodyLength).toSorted((a, b) => b - a)).toEqual([
      5 * MiB,
      5 * MiB,
      MiB,
    ]);
    const restore = await place.run(['restore_data', config, pathOf('3')]);
    expect(Bun.hash(restore.stdout)).toBe(Bun.hash(data));
    expect(server.requests.filter(({ operation }) => operation === 'GetObject').length).toBe(11);
  });

  test('data that does not fit into max_upload_parts is refused, and no upload is left', async () => {
    using place = new Workplace();
    const config = place.config(server, { backup_multipart_chunksize: '5MB', max_upload_parts: '2' });
    const outcome = await place.run(['backup_data', config, pathOf('5')], { stdin: someBytes(10 * MiB + 1) });
    expect(outcome.exitCode).toBe(1);
    expect(outcome.stderr).toContain('larger than 10MB, the most that fits into 2 parts');
    expect(server.objects.uploads('backups')).toEqual([]);
    expect(server.objects.head('backups', `${PREFIX}gpbackup_0_${TIMESTAMP}_5`)).toBeUndefined();
  });
});

test('from a server at a distance, many small ranges come at once', async () => {
  using place = new Workplace();
  const data = someBytes(RANGE * 12 + 5);
  await server.objects.put('backups', `${PREFIX}gpbackup_0_${TIMESTAMP}_8`, data);
  server.requests.length = 0;
  server.faults.add({ when: { times: Infinity }, do: { kind: 'delay', ms: 50 } });
  const { exitCode, stdout } = await place.run(['restore_data', place.config(server), pathOf('8')]);
  expect([exitCode, Bun.hash(stdout)]).toEqual([0, Bun.hash(data)]);
  const starts = server.requests
    .filter(({ operation }) => operation === 'GetObject')
    .map(({ range }) => Number(/\d+/.exec(range ?? '')?.[0]));
  expect(starts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 13 }, (_, index) => index * RANGE));
});

describe('pauses', () => {
  test('a producer that pauses in and between parts, for longer than the watchdog, loses nothing', async () => {
    using place = new Workplace();
    const data = someBytes(PART * 2 + 100);
    const child = place.start(['backup_data', place.config(server, { retry_timeout: '1s' }), pathOf('6')]);
    const { stdin } = child;
    if (typeof stdin === 'number' || stdin === undefined || !('write' in stdin)) throw new Error('no pipe');
    // The pause is the thing under test: longer than retry_timeout and its fifth, the watchdog's time.
    for (const [from, to] of [
      [0, 100],
      [100, PART],
      [PART, PART + 5],
      [PART + 5, data.length],
    ] as const) {
      await stdin.write(data.subarray(from, to));
      await stdin.flush();
      await Bun.sleep(1200);
    }
    await stdin.end();
    expect(await outcomeOf(child)).toEqual({ exitCode: 0, stdout: Buffer.alloc(0), stderr: '' });
    const stored = await server.objects.get('backups', `${PREFIX}gpbackup_0_${TIMESTAMP}_6`);
    expect(Bun.hash(stored ?? '')).toBe(Bun.hash(data));
  });

  test('a reader that stops for longer than the watchdog gets every byte, and holds no connection meanwhile', async () => {
    using place = new Workplace();
    const data = someBytes(RANGE * 12);
    await server.objects.put('backups', `${PREFIX}gpbackup_0_${TIMESTAMP}_7`, data);
    server.requests.length = 0;
    await Bun.$`mkfifo ${place.path('gate')}`.quiet();
    const config = place.config(server, { retry_timeout: '5s', restore_max_concurrent_requests: '10' });
    // The reader reads nothing until the gate is opened.
    const restoring = place.shell(
      `$PLUGIN restore_data ${config} ${pathOf('7')} | { read -r _ < gate; cat; }`,
    );
    const ranges = (): number => server.requests.filter(({ operation }) => operation === 'GetObject').length;
    await until(() => ranges() >= 10);
    await Bun.sleep(1500);
    // All that was asked for is in memory, and nothing else is under way.
    expect(ranges()).toBe(10);
    expect(server.requests.every(({ status }) => status !== undefined)).toBe(true);
    await Bun.write(place.path('gate'), 'go\n');
    const outcome = await restoring;
    expect([outcome.exitCode, outcome.stderr]).toEqual([0, '']);
    expect(Bun.hash(outcome.stdout)).toBe(Bun.hash(data));
  });
});
