import { describe, expect, test } from 'bun:test';
import { array, assert, asyncProperty, boolean, integer, record } from 'fast-check';
import { BufferPool, type PartBuffer } from '../../src/transfer/buffer-pool.ts';

const never = new AbortController().signal;

/** Lets promises that are settled run on. */
async function turn(): Promise<void> {
  for (let count = 0; count < 3; count += 1) await Promise.resolve();
}

/** What became of a promise so far. */
function watch<T>(promise: Promise<T>): { value?: T; error?: unknown } {
  const seen: { value?: T; error?: unknown } = {};
  promise.then(
    (value) => {
      seen.value = value;
    },
    (error: unknown) => {
      seen.error = error;
    },
  );
  return seen;
}

describe('a buffer', () => {
  test('has exactly the size asked for', async () => {
    const pool = new BufferPool(100, 5);
    for (const size of [1, 10, 99]) {
      const buffer = await pool.acquire(size, never);
      expect(buffer.length).toBe(size);
      expect(buffer.buffer.byteLength).toBe(size);
      pool.release(buffer);
    }
  });

  test('that is discarded makes room, and its memory is not handed out again', async () => {
    const pool = new BufferPool(40, 5);
    const first = await pool.acquire(40, never);
    const waiting = pool.acquire(40, never);
    pool.discard(first);
    expect((await waiting).buffer).not.toBe(first.buffer);
  });

  test('is used again for the next of its size', async () => {
    const pool = new BufferPool(100, 5);
    const first = await pool.acquire(40, never);
    const second = await pool.acquire(40, never);
    pool.release(first);
    pool.release(second);
    const again = [await pool.acquire(40, never), await pool.acquire(40, never)];
    expect(new Set(again)).toEqual(new Set([first, second]));
    expect(first).not.toBe(second);
  });

  test('of an earlier size gives its memory back when another size is needed', async () => {
    const pool = new BufferPool(100, 5);
    const small = await pool.acquire(10, never);
    pool.release(small);
    await pool.acquire(20, never);
    expect(small.buffer.detached).toBe(true);
  });
});

describe('the budget', () => {
  test('lets the next wait until it fits', async () => {
    const pool = new BufferPool(100, 5);
    const first = await pool.acquire(60, never);
    const second = watch(pool.acquire(60, never));
    await turn();
    expect(second.value).toBeUndefined();
    pool.release(first);
    await turn();
    expect(second.value).toBe(first);
  });

  test('is filled to the last byte, not beyond', async () => {
    const pool = new BufferPool(100, 5);
    await pool.acquire(50, never);
    const fits = watch(pool.acquire(50, never));
    const doesNot = watch(pool.acquire(1, never));
    await turn();
    expect(fits.value?.length).toBe(50);
    expect(doesNot.value).toBeUndefined();
  });

  test('is passed by one buffer alone, however large: one part must always be possible', async () => {
    const pool = new BufferPool(100, 5);
    const large = await pool.acquire(1000, never);
    const next = watch(pool.acquire(1, never));
    await turn();
    expect(next.value).toBeUndefined();
    pool.release(large);
    await turn();
    expect(next.value?.length).toBe(1);
  });

  test('bounds the number of buffers as well', async () => {
    const pool = new BufferPool(100, 2);
    await pool.acquire(1, never);
    const second = await pool.acquire(1, never);
    const third = watch(pool.acquire(1, never));
    await turn();
    expect(third.value).toBeUndefined();
    pool.release(second);
    await turn();
    expect(third.value).toBe(second);
  });

  test('is given in the order of asking: a small one does not overtake a large one', async () => {
    const pool = new BufferPool(100, 5);
    const first = await pool.acquire(60, never);
    const large = watch(pool.acquire(80, never));
    const small = watch(pool.acquire(10, never));
    await turn();
    expect(small.value).toBeUndefined();
    pool.release(first);
    await turn();
    expect(large.value?.length).toBe(80);
    expect(small.value?.length).toBe(10);
  });
});

describe('an abort', () => {
  test('before asking is thrown', async () => {
    const reason = new Error('ended');
    expect(
      await new BufferPool(100, 5).acquire(1, AbortSignal.abort(reason)).catch((error: unknown) => error),
    ).toBe(reason);
  });

  test('while waiting ends the wait with its reason, and leaves the others their turn', async () => {
    const pool = new BufferPool(100, 5);
    const held = await pool.acquire(100, never);
    const ending = new AbortController();
    const aborted = watch(pool.acquire(100, ending.signal));
    const patient = watch(pool.acquire(100, never));
    const reason = new Error('ended');
    ending.abort(reason);
    await turn();
    expect(aborted.error).toBe(reason);
    pool.release(held);
    await turn();
    expect(patient.value).toBe(held);
  });

  test('after the buffer was handed out changes nothing', async () => {
    const pool = new BufferPool(100, 5);
    const ending = new AbortController();
    const held = await pool.acquire(100, never);
    const got = watch(pool.acquire(100, ending.signal));
    const behind = watch(pool.acquire(100, never));
    pool.release(held);
    await turn();
    ending.abort(new Error('late'));
    await turn();
    expect(got.value).toBe(held);
    pool.release(held);
    await turn();
    expect(behind.value).toBe(held);
  });

  test('of one that stood in front lets those behind in that fit', async () => {
    const pool = new BufferPool(100, 5);
    await pool.acquire(60, never);
    const ending = new AbortController();
    const large = watch(pool.acquire(80, ending.signal));
    const small = watch(pool.acquire(10, never));
    ending.abort(new Error('ended'));
    await turn();
    expect(large.error).toBeInstanceOf(Error);
    expect(small.value?.length).toBe(10);
  });
});

test('any sequence of sizes stays in the budget but for one alone, shares no memory, and ends', async () => {
  const step = record({ size: integer({ min: 1, max: 150 }), releaseFirst: boolean() });
  await assert(
    asyncProperty(
      integer({ min: 1, max: 100 }),
      integer({ min: 1, max: 6 }),
      array(step, { maxLength: 60 }),
      async (budget, most, steps) => {
        const pool = new BufferPool(budget, most);
        const inUse: PartBuffer[] = [];
        let served = 0;
        const check = (): void => {
          const bytes = inUse.reduce((total, buffer) => total + buffer.length, 0);
          expect(inUse.length).toBeLessThanOrEqual(most);
          if (inUse.length > 1) expect(bytes).toBeLessThanOrEqual(budget);
          expect(new Set(inUse.map(({ buffer }) => buffer)).size).toBe(inUse.length);
          expect(inUse.some(({ buffer }) => buffer.detached)).toBe(false);
        };
        const releaseOne = async (): Promise<void> => {
          const [oldest] = inUse.splice(0, 1);
          if (oldest !== undefined) pool.release(oldest);
          await turn();
          check();
        };
        for (const { size, releaseFirst } of steps) {
          if (releaseFirst) await releaseOne();
          void pool.acquire(size, never).then((buffer) => {
            expect(buffer.length).toBe(size);
            inUse.push(buffer);
            served += 1;
          });
          await turn();
          check();
        }
        for (let rounds = 0; rounds < steps.length; rounds += 1) await releaseOne();
        expect(served).toBe(steps.length);
        expect(inUse).toEqual([]);
      },
    ),
  );
});
