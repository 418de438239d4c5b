import { describe, expect, test } from 'bun:test';
import { Secret } from '../../../src/base/secret.ts';
import type { CredentialSource } from '../../../src/s3/auth/credentials.ts';
import { renewingCredentials } from '../../../src/s3/auth/renewing.ts';
import type { Found } from '../../../src/s3/auth/source.ts';

const MINUTE = 60_000;
const NEVER = new AbortController().signal;

/** A source of numbered keys that end so long after they were asked for, by a clock that the test moves. */
class Played {
  now = 1_000_000;
  asked = 0;
  life = 60 * MINUTE;
  fails = false;
  /** The same keys each time, until the same time. */
  fixedEnd: number | undefined;
  hold: Promise<void> | undefined;
  readonly warnings: string[] = [];
  readonly source: CredentialSource = renewingCredentials(
    async (signal) => await this.#answer(signal),
    { warning: (message) => this.warnings.push(message), verbose: () => {} },
    () => this.now,
  );

  async id(signal = NEVER): Promise<string> {
    return (await this.source.current(signal)).accessKeyId;
  }

  async #answer(signal: AbortSignal): Promise<Found> {
    this.asked += 1;
    const id = this.fixedEnd === undefined ? `key ${this.asked}` : 'fixed';
    const expires = this.fixedEnd ?? this.now + this.life;
    await this.hold;
    signal.throwIfAborted();
    if (this.fails) throw new Error('the source is down');
    return {
      credentials: { accessKeyId: id, secretAccessKey: new Secret('s'), sessionToken: undefined },
      expires,
    };
  }
}

describe('credentials', () => {
  test('are asked for once for many requests', async () => {
    const played = new Played();
    expect(await Promise.all([played.id(), played.id(), played.id()])).toEqual(['key 1', 'key 1', 'key 1']);
    expect(await played.id()).toBe('key 1');
    expect(played.asked).toBe(1);
  });

  test('without an end are kept', async () => {
    const played = new Played();
    played.life = Number.POSITIVE_INFINITY;
    await played.id();
    played.now += 1e12;
    expect(await played.id()).toBe('key 1');
  });

  test('are kept until five minutes before they end, and then replaced', async () => {
    const played = new Played();
    await played.id();
    played.now += 55 * MINUTE - 1;
    expect(await played.id()).toBe('key 1');
    played.now += 1;
    expect(await played.id()).toBe('key 2');
  });

  test('that could not be had are asked for again by the next request', async () => {
    const played = new Played();
    played.fails = true;
    const failed = await played.id().catch((error: unknown) => error);
    expect(String(failed)).toContain('the source is down');
    played.fails = false;
    expect(await played.id()).toBe('key 2');
  });
});

describe('renewing that fails', () => {
  test('leaves the old ones, asks seldom, and ends with them', async () => {
    const played = new Played();
    await played.id();
    played.now += 56 * MINUTE;
    played.fails = true;
    expect([await played.id(), await played.id()]).toEqual(['key 1', 'key 1']);
    expect([played.asked, played.warnings.length]).toEqual([2, 1]);
    played.now += MINUTE;
    expect(await played.id()).toBe('key 1');
    expect(played.asked).toBe(3);
    played.now += 3 * MINUTE;
    const failed = await played.id().catch((error: unknown) => error);
    expect(String(failed)).toContain('the source is down');
  });

  test('takes the new ones as soon as it succeeds again', async () => {
    const played = new Played();
    await played.id();
    played.now += 56 * MINUTE;
    played.fails = true;
    await played.id();
    played.fails = false;
    played.now += MINUTE;
    expect(await played.id()).toBe('key 3');
  });

  test('a source that gives the same ones again is not asked by each request', async () => {
    const played = new Played();
    played.fixedEnd = played.now + 4 * MINUTE;
    expect([await played.id(), await played.id(), await played.id()]).toEqual(['fixed', 'fixed', 'fixed']);
    expect(played.asked).toBe(2);
  });

  test('requests do not stand still while a source is slow and the old ones serve', async () => {
    const played = new Played();
    await played.id();
    played.now += 56 * MINUTE;
    const { promise, resolve: release } = Promise.withResolvers<void>();
    played.hold = promise;
    const first = played.id();
    // The wait of the first request is over, by the clock of the requests that follow.
    played.now += 10_000;
    expect(await played.id()).toBe('key 1');
    release();
    await first;
    expect(await played.id()).toBe('key 2');
    expect(played.asked).toBe(2);
  });

  test('requests go on with the old ones until the last minute, and wait then', async () => {
    const played = new Played();
    await played.id();
    played.now += 58 * MINUTE;
    const { promise, resolve: release } = Promise.withResolvers<void>();
    played.hold = promise;
    // The source does not answer before it is released.
    expect(await played.id()).toBe('key 1');
    played.now += 1.5 * MINUTE;
    const last = played.id();
    setTimeout(release, 500);
    expect(await last).toBe('key 2');
  });

  test.each([
    [60_000, 40_000],
    [3000, 2000],
    [600_000, 400_000],
  ])('of a source whose keys live %d ms comes after %d', async (life, after) => {
    const played = new Played();
    played.life = life;
    // The first ones may be the last minutes of keys that others use.
    await played.id();
    played.now += 300_000;
    await played.id();
    const { asked } = played;
    const id = await played.id();
    expect([id, await played.id(), await played.id()]).toEqual([id, id, id]);
    played.now += after - 1;
    await played.id();
    expect(played.asked).toBe(asked);
    played.now += 1;
    await played.id();
    expect(played.asked).toBe(asked + 1);
  });
});

describe('credentials that the server calls expired', () => {
  test('are replaced once, however many requests say so', async () => {
    const played = new Played();
    const old = await played.source.current(NEVER);
    played.source.refresh(old);
    played.source.refresh(old);
    expect(await Promise.all([played.id(), played.id()])).toEqual(['key 2', 'key 2']);
    played.source.refresh(old);
    expect(await played.id()).toBe('key 2');
    expect(played.asked).toBe(2);
  });

  test('do not serve while new ones can not be had', async () => {
    const played = new Played();
    played.source.refresh(await played.source.current(NEVER));
    played.fails = true;
    const failed = await played.id().catch((error: unknown) => error);
    expect(String(failed)).toContain('the source is down');
  });
});

describe('a signal', () => {
  test('ends the wait of its request, and another request asks anew', async () => {
    const played = new Played();
    const { promise, resolve: release } = Promise.withResolvers<void>();
    played.hold = promise;
    const ending = new AbortController();
    const first = played.id(ending.signal).catch((error: unknown) => error);
    const second = played.id();
    ending.abort(new Error('ended'));
    expect(String(await first)).toContain('ended');
    release();
    expect(await second).toBe('key 2');
    expect(played.warnings).toEqual([]);
  });
});
