import { expect, test } from 'bun:test';
import { KiB, MiB } from '../../src/base/bytes.ts';
import { FAR_RANGES, limitedPlan, NEAR_RANGES, rangePlan } from '../../src/transfer/range-plan.ts';

const plans = { far: FAR_RANGES, near: NEAR_RANGES };

test.each([0.2, 9.9])('a server that answers within %p ms is near: few large ranges', (latency) => {
  expect(rangePlan(plans, latency)).toBe(NEAR_RANGES);
});

test.each([10, 30, Infinity])('a server that takes %p ms is far: many small ranges', (latency) => {
  expect(rangePlan(plans, latency)).toBe(FAR_RANGES);
});

test('both plans hold the same bytes at once', () => {
  expect(NEAR_RANGES.rangeSize * NEAR_RANGES.concurrency).toBe(FAR_RANGES.rangeSize * FAR_RANGES.concurrency);
});

test('a range of a limited download has a fortieth of a second, at the rate of its moment', () => {
  let rate: number | undefined = 40 * MiB;
  const plan = limitedPlan(FAR_RANGES, () => rate);
  expect(plan).toMatchObject({ rangeSize: MiB, concurrency: FAR_RANGES.concurrency });
  rate = 64 * KiB;
  expect(plan.rangeSize).toBe(8 * KiB);
  rate = undefined;
  expect(plan.rangeSize).toBe(FAR_RANGES.rangeSize);
  rate = 1e12;
  expect(plan.rangeSize).toBe(FAR_RANGES.rangeSize);
});
