import { describe, expect, test } from 'bun:test';
import { assert, integer, property } from 'fast-check';
import { GiB, MiB } from '../../src/base/bytes.ts';
import { buffersInBudget, copiedBudget, transferBudget } from '../../src/transfer/memory.ts';
import { FAR_RANGES, NEAR_RANGES } from '../../src/transfer/range-plan.ts';

describe('the budget of parts', () => {
  test.each([
    [96 * MiB, 32 * MiB],
    [192 * MiB, 128 * MiB],
    [GiB, GiB - 64 * MiB],
    [81 * MiB, 17 * MiB],
    [80 * MiB, 16 * MiB],
    // Without the least nothing moves, whatever was written.
    [79 * MiB, 16 * MiB],
    [0, 16 * MiB],
  ])('with max_memory %p is %p', (maxMemory, budget) => {
    expect(transferBudget(maxMemory)).toBe(budget);
  });

  test('is enough for all parts and ranges that the defaults want at once', () => {
    expect(buffersInBudget(8, 8 * MiB, transferBudget(192 * MiB))).toBe(8);
    for (const { concurrency, rangeSize } of [FAR_RANGES, NEAR_RANGES]) {
      expect(buffersInBudget(concurrency, rangeSize, copiedBudget(192 * MiB))).toBe(concurrency);
    }
  });
});

test.each([
  [192 * MiB, 64 * MiB],
  [GiB, 480 * MiB],
  [96 * MiB, 16 * MiB],
  [0, 16 * MiB],
])('the budget of what may be in memory twice, with max_memory %p, is %p', (maxMemory, budget) => {
  expect(copiedBudget(maxMemory)).toBe(budget);
});

describe('buffersInBudget', () => {
  test.each([
    // wanted, size, budget, how many
    [5, 8 * MiB, 128 * MiB, 5],
    [5, 8 * MiB, 40 * MiB, 5],
    [5, 8 * MiB, 40 * MiB - 1, 4],
    [5, 8 * MiB, 16 * MiB, 2],
    [5, 8 * MiB, 8 * MiB, 1],
    [5, 8 * MiB, 8 * MiB - 1, 1],
    [6, 500 * MiB, 128 * MiB, 1],
    [1, 4 * MiB, GiB, 1],
  ])('%p wanted of %p bytes in a budget of %p: %p', (wanted, size, budget, most) => {
    expect(buffersInBudget(wanted, size, budget)).toBe(most);
  });

  test('passes neither the budget nor what is wanted, but for the one that must be possible', () => {
    const bytes = integer({ min: 1, max: 8 * GiB });
    assert(
      property(integer({ min: 1, max: 1000 }), bytes, bytes, (wanted, size, budget) => {
        const most = buffersInBudget(wanted, size, budget);
        expect(most).toBeGreaterThanOrEqual(1);
        expect(most).toBeLessThanOrEqual(wanted);
        if (most > 1) expect(most * size).toBeLessThanOrEqual(budget);
        if (most < wanted) expect((most + 1) * size).toBeGreaterThan(budget);
      }),
    );
  });
});
