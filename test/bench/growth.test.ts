import { describe, expect, test } from 'bun:test';
import { assert, integer, property } from 'fast-check';
import { growthOf, lineThrough, partsOf } from '../../bench/growth.ts';
import { GiB, MiB, TiB } from '../../src/base/bytes.ts';
import { growingSchedule, LARGEST_OBJECT, MOST_PARTS } from '../../src/transfer/part-schedule.ts';

const schedule = growingSchedule(MOST_PARTS);
const first = schedule.sizeOf(1);

/** Bytes that the first `parts` parts hold. */
function held(parts: number): number {
  let bytes = 0;
  for (let part = 1; part <= parts; part += 1) bytes += schedule.sizeOf(part);
  return bytes;
}

describe('parts', () => {
  test.each([
    [0, 0],
    [first - 1, 0],
    [first, 0],
    [first + 1, 2],
    [2 * first, 2],
    [2 * first + 1, 3],
    [held(1000), 1000],
    [held(1000) + 1, 1001],
  ])('%p bytes are %p parts (0: one PutObject)', (bytes, parts) => {
    expect(partsOf(bytes)).toBe(parts);
  });

  test('all bytes fit into the parts, and no part is in vain', () => {
    assert(
      property(integer({ min: first + 1, max: LARGEST_OBJECT }), (bytes) => {
        const parts = partsOf(bytes);
        expect(held(parts)).toBeGreaterThanOrEqual(bytes);
        expect(held(parts - 1)).toBeLessThan(bytes);
      }),
      { numRuns: 30 },
    );
  });

  test('5 TiB fit into the 10,000 parts that S3 takes', () => {
    expect(partsOf(5 * TiB)).toBeLessThanOrEqual(MOST_PARTS);
  });
});

describe('requests', () => {
  test('a small object is one request in each direction', () => {
    expect(growthOf(64 * 1024)).toMatchObject({ requestsUp: 1, requestsDown: { near: 1, far: 1 } });
  });

  test('an object in parts is parts + 2 up, and ranges + 1 down', () => {
    const { parts, requestsUp, requestsDown } = growthOf(4 * GiB);
    expect(parts).toBe(partsOf(4 * GiB));
    expect(requestsUp).toBe(parts + 2);
    expect(requestsDown).toEqual({ near: 1 + 512 + 1, far: 1024 + 1 });
  });
});

test('what is held at once stays within max_memory for the first 330 GiB', () => {
  for (const bytes of [MiB, 100 * MiB, 4 * GiB, 64 * GiB, 180 * GiB, 330 * GiB]) {
    const { atOnce, largestPart } = growthOf(bytes);
    expect(atOnce * largestPart).toBeLessThanOrEqual(128 * MiB);
  }
  expect(growthOf(5 * TiB).atOnce).toBe(1);
});

describe('a line', () => {
  test('goes through the smallest and the largest point, in any order', () => {
    expect(
      lineThrough([
        [100, 21],
        [50, 99],
        [10, 3],
      ]),
    ).toEqual({ fixed: 1, each: 0.2 });
  });

  test('needs two different points', () => {
    expect(() => lineThrough([[1, 1]])).toThrow('two points');
    expect(() =>
      lineThrough([
        [1, 1],
        [1, 2],
      ]),
    ).toThrow('two points');
  });
});
