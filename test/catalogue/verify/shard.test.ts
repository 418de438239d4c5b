import { describe, expect, test } from 'bun:test';
import { isInShard, parseShard, WHOLE } from '../../../src/catalogue/verify/shard.ts';

describe('what is given', () => {
  test.each([
    ['0/1', { number: 0, total: 1 }],
    ['3/4', { number: 3, total: 4 }],
    ['4/4', undefined],
    ['-1/4', undefined],
    ['0/0', undefined],
    ['1', undefined],
    ['1/2/3', undefined],
    ['1 / 2', undefined],
    ['', undefined],
    ['auto', undefined],
  ])('%j', (text, shard) => {
    expect(parseShard(text, {})).toEqual(shard);
  });

  test('auto is what Greenplum tells', () => {
    const environment = { GP_SEGMENT_ID: '1', GP_SEGMENT_COUNT: '2' };
    expect(parseShard('auto', environment)).toEqual({ number: 1, total: 2 });
    expect(parseShard('auto', { GP_SEGMENT_ID: '-1', GP_SEGMENT_COUNT: '2' })).toBeUndefined();
  });
});

test('each content id is in one of the shards, however many there are; on as many as segments in its own', () => {
  for (let total = 1; total <= 40; total += 1) {
    for (let content = -1; content < 80; content += 1) {
      const shards = Array.from({ length: total }, (_, number) => ({ number, total })).filter((shard) =>
        isInShard(shard, content),
      );
      expect(shards.length).toBe(1);
      if (content >= 0 && content < total) expect(shards[0]?.number).toBe(content);
      if (content < 0) expect(shards[0]?.number).toBe(0);
    }
  }
  expect(isInShard(WHOLE, 7)).toBe(true);
});
