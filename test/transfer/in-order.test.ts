import { describe, expect, test } from 'bun:test';
import { array, assert, asyncProperty, boolean, integer, nat } from 'fast-check';
import { inOrder } from '../../src/transfer/in-order.ts';
import { Fetches } from './fetches.ts';

const never = new AbortController().signal;

async function turn(): Promise<void> {
  for (let count = 0; count < 20; count += 1) await Promise.resolve();
}

async function collect<R>(results: AsyncIterable<R>): Promise<R[]> {
  const all: R[] = [];
  for await (const result of results) all.push(result);
  return all;
}

const identity = async (item: number): Promise<number> => await Promise.resolve(item);

describe('the results', () => {
  test.each([0, 1, 2, 5, 100])('of %p items come in their order, however many run at once', async (count) => {
    const items = Array.from({ length: count }, (_, index) => index);
    for (const ahead of [1, 2, 5, 1000]) {
      expect(await collect(inOrder(items, ahead, never, identity))).toEqual(items);
    }
  });

  test('come in the order of the items when the fetches end in another', async () => {
    const fetches = new Fetches();
    const all = collect(inOrder([1, 2, 3], 3, never, fetches.fetch));
    await turn();
    for (const item of [3, 1, 2]) fetches.finish(item);
    expect(await all).toEqual(['result 1', 'result 2', 'result 3']);
  });

  test('that exist or are under way are never more than "ahead", whatever the order of their ends', async () => {
    await assert(
      asyncProperty(
        integer({ min: 1, max: 6 }),
        nat(20),
        array(nat(), { minLength: 1, maxLength: 20 }),
        boolean(),
        async (ahead, count, choices, slowConsumer) => {
          const fetches = new Fetches();
          const items = Array.from({ length: count }, (_, index) => index);
          const results = inOrder(items, ahead, never, fetches.fetch);
          const taken: string[] = [];
          let consumed = 0;
          const consuming = (async () => {
            for await (const result of results) {
              taken.push(result);
              if (slowConsumer) await turn();
              consumed += 1;
            }
          })();
          for (let step = 0; step < count; step += 1) {
            await turn();
            // Begun and not yet left behind by the consumer.
            expect(fetches.begun.length - consumed).toBeLessThanOrEqual(ahead);
            const { open } = fetches;
            const chosen = open[(choices[step % choices.length] ?? 0) % Math.max(1, open.length)];
            if (chosen !== undefined) fetches.finish(chosen);
          }
          // The rest, as it is begun.
          for (let rounds = 0; rounds <= count; rounds += 1) {
            await new Promise((resolve) => setImmediate(resolve));
            for (const item of fetches.open) fetches.finish(item);
          }
          await consuming;
          expect(taken).toEqual(items.map((item) => `result ${item}`));
        },
      ),
    );
  });

  test('held by a consumer that stands still begin no further fetch', async () => {
    const fetches = new Fetches();
    const results = inOrder([1, 2, 3, 4, 5], 2, never, fetches.fetch);
    const first = results.next();
    await turn();
    fetches.finish(1);
    fetches.finish(2);
    await first;
    await turn();
    expect(fetches.begun).toEqual([1, 2]);
    await results.next();
    await turn();
    expect(fetches.begun).toEqual([1, 2, 3]);
    const end = results.return(undefined);
    await turn();
    fetches.finish(3);
    await end;
  });

  test('begin only when they are asked for', () => {
    const fetches = new Fetches();
    inOrder([1, 2], 2, never, fetches.fetch);
    expect(fetches.begun).toEqual([]);
  });
});

