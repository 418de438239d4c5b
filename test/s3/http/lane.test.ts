import { describe, expect, test } from 'bun:test';
import { assert, integer, property } from 'fast-check';
import { MiB } from '../../../src/base/bytes.ts';
import { slotAt } from '../../../src/host/shared-rate.ts';
import { type Clock, Lane } from '../../../src/s3/http/lane.ts';
import type { Passage } from '../../../src/s3/http/passage.ts';

const never = new AbortController().signal;

/** Time that passes only when everything waits. */
class VirtualTime implements Clock {
  #now = 1_000_000;
  #timers: { readonly at: number; readonly call: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, call: () => void): () => void {
    const timer = { at: this.#now + milliseconds, call };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Lets so many milliseconds pass. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    for (;;) {
      await settled();
      const next = this.#timers.toSorted((left, right) => left.at - right.at)[0];
      if (next === undefined || next.at > end) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.#now = next.at;
      next.call();
    }
    this.#now = end;
  }
}

/** All that can go on without time has gone on. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** A host: a line that processes share, each with a lane of its own. */
class Host {
  readonly time = new VirtualTime();
  rate: number | undefined;
  busy = 0;
  #free = Number.NEGATIVE_INFINITY;

  constructor(rate: number | undefined) {
    this.rate = rate;
  }

  process(rate = () => this.rate): Lane {
    return new Lane(
      {
        rate,
        reserve: (cost) => {
          if (this.busy > 0) {
            this.busy -= 1;
            return undefined;
          }
          const now = this.time.now();
          const { start, free } = slotAt(now, this.#free, cost);
          this.#free = free;
          return start - now;
        },
      },
      this.time,
    );
  }
}

/** A body that moves as fast as it may. */
class Body {
  moved = 0;
  /** When each of its pieces went. */
  readonly times: number[] = [];
  readonly done: Promise<void>;
  readonly #stop = new AbortController();

  constructor(host: Host, lane: Lane, size = Infinity) {
    this.done = this.#move(host, lane.passage(), size).catch(() => {});
  }

  kill(): void {
    this.#stop.abort(new Error('killed'));
  }

