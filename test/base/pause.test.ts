import { expect, test } from 'bun:test';
import { pause } from '../../src/base/pause.ts';

const never = new AbortController().signal;

test('lasts as long as it should', async () => {
  const startedAt = performance.now();
  await pause(30, never);
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(29);
});

test('is ended by an abort, with its reason', async () => {
  const ending = new AbortController();
  const reason = new Error('SIGTERM');
  const waiting = pause(60_000, ending.signal).catch((error: unknown) => error);
  ending.abort(reason);
  expect(await waiting).toBe(reason);
});

test('does not begin after an abort', async () => {
  const reason = new Error('SIGTERM');
  expect(await pause(60_000, AbortSignal.abort(reason)).catch((error: unknown) => error)).toBe(reason);
});
