import { describe, expect, test } from 'bun:test';
import { constants, zstdCompressSync } from 'node:zlib';
import { array, assert, integer, property } from 'fast-check';
import { LEAST_ZSTD } from '../../src/codec/zstd-check.ts';
import { rows, verdict } from './checked.ts';

const zstd = (bytes: Uint8Array<ArrayBuffer>, level = 3): Buffer =>
  Buffer.from(Bun.zstdCompressSync(bytes, { level }));
/** As the zstd tool writes frames: with a checksum at the end. */
const withChecksum = (bytes: Uint8Array): Buffer =>
  zstdCompressSync(bytes, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
const EMPTY = zstd(new Uint8Array(0));
const SKIPPED = Buffer.from([0x5e, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);

const frame = (descriptor: number, block: readonly number[]): Buffer =>
  Buffer.from([0x28, 0xb5, 0x2f, 0xfd, descriptor, 0, ...block]);

describe('whole is', () => {
  test('what comes of any data, in pieces of any size', () => {
    assert(
      property(
        integer({ min: 0, max: 600_000 }),
        integer({ min: 1, max: 19 }),
        array(integer({ min: 1, max: 70_000 }), { maxLength: 5 }),
        (length, level, sizes) => {
          expect(verdict('zstd', zstd(rows(length), Math.min(level, 9)), sizes)).toBeUndefined();
        },
      ),
      { numRuns: 60 },
    );
  });

  test('an empty frame, which has the least length', () => {
    expect(EMPTY.length).toBe(LEAST_ZSTD);
    expect(verdict('zstd', EMPTY)).toBeUndefined();
  });

  test.each([
    ['frames one after the other', [zstd(rows(1000)), EMPTY, zstd(rows(300_000, 2))]],
    ['frames with a checksum', [withChecksum(rows(1000)), zstd(rows(10)), withChecksum(rows(300_000))]],
    ['frames to be skipped', [SKIPPED, zstd(rows(1000)), SKIPPED, zstd(rows(10)), SKIPPED]],
    ['blocks of one byte that repeats', [zstd(new Uint8Array(10_000_000))]],
    ['blocks that did not shrink', [zstd(crypto.getRandomValues(new Uint8Array(500_000)))]],
  ])('%s', (_name, frames) => {
    const all = Buffer.concat(frames);
    for (const size of [1, 7, all.length]) expect(verdict('zstd', all, [size])).toBeUndefined();
  });
});

describe('refused is', () => {
  test('nothing at all', () => {
    expect(verdict('zstd', new Uint8Array(0))).toBe('is empty');
  });

  test.each([
    ['text', 'sh: zstd: command not found'],
    ['a gzip stream', Bun.gzipSync(rows(100))],
  ])('%s', (_name, bytes) => {
    expect(verdict('zstd', Buffer.from(bytes), [1])).toBe('does not begin like one');
  });

  test('a stream of several blocks and frames that is cut anywhere but between frames', () => {
    const frames = [zstd(rows(400_000)), SKIPPED, withChecksum(rows(1000, 2))];
    const all = Buffer.concat(frames);
    const ends = new Set([frames[0]?.length, (frames[0]?.length ?? 0) + SKIPPED.length]);
    const step = Math.ceil(all.length / 3000);
    for (let length = 1; length < all.length; length += length > 50 && length < all.length - 200 ? step : 1) {
      const wanted = ends.has(length) ? undefined : `ends early, after ${length} bytes`;
      expect([length, verdict('zstd', all.subarray(0, length))]).toEqual([length, wanted]);
    }
  });

  test('other bytes behind a frame, a reserved bit, a reserved block, a block too large', () => {
    expect(verdict('zstd', Buffer.concat([zstd(rows(10)), Buffer.from('more')]))).toBe(
      'goes on with something else',
    );
    expect(verdict('zstd', frame(0x00, [1, 0, 0]))).toBeUndefined();
    expect(verdict('zstd', frame(0x08, [1, 0, 0]))).toContain('not valid');
    expect(verdict('zstd', frame(0x00, [7, 0, 0]))).toContain('not valid');
    expect(verdict('zstd', frame(0x00, [5, 0, 0xff]))).toContain('not valid');
  });
});
