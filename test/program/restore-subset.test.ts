import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import {
  BACKUP_DIR,
  type Outcome,
  PREFIX,
  someBytes,
  TIMESTAMP,
  Workplace,
} from '../../lab/program/plugin.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

const NAME = `gpbackup_2_${TIMESTAMP}`;
const DATA = someBytes(20_000_000);

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await server.objects.put('backups', PREFIX + NAME, DATA);
});
afterAll(() => server.stop());

async function subset(offsets: string, options: Record<string, string> = {}): Promise<Outcome> {
  using place = new Workplace();
  server.requests.length = 0;
  const file = place.write('offsets', offsets);
  return await place.run([
    'restore_data_subset',
    place.config(server, { restore_subset: 'on', ...options }),
    `${BACKUP_DIR}/${NAME}`,
    file,
  ]);
}

const rangesAsked = (): (string | undefined)[] =>
  server.requests.filter(({ operation }) => operation === 'GetObject').map(({ range }) => range);

describe('the bytes of the ranges, in their order, nothing between', () => {
  const cases: readonly (readonly [string, (readonly [number, number])[]])[] = [
    ['one range', [[10, 20]]],
    [
      'the first and the last byte',
      [
        [0, 1],
        [DATA.length - 1, DATA.length],
      ],
    ],
    [
      'empty ranges between others',
      [
        [5, 5],
        [10, 20],
        [20, 20],
        [30, 31],
        [DATA.length, DATA.length],
      ],
    ],
    [
      'only empty ranges',
      [
        [5, 5],
        [9, 9],
      ],
    ],
    ['no range', []],
    [
      'adjacent ranges',
      [
        [0, 100],
        [100, 200],
      ],
    ],
    [
      'overlapping ranges',
      [
        [0, 100],
        [50, 150],
        [0, 100],
      ],
    ],
    [
      'ranges in falling order',
      [
        [15_000_000, 15_000_100],
        [10, 20],
      ],
    ],
    ['a range larger than a GET', [[1, 12_000_000]]],
    ['all of the object', [[0, DATA.length]]],
    [
      'a hundred far ranges',
      Array.from({ length: 100 }, (_, index) => [index * 199_000, index * 199_000 + 500] as const),
    ],
  ];
  test.each(cases)('%s', async (_name, ranges) => {
    const outcome = await subset(`${ranges.length} ${ranges.flat().join(' ')}\n`);
    const expected = Buffer.concat(ranges.map(([start, end]) => DATA.subarray(start, end)));
    expect([outcome.exitCode, outcome.stderr]).toEqual([0, '']);
    expect(outcome.stdout.length).toBe(expected.length);
    expect(Bun.hash(outcome.stdout)).toBe(Bun.hash(expected));
  });
});

describe('only the ranges are read', () => {
  test('near ranges share one GET', async () => {
    await subset('3 1000 2000 3000 4000 100000 100001');
    expect(rangesAsked()).toEqual(['bytes=1000-100000']);
  });

  test('far ranges have one each', async () => {
    await subset('2 0 10 10000000 10000010');
    expect(new Set(rangesAsked())).toEqual(new Set(['bytes=0-9', 'bytes=10000000-10000009']));
  });

  test('no GET is larger than a range of the restore', async () => {
    await subset('1 0 5000000', { restore_multipart_chunksize: '1MB' });
    expect(rangesAsked().length).toBe(5);
  });
});

describe('what can not be restored is an error before the first byte', () => {
  test.each([
    ['a range past the end', `1 0 ${DATA.length + 1}`, 'past the end'],
    ['a range past the end behind good ones', `2 0 10 ${DATA.length} ${DATA.length + 10}`, 'past the end'],
    ['a count that is too large', '2 0 10', 'announces 2 ranges'],
    ['a count that is too small', '1 0 10 20 30', 'announces 1 ranges'],
    ['a range that ends before its start', '1 10 5', 'before its start'],
    ['a word that is not a number', '1 0 x', 'is not a valid offset'],
    ['a negative number', '1 -5 10', 'is not a valid offset'],
    ['an empty file', '', 'it is empty'],
  ])('%s', async (_name, offsets, message) => {
    const { exitCode, stdout, stderr } = await subset(offsets);
    expect([exitCode, stdout.length]).toEqual([1, 0]);
    expect(stderr).toContain(message);
  });

  test('an offsets file that is not there', async () => {
    using place = new Workplace();
    const { exitCode, stderr } = await place.run([
      'restore_data_subset',
      place.config(server),
      `${BACKUP_DIR}/${NAME}`,
      '/nowhere',
    ]);
    expect([exitCode, stderr.includes("offsets file /nowhere can't be read")]).toEqual([1, true]);
  });
});

test('a gateway without HEAD serves the ranges as well', async () => {
  server.faults.add({ when: { operation: 'HeadObject', times: Infinity }, do: { kind: 'drop' } });
  try {
    const { exitCode, stderr, stdout } = await subset('2 10 20 15000000 15000005');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toEqual(Buffer.concat([DATA.subarray(10, 20), DATA.subarray(15_000_000, 15_000_005)]));
    expect((await subset(`1 0 ${DATA.length + 1}`)).stderr).toContain('is past the end of the object');
  } finally {
    server.faults.clear();
  }
});
