import { describe, expect, test } from 'bun:test';
import { array, assert, boolean, constantFrom, double, integer, option, property, record } from 'fast-check';
import { parseRetryAfter, pauseBound, Retries, type RetryPolicy } from '../../src/s3/retry.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const LONGEST_PAUSE = 20 * SECOND;
const policy: RetryPolicy = { timeout: 10 * MINUTE, reachTimeout: MINUTE, maxRetries: undefined };
const reached = { reached: true };

/** The bound itself, just below: what the random factor can come to at most. */
const almostOne = 1 - Number.EPSILON;

describe('pauseBound', () => {
  test('doubles from 100 ms and stays at 20 s', () => {
    const bounds = Array.from({ length: 10 }, (_, index) => pauseBound(index + 1));
    expect(bounds).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 12_800, 20_000, 20_000]);
  });

  test('stays at 20 s for any number of tries', () => {
    for (const tries of [31, 32, 64, 1100, Number.MAX_SAFE_INTEGER])
      expect(pauseBound(tries)).toBe(LONGEST_PAUSE);
  });
});

test('the time that a request waits for a limit of our own is not taken from its budget', () => {
  const retries = new Retries(policy, 0);
  retries.waited(8 * MINUTE);
  expect(retries.left(9 * MINUTE, true)).toBe(9 * MINUTE);
  retries.waited(2 * MINUTE);
  for (let tries = 1; tries <= 4; tries += 1)
    expect(retries.next('again', 19.9 * MINUTE, reached)).toBeDefined();
  expect(retries.next('again', 20.1 * MINUTE, reached)).toBeUndefined();
});

describe('the pause', () => {
  test('is drawn evenly between nothing and the bound', () => {
    for (const random of [0, 0.25, 0.5, almostOne]) {
      const retries = new Retries(policy, 0, () => random);
      for (let tries = 1; tries <= 12; tries += 1) {
        expect(retries.next('again', 0, reached)).toBeCloseTo(random * pauseBound(tries), 6);
      }
    }
  });

  test('grows from the beginning again after progress', () => {
    const retries = new Retries(policy, 0, () => almostOne);
    for (let tries = 0; tries < 8; tries += 1) retries.next('again', 0, reached);
    retries.progressed(0);
    expect(retries.next('again', 0, reached)).toBeCloseTo(pauseBound(1), 6);
  });

  test('is at least what Retry-After asks for', () => {
    const retries = new Retries(policy, 0, () => 0);
    expect(retries.next('slow down', 0, { ...reached, retryAfter: 45 * SECOND })).toBe(45 * SECOND);
  });

  test('is not shortened by a small Retry-After', () => {
    const retries = new Retries(policy, 0, () => almostOne);
    expect(retries.next('slow down', 0, { ...reached, retryAfter: 1 })).toBeCloseTo(pauseBound(1), 6);
  });

  test('follows a Retry-After no further than the budget goes', () => {
    const retries = new Retries(policy, 0, () => 0);
    expect(retries.next('slow down', MINUTE, { ...reached, retryAfter: 24 * 60 * MINUTE })).toBe(
      policy.timeout - MINUTE,
    );
  });

  test('is never longer than the bound unless Retry-After says so, and never negative', () => {
    const step = record({
      verdict: constantFrom('again', 'few', 'slow down', 'new credentials', 'server clock'),
      elapsed: integer({ min: 0, max: 5 * MINUTE }),
      retryAfter: option(integer({ min: 0, max: 60 * MINUTE }), { nil: undefined }),
      progress: boolean(),
      reached: boolean(),
    });
    assert(
      property(
        array(step, { maxLength: 60 }),
        double({ min: 0, max: almostOne, noNaN: true }),
        (steps, random) => {
          const retries = new Retries(policy, 0, () => random);
          let now = 0;
          for (const { verdict, elapsed, retryAfter, progress, reached: hasAnswered } of steps) {
            now += elapsed;
            if (progress) retries.progressed(now);
            const pause = retries.next(verdict, now, { retryAfter, reached: hasAnswered });
            if (pause === undefined) return;
            expect(pause).toBeGreaterThanOrEqual(0);
            expect(pause).toBeLessThanOrEqual(Math.max(pauseBound(retries.tries), retryAfter ?? 0));
          }
        },
      ),
    );
  });
});

