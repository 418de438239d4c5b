import { expect, test } from 'bun:test';
import { array, assert, asyncProperty, integer } from 'fast-check';
import { someBytes } from '../../lab/program/plugin.ts';
import { Bridge } from '../../src/transfer/bridge.ts';
import type { Source } from '../../src/transfer/source.ts';

async function failureOf(promise: Promise<unknown>): Promise<string> {
  return await promise.then(
    () => '',
    (error: unknown) => String(error),
  );
}

const { signal } = new AbortController();

async function writeAll(bridge: Bridge, pieces: readonly Uint8Array[]): Promise<void> {
  for (const piece of pieces) await bridge.write(piece, signal);
  bridge.end();
}

/** As a source, which is what an upload takes it for. */
async function fill(source: Source, into: Uint8Array): Promise<number> {
  return await source.fill(into, signal);
}

async function readAll(bridge: Bridge, size: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  while (!(await bridge.ended(signal))) {
    const buffer = new Uint8Array(size);
    parts.push(buffer.subarray(0, await fill(bridge, buffer)));
  }
  return Buffer.concat(parts);
}

test('whatever the pieces and the buffers, the bytes are the same', async () => {
  await assert(
    asyncProperty(array(integer({ min: 0, max: 50 })), integer({ min: 1, max: 40 }), async (sizes, size) => {
      const bytes = someBytes(sizes.reduce((sum, one) => sum + one, 0));
      let at = 0;
      const pieces = sizes.map((length) => bytes.subarray(at, (at += length)));
      const bridge = new Bridge(100_000, true);
      const [read] = await Promise.all([readAll(bridge, size), writeAll(bridge, pieces)]);
      expect(Buffer.from(bytes).equals(read)).toBe(true);
      expect([bridge.written, bridge.md5()]).toEqual([
        bytes.length,
        new Bun.CryptoHasher('md5').update(bytes).digest('hex'),
      ]);
    }),
  );
});

test.each([0, 1, 65_536])('a stream of %d bytes needs no buffer of a part', async (size) => {
  const bridge = new Bridge(size);
  const [small] = await Promise.all([bridge.small(signal), writeAll(bridge, [someBytes(size)])]);
  expect(small?.length).toBe(size);
});

test('a larger one does, and nothing of it is lost', async () => {
  const bytes = someBytes(65_537);
  const bridge = new Bridge(bytes.length);
  expect(await bridge.small(signal)).toBeUndefined();
  const [read] = await Promise.all([readAll(bridge, 1000), writeAll(bridge, [bytes])]);
  expect(read.length).toBe(bytes.length);
});

test('a stream that is longer than announced is an error', async () => {
  const bridge = new Bridge(10);
  const ending = new AbortController();
  const writing = bridge.write(someBytes(12), ending.signal);
  expect(await failureOf(bridge.small(signal))).toContain('more than the 10 bytes');
  ending.abort(new Error('the reader is gone'));
  expect(await failureOf(writing)).toContain('the reader is gone');
});

test('a failure takes the place of the end, when all that came before has been read', async () => {
  const bridge = new Bridge(100);
  const writing = (async () => {
    await bridge.write(someBytes(5), signal);
    bridge.fail(new Error('the source broke off'));
  })();
  const buffer = new Uint8Array(10);
  expect(await failureOf(fill(bridge, buffer))).toContain('the source broke off');
  await writing;
  expect(Buffer.from(buffer.subarray(0, 5)).equals(someBytes(5))).toBe(true);
});

test('a signal ends who waits', async () => {
  const ending = new AbortController();
  const bridge = new Bridge(100);
  const reading = bridge.ended(ending.signal);
  ending.abort(new Error('enough'));
  expect(await failureOf(reading)).toContain('enough');
  const writing = bridge.write(someBytes(5), ending.signal);
  expect(await failureOf(writing)).toContain('enough');
});

test('a reader that fails, and ends who writes, keeps nobody waiting', async () => {
  const ending = new AbortController();
  const bridge = new Bridge(100);
  const writing = failureOf(bridge.write(someBytes(5), ending.signal));
  bridge.fail(new Error('refused'));
  ending.abort(new Error('refused'));
  expect(await writing).toContain('refused');
});
