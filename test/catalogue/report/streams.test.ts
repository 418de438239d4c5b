import { expect, test } from 'bun:test';
import { streamsOfStatistics, streamsOfStore } from '../../../src/catalogue/report/streams.ts';
import type { StoredByHost } from '../../../src/catalogue/statistics.ts';

const object = (content: number | undefined, start: number, end: number): StoredByHost => ({
  host: `sdw${content ?? ''}`,
  key: 'k',
  content,
  oid: 1,
  table: undefined,
  bytesIn: 10,
  bytesStored: 5,
  crc32: undefined,
  parts: 0,
  start,
  end,
  inputWait: 3,
  networkWait: 2,
  retries: 1,
  throttles: 0,
});

async function* from(objects: readonly StoredByHost[]): AsyncGenerator<StoredByHost> {
  for (const each of objects) yield await Promise.resolve(each);
}

test('what hosts noted is added up by segment, in any order, and spans that touch are one', async () => {
  const streams = await streamsOfStatistics(
    't',
    from([object(1, 5000, 9000), object(0, 100, 4000), object(1, 0, 5001), object(undefined, 9500, 10_000)]),
  );
  expect(streams).toMatchObject({ source: 'statistics', from: 0, to: 10_000 });
  expect(
    streams?.lanes.map(({ content, objects, bytes, spans }) => [content, objects, bytes, spans]),
  ).toEqual([
    [-1, 1, 5, [[9500, 10_000]]],
    [0, 1, 5, [[100, 4000]]],
    [1, 2, 10, [[0, 9000]]],
  ]);
  expect(streams?.lanes[2]?.waits).toEqual({ total: 9001, input: 6, network: 4, retries: 2, throttles: 0 });
});

test('a gap that can be seen is one', async () => {
  const streams = await streamsOfStatistics('t', from([object(0, 0, 4000), object(0, 4100, 10_000)]));
  expect(streams?.lanes[0]?.spans).toEqual([
    [0, 4000],
    [4100, 10_000],
  ]);
});

test('without notes there is nothing, and the times of the store say when objects were complete', async () => {
  expect(await streamsOfStatistics('t', from([]))).toBeUndefined();
  const times = new Map([[3, { objects: 2, bytes: 7, ends: [2000, 1000] }]]);
  expect(streamsOfStore('t', times)).toMatchObject({
    source: 'store',
    from: 1000,
    to: 2000,
    lanes: [{ content: 3, host: '', objects: 2, bytes: 7, waits: undefined }],
  });
});