describe('a failure', () => {
  test('is thrown and ends the others through their signal', async () => {
    const fetches = new Fetches();
    const all = collect(inOrder([1, 2, 3], 3, never, fetches.fetch));
    const outcome = all.catch((error: unknown) => error);
    await turn();
    const failure = new Error('range 2 failed');
    fetches.fail(2, failure);
    await turn();
    expect(fetches.signals.map(({ aborted }) => aborted)).toEqual([true, true, true]);
    expect(fetches.signals[0]?.reason).toBe(failure);
    // As a request does that is aborted.
    for (const item of [1, 3]) fetches.fail(item, failure);
    expect(await outcome).toBe(failure);
  });

  test('of a later item is thrown at once, not when its turn comes', async () => {
    const fetches = new Fetches();
    const results = inOrder([1, 2, 3], 3, never, fetches.fetch);
    const first = results.next().catch((error: unknown) => error);
    await turn();
    const failure = new Error('range 3 failed');
    fetches.fail(3, failure);
    for (const item of [1, 2]) fetches.fail(item, new Error('aborted'));
    expect(await first).toBe(failure);
  });

  test('does not end before every fetch has ended', async () => {
    const fetches = new Fetches();
    let ended = false;
    const outcome = collect(inOrder([1, 2], 2, never, fetches.fetch)).catch(() => {
      ended = true;
    });
    await turn();
    fetches.fail(1, new Error('range 1 failed'));
    await turn();
    expect(ended).toBe(false);
    fetches.fail(2, new Error('aborted'));
    await outcome;
    expect(ended).toBe(true);
  });

  test('begins no further item', async () => {
    const fetches = new Fetches();
    const outcome = collect(inOrder([1, 2, 3, 4], 2, never, fetches.fetch)).catch(() => 'failed');
    await turn();
    fetches.fail(1, new Error('range 1 failed'));
    fetches.fail(2, new Error('aborted'));
    expect(await outcome).toBe('failed');
    expect(fetches.begun).toEqual([1, 2]);
  });

  test('of the list of items is thrown', async () => {
    const failure = new Error('no plan');
    function* items(): Generator<number> {
      yield 1;
      throw failure;
    }
    expect(await collect(inOrder(items(), 1, never, identity)).catch((error: unknown) => error)).toBe(
      failure,
    );
  });
});

describe('a consumer that returns early', () => {
  test('aborts the fetches under way and waits for them', async () => {
    const fetches = new Fetches();
    const results = inOrder([1, 2, 3], 3, never, fetches.fetch);
    const first = results.next();
    await turn();
    fetches.finish(1);
    expect(await first).toEqual({ done: false, value: 'result 1' });
    let ended = false;
    const end = results.return(undefined).then(() => {
      ended = true;
    });
    await turn();
    expect(fetches.signals[1]?.aborted).toBe(true);
    expect(ended).toBe(false);
    for (const item of [2, 3]) fetches.fail(item, new Error('aborted'));
    await end;
    expect(ended).toBe(true);
  });
});

describe('an abort', () => {
  test('before the beginning is thrown, and nothing is fetched', async () => {
    const fetches = new Fetches();
    const reason = new Error('ended');
    expect(
      await collect(inOrder([1], 1, AbortSignal.abort(reason), fetches.fetch)).catch(
        (error: unknown) => error,
      ),
    ).toBe(reason);
    await turn();
    expect(fetches.begun).toEqual([]);
  });

  test('reaches the fetches with its reason, which is thrown', async () => {
    const fetches = new Fetches();
    const ending = new AbortController();
    const outcome = collect(inOrder([1, 2], 2, ending.signal, fetches.fetch)).catch(
      (error: unknown) => error,
    );
    await turn();
    const reason = new Error('SIGTERM');
    ending.abort(reason);
    await turn();
    expect(fetches.signals.map((signal) => signal.reason as unknown)).toEqual([reason, reason]);
    for (const item of [1, 2]) fetches.fail(item, reason);
    expect(await outcome).toBe(reason);
  });

  test('while the consumer holds a result is thrown at its next step', async () => {
    const ending = new AbortController();
    const results = inOrder([1, 2, 3], 1, ending.signal, identity);
    expect(await results.next()).toEqual({ done: false, value: 1 });
    const reason = new Error('SIGTERM');
    ending.abort(reason);
    expect(await results.next().catch((error: unknown) => error)).toBe(reason);
  });
});
