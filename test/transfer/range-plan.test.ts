import { expect, test } from 'bun:test';
import { FAR_RANGES, NEAR_RANGES, rangePlan } from '../../src/transfer/range-plan.ts';

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
