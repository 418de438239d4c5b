import { expect, test } from 'bun:test';
import { Retries } from '../../src/s3/retry.ts';

test('failures in a row after progress have the whole time budget again', () => {
  const policy = { timeout: 1000, reachTimeout: 1000, maxRetries: undefined };
  const retries = new Retries(policy, 0, () => 0);
  expect(retries.next('again', 100, { reached: true })).toBe(0);
  retries.progressed(5000);
  for (const now of [5100, 5200, 5300, 5400, 5900])
    expect(retries.next('again', now, { reached: true })).toBe(0);
  expect(retries.next('again', 6100, { reached: true })).toBeUndefined();
});