  async #move({ time }: Host, passage: Passage, size: number): Promise<void> {
    while (this.moved < size) {
      const rest = Math.min(size - this.moved, 1e12);
      const piece = Math.min(passage.piece, rest);
      await passage.take(piece, rest, this.#stop.signal);
      this.moved += piece;
      this.times.push(time.now());
    }
  }
}

const sum = (bodies: readonly Body[]): number => bodies.reduce((total, { moved }) => total + moved, 0);
const SECONDS_30 = 30_000;

describe('processes of a host', () => {
  test.each([
    [1, 50 * MiB],
    [8, 50 * MiB],
    [64, 10 * MiB],
    [64, 65_536 * 4],
    [300, 10 * MiB],
  ])(
    '%p together keep to %p bytes a second within 10 per cent over 30 s, each the same',
    async (processes, rate) => {
      const host = new Host(rate);
      const bodies = Array.from({ length: processes }, () => new Body(host, host.process()));
      await host.time.pass(SECONDS_30);
      const ratio = sum(bodies) / ((rate * SECONDS_30) / 1000);
      expect(ratio).toBeWithin(0.98, processes === 300 ? 1.15 : 1.1);
      const moved = bodies.map((body) => body.moved);
      expect(Math.max(...moved) - Math.min(...moved)).toBeLessThanOrEqual(Math.max(rate / 40, 8192));
    },
  );

  test('move steadily, however many they are: none waits longer than its turn', async () => {
    const host = new Host(10 * MiB);
    const bodies = Array.from({ length: 64 }, () => new Body(host, host.process()));
    await host.time.pass(SECONDS_30);
    for (const { times } of bodies) {
      const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
      expect(Math.max(...gaps)).toBeLessThan(1300);
    }
  });

  test('get the share of those that are killed, at once', async () => {
    const host = new Host(10 * MiB);
    const bodies = Array.from({ length: 64 }, () => new Body(host, host.process()));
    await host.time.pass(10_000);
    const [last] = bodies;
    for (const body of bodies.slice(1)) body.kill();
    // The time of what the killed ones have moved.
    await host.time.pass(1000);
    const before = last?.moved ?? 0;
    await host.time.pass(10_000);
    expect(((last?.moved ?? 0) - before) / (100 * MiB)).toBeWithin(0.97, 1.03);
  });

  test('of different limits share the time, so that they never exceed the highest', async () => {
    const host = new Host(10 * MiB);
    const slow = new Body(host, host.process());
    const fast = new Body(
      host,
      host.process(() => 50 * MiB),
    );
    await host.time.pass(10_000);
    expect(slow.moved / (10 * MiB) + fast.moved / (50 * MiB)).toBeWithin(9.9, 10.6);
    expect(fast.moved / slow.moved).toBeWithin(4.5, 5.5);
  });

  test('follow a limit that changes while they move, and one that ends', async () => {
    const host = new Host(10 * MiB);
    const lane = host.process();
    const body = new Body(host, lane);
    await host.time.pass(10_000);
    const first = body.moved;
    host.rate = 20 * MiB;
    await host.time.pass(10_000);
    expect((body.moved - first) / (200 * MiB)).toBeWithin(0.98, 1.02);
    host.rate = undefined;
    const unlimited = new Body(host, lane, 1000 * MiB);
    body.kill();
    await host.time.pass(100);
    expect(unlimited.moved).toBe(1000 * MiB);
  });

  test('begin when those that were there have had what they paid for', async () => {
    const host = new Host(MiB);
    await host
      .process()
      .passage()
      .take(10 * MiB, 10 * MiB, never);
    const body = new Body(host, host.process(), 1024);
    await host.time.pass(9500);
    expect(body.moved).toBe(0);
    await host.time.pass(500);
    expect(body.moved).toBe(1024);
  });

  test('small objects count too, one process each', async () => {
    const host = new Host(100 * 1024);
    let stored = 0;
    const store = async (): Promise<void> => {
      for (;;) {
        await host.process().passage().take(1024, 1024, never);
        stored += 1;
      }
    };
    for (let index = 0; index < 8; index += 1) void store();
    await host.time.pass(SECONDS_30);
    expect(stored / 3000).toBeWithin(0.97, 1.1);
  });

  test('answers of unknown length are paid for when it is known', async () => {
    const host = new Host(MiB);
    const lane = host.process();
    await lane.passage().take(0, 0, never);
    lane.passage().settle(10 * MiB);
    let done = false;
    void lane
      .passage()
      .take(0, 0, never)
      .then(() => {
        done = true;
      });
    await host.time.pass(9500);
    expect(done).toBe(false);
    await host.time.pass(500);
    expect(done).toBe(true);
  });

  test('what was paid for and does not come is used by others', async () => {
    const host = new Host(MiB);
    const lane = host.process();
    await lane.passage().take(2 * MiB, 2 * MiB, never);
    lane.passage().settle(-MiB);
    const started = host.time.now();
    await lane.passage().take(MiB, MiB, never);
    expect(host.time.now()).toBe(started);
  });

  test('come back when the line was busy, and lose nothing', async () => {
    const host = new Host(10 * MiB);
    host.busy = 20;
    const body = new Body(host, host.process());
    await host.time.pass(10_000);
    expect(body.moved / (100 * MiB)).toBeWithin(0.97, 1.05);
    host.busy = 1;
    const lane = host.process();
    lane.settle(10 * MiB);
    body.kill();
    await host.time.pass(10_000);
    // What it owes from then is paid with its next bytes.
    const late = new Body(host, lane, 200 * 1024);
    await host.time.pass(50);
    expect(late.moved).toBeLessThan(200 * 1024);
    await host.time.pass(700);
    expect(late.moved).toBe(200 * 1024);
  });

  test('never exceed the limit by more than the steps that they may be ahead', () => {
    assert(
      property(integer({ min: 1, max: 500 }), integer({ min: 1, max: 50 }), (steps, cost) => {
        let free = Number.NEGATIVE_INFINITY;
        let now = 0;
        for (let step = 1; step <= steps; step += 1) {
          const slot = slotAt(now, free, cost);
          free = slot.free;
          now = Math.max(now, free);
          expect(step * cost).toBeLessThanOrEqual(now + 400);
        }
      }),
    );
  });
});

describe('bodies of a process', () => {
  test('the older one goes first, and a new one begins only when that leaves something', async () => {
    const host = new Host(10 * MiB);
    const lane = host.process();
    const old = new Body(host, lane, 10 * MiB);
    const young = new Body(host, lane, 10 * MiB);
    await host.time.pass(500);
    expect(old.moved).toBeLessThan(10 * MiB);
    expect(young.moved).toBe(0);
    await host.time.pass(1500);
    expect([old.moved, young.moved]).toEqual([10 * MiB, 10 * MiB]);
  });

  test('one on its way never stands still for long', async () => {
    const host = new Host(10 * MiB);
    const lane = host.process();
    const old = lane.passage();
    await old.take(1024, 1024, never);
    const young = new Body(host, lane);
    await host.time.pass(1000);
    const push = async (): Promise<void> => {
      for (;;) await old.take(old.piece, 1e12, never);
    };
    void push();
    await host.time.pass(10_000);
    expect(host.time.now() - (young.times.at(-1) ?? 0)).toBeLessThan(3500);
    const gaps = young.times.slice(1).map((time, index) => time - (young.times[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(3500);
  });

  test('one that is given up leaves its place to the next', async () => {
    const host = new Host(MiB);
    const lane = host.process();
    await lane.passage().take(MiB, MiB, never);
    const stop = new AbortController();
    const given = lane.passage().take(MiB, MiB, stop.signal);
    const next = new Body(host, lane, 1024);
    stop.abort(new Error('given up'));
    expect(await given.catch(String)).toBe('Error: given up');
    await host.time.pass(1100);
    expect(next.moved).toBe(1024);
    expect(await lane.passage().take(1, 1, stop.signal).catch(String)).toBe('Error: given up');
  });

  test('the time that they wait is known, of each and of all together', async () => {
    const host = new Host(MiB);
    const lane = host.process();
    await lane.passage().take(2 * MiB, 2 * MiB, never);
    expect(lane.held).toBe(0);
    const [first, second] = [lane.passage(), lane.passage()];
    void first.take(MiB, MiB, never);
    void second.take(MiB, MiB, never);
    await host.time.pass(10_000);
    expect(first.waited).toBeWithin(1599, 2001);
    expect(second.waited).toBeWithin(2599, 3001);
    expect(lane.held).toBe(second.waited);
  });

  test('without a limit they wait for nothing', async () => {
    const host = new Host(undefined);
    const passage = host.process().passage();
    await passage.take(1e9, 1e9, never);
    passage.settle(1e9);
    expect([passage.waited, passage.piece]).toEqual([0, 512 * 1024]);
  });
});