describe('the time budget', () => {
  test('ends the tries when it is used up', () => {
    const retries = new Retries(policy, 0, () => 0);
    for (let tries = 0; tries < 5; tries += 1) {
      expect(retries.next('again', policy.timeout - 1, reached)).toBeDefined();
    }
    expect(retries.next('again', policy.timeout, reached)).toBeUndefined();
  });

  test('starts again with each progress', () => {
    const retries = new Retries(policy, 0, () => 0);
    let now = 0;
    for (let round = 0; round < 100; round += 1) {
      now += policy.timeout - 1;
      expect(retries.next('again', now, reached)).toBeDefined();
      retries.progressed(now);
    }
    for (let tries = 0; tries < 3; tries += 1) retries.next('again', now + policy.timeout - 1, reached);
    expect(retries.next('again', now + policy.timeout, reached)).toBeUndefined();
  });

  test('counts from the moment the request was begun, not from zero', () => {
    const start = 1_000_000_000;
    const retries = new Retries(policy, start, () => 0);
    for (let tries = 0; tries < 5; tries += 1) {
      expect(retries.next('again', start + policy.timeout - 1, reached)).toBeDefined();
    }
    expect(retries.next('again', start + policy.timeout, reached)).toBeUndefined();
  });

  test('is the shorter one while no server has answered', () => {
    for (const hasAnswered of [false, true]) {
      const retries = new Retries(policy, 0, () => 0);
      retries.next('again', 0, { reached: hasAnswered });
      retries.next('again', 0, { reached: hasAnswered });
      const goesOn = retries.next('again', policy.reachTimeout, { reached: hasAnswered }) !== undefined;
      expect(goesOn).toBe(hasAnswered);
    }
  });

  test('is not passed by a pause, whatever the server asks for', () => {
    const retries = new Retries(policy, 0, () => 0.999);
    retries.next('again', 0, reached);
    for (let tries = 0; tries < 9; tries += 1) retries.next('again', 0, reached);
    const last = policy.timeout - 50;
    expect(retries.next('slow down', last, { ...reached, retryAfter: 10 * MINUTE })).toBe(50);
    expect(retries.next('again', policy.timeout, reached)).toBeUndefined();
  });

  test('leaves three tries to a process that was stopped for hours', () => {
    const retries = new Retries(policy, 0, () => 0);
    const late = 5 * 60 * MINUTE;
    expect(retries.next('again', late, reached)).toBeDefined();
    expect(retries.next('again', late, reached)).toBeDefined();
    expect(retries.next('again', late, reached)).toBeUndefined();
  });
});

describe('the number of tries', () => {
  test('a final verdict ends them at once', () => {
    const retries = new Retries(policy, 0);
    expect(retries.next('final', 0, { ...reached, retryAfter: 1 })).toBeUndefined();
    expect(retries.tries).toBe(1);
  });

  test.each(['few', 'new credentials', 'server clock'] as const)('"%s" is tried three times', (verdict) => {
    const retries = new Retries(policy, 0, () => 0);
    expect(retries.next(verdict, 0, reached)).toBe(0);
    expect(retries.next(verdict, 0, reached)).toBe(0);
    expect(retries.next(verdict, 0, reached)).toBeUndefined();
    expect(retries.tries).toBe(3);
  });

  test.each(['again', 'slow down'] as const)('"%s" is tried as long as the time allows', (verdict) => {
    const retries = new Retries(policy, 0, () => 0);
    for (let tries = 1; tries <= 500; tries += 1) {
      expect(retries.next(verdict, 0, reached)).toBe(0);
      expect(retries.tries).toBe(tries);
    }
  });

  test('keys that ran out are replaced whatever max_request_retries says, a few times', () => {
    const retries = new Retries({ ...policy, maxRetries: 0 }, 0, () => 0);
    expect(retries.next('new credentials', 0, reached)).toBe(0);
    expect(retries.next('new credentials', 0, reached)).toBe(0);
    expect(retries.next('new credentials', 0, reached)).toBeUndefined();
  });

  test.each([0, 1, 2, 7])('max_request_retries %p allows one try more than that', (maxRetries) => {
    const retries = new Retries({ ...policy, maxRetries }, 0, () => 0);
    for (let retry = 0; retry < maxRetries; retry += 1) expect(retries.next('again', 0, reached)).toBe(0);
    expect(retries.next('again', 0, reached)).toBeUndefined();
    expect(retries.tries).toBe(maxRetries + 1);
  });

  test('is counted over progress for messages and for max_request_retries', () => {
    const retries = new Retries({ ...policy, maxRetries: 2 }, 0, () => 0);
    retries.next('again', 0, reached);
    retries.progressed(1);
    retries.next('again', 1, reached);
    retries.progressed(2);
    expect(retries.next('again', 2, reached)).toBeUndefined();
    expect(retries.tries).toBe(3);
  });
});

describe('parseRetryAfter', () => {
  const now = Date.parse('2026-01-02T03:04:05Z');

  test.each([
    ['0', 0],
    ['1', SECOND],
    ['120', 2 * MINUTE],
    [' 7 ', 7 * SECOND],
    ['Fri, 02 Jan 2026 03:05:05 GMT', MINUTE],
    ['Fri, 02 Jan 2026 03:04:05 GMT', 0],
    ['Thu, 01 Jan 2026 00:00:00 GMT', 0],
  ])('reads %p', (value, milliseconds) => {
    expect(parseRetryAfter(value, now)).toBe(milliseconds);
  });

  test.each([null, '', 'soon', '9999999', 'Fri, 99 Foo'])('takes %p as not given', (value) => {
    expect(parseRetryAfter(value, now)).toBeUndefined();
  });
});
