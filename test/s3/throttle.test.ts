import { describe, expect, test } from 'bun:test';
import { array, assert, asyncProperty, constantFrom, integer, nat, record } from 'fast-check';
import { Throttle } from '../../src/s3/throttle.ts';

const never = new AbortController().signal;

/** Lets everything that is ready to run go on. */
const turn = async (): Promise<void> => await Promise.resolve();

async function enterAll(throttle: Throttle, count: number): Promise<() => number> {
  let inside = 0;
  for (let index = 0; index < count; index += 1) {
    void throttle.enter(never).then(() => {
      inside += 1;
    });
  }
  await turn();
  return () => inside;
}

describe('places', () => {
  test('are as many as the limit; the next waits for one to leave', async () => {
    const throttle = new Throttle(3);
    const inside = await enterAll(throttle, 5);
    expect(inside()).toBe(3);
    throttle.leave();
    await turn();
    expect(inside()).toBe(4);
    throttle.leave();
    await turn();
    expect(inside()).toBe(5);
  });

  test('are given in the order of asking', async () => {
    const throttle = new Throttle(1);
    const order: number[] = [];
    await throttle.enter(never);
    for (const number of [1, 2, 3]) void throttle.enter(never).then(() => order.push(number));
    for (let count = 0; count < 3; count += 1) {
      throttle.leave();
      await turn();
    }
    expect(order).toEqual([1, 2, 3]);
  });

  test('are not waited for after an abort, and the place goes to the next', async () => {
    const throttle = new Throttle(1);
    const ending = new AbortController();
    const reason = new Error('SIGTERM');
    await throttle.enter(never);
    const waiting = throttle.enter(ending.signal).catch((error: unknown) => error);
    let inside = false;
    void throttle.enter(never).then(() => {
      inside = true;
    });
    ending.abort(reason);
    expect(await waiting).toBe(reason);
    expect(inside).toBe(false);
    throttle.leave();
    await turn();
    expect(inside).toBe(true);
    expect(await throttle.enter(ending.signal).catch((error: unknown) => error)).toBe(reason);
  });
});

/** One with all places taken but for the request that has just been refused. */
async function busy(most: number): Promise<Throttle> {
  const throttle = new Throttle(most);
  for (let count = 0; count < most; count += 1) await throttle.enter(never);
  throttle.leave();
  return throttle;
}

describe('slowDown', () => {
  test('begins at what is under way, however much more was allowed', async () => {
    const throttle = new Throttle(1000);
    for (let count = 0; count < 5; count += 1) await throttle.enter(never);
    throttle.leave();
    throttle.slowDown(0);
    expect(throttle.limit).toBe(2);
  });

  test('halves the limit, down to one', async () => {
    const throttle = await busy(11);
    const limits = [0, 1, 2, 3, 4].map((second) => {
      throttle.slowDown(second * 1000);
      return throttle.limit;
    });
    expect(limits).toEqual([5, 2, 1, 1, 1]);
  });

  test('counts answers of the same second once', async () => {
    const throttle = await busy(16);
    for (const now of [5000, 5000, 5500, 5999]) throttle.slowDown(now);
    expect(throttle.limit).toBe(8);
    throttle.slowDown(6000);
    expect(throttle.limit).toBe(4);
  });

  test('counts from the first moment of the clock on', async () => {
    const throttle = await busy(4);
    throttle.slowDown(0);
    expect(throttle.limit).toBe(2);
  });

  test('lets nobody in before enough have left', async () => {
    const throttle = new Throttle(4);
    const inside = await enterAll(throttle, 5);
    throttle.slowDown(0);
    throttle.leave();
    throttle.leave();
    await turn();
    expect(inside()).toBe(4);
    throttle.leave();
    await turn();
    expect(inside()).toBe(5);
  });
});

describe('recovery', () => {
  test('adds one place after as many successes as there are places', async () => {
    const throttle = await busy(8);
    throttle.slowDown(0);
    const limits: number[] = [];
    for (let count = 0; count < 4 + 5 + 6 + 7; count += 1) {
      throttle.succeeded();
      limits.push(throttle.limit);
    }
    const grown = [3, 8, 14, 21].map((index) => limits[index]);
    const before = [2, 7, 13, 20].map((index) => limits[index]);
    expect(grown).toEqual([5, 6, 7, 8]);
    expect(before).toEqual([4, 5, 6, 7]);
  });

  test('never goes above what the process was given', () => {
    const throttle = new Throttle(2);
    throttle.slowDown(0);
    for (let count = 0; count < 100; count += 1) throttle.succeeded();
    expect(throttle.limit).toBe(2);
  });

  test('begins again with every further SlowDown', async () => {
    const throttle = await busy(4);
    throttle.slowDown(0);
    throttle.succeeded();
    throttle.slowDown(500);
    throttle.succeeded();
    expect(throttle.limit).toBe(2);
    throttle.succeeded();
    expect(throttle.limit).toBe(3);
  });

  test('admits one who waits', async () => {
    const throttle = await busy(2);
    throttle.slowDown(0);
    const inside = await enterAll(throttle, 1);
    expect(inside()).toBe(0);
    throttle.succeeded();
    await turn();
    expect(inside()).toBe(1);
  });
});

test('never admits anyone above the limit of that moment, and everyone in the end', async () => {
  const step = record({
    act: constantFrom('enter', 'enter', 'leave', 'slow', 'success'),
    elapsed: nat(1500),
  });
  await assert(
    asyncProperty(integer({ min: 1, max: 12 }), array(step, { maxLength: 150 }), async (most, steps) => {
      const throttle = new Throttle(most);
      let asked = 0;
      let admitted = 0;
      let left = 0;
      let now = 0;
      const inside = (): number => admitted - left;
      for (const { act, elapsed } of steps) {
        now += elapsed;
        const before = inside();
        if (act === 'enter') {
          asked += 1;
          void throttle.enter(never).then(() => {
            admitted += 1;
          });
        } else if (act === 'leave' && inside() > 0) {
          left += 1;
          throttle.leave();
        } else if (act === 'slow') throttle.slowDown(now);
        else if (act === 'success') throttle.succeeded();
        await turn();
        expect(throttle.limit).toBeGreaterThanOrEqual(1);
        expect(throttle.limit).toBeLessThanOrEqual(most);
        // After a cut those inside may finish; a newcomer never makes them more than the limit.
        expect(inside()).toBeLessThanOrEqual(Math.max(throttle.limit, before));
        // No place stays free while somebody waits.
        if (inside() < throttle.limit) expect(admitted).toBe(asked);
      }
      for (let rounds = inside() + asked - admitted; rounds > 0; rounds -= 1) {
        left += 1;
        throttle.leave();
        await turn();
      }
      expect(admitted).toBe(asked);
    }),
  );
});
