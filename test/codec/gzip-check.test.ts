import { describe, expect, test } from 'bun:test';
import { array, assert, integer, property } from 'fast-check';
import { LEAST_GZIP } from '../../src/codec/gzip-check.ts';
import { rows, verdict } from './checked.ts';

const gzip = (bytes: Uint8Array<ArrayBuffer>): Buffer => Buffer.from(Bun.gzipSync(bytes));
const EMPTY = gzip(new Uint8Array(0));
const MiB = 1024 * 1024;

describe('whole is', () => {
  test('what comes of any data, in pieces of any size', () => {
    assert(
      property(
        integer({ min: 0, max: 300_000 }),
        array(integer({ min: 1, max: 70_000 }), { maxLength: 5 }),
        (length, sizes) => {
          expect(verdict('gzip', gzip(rows(length)), sizes)).toBeUndefined();
        },
      ),
      { numRuns: 60 },
    );
  });

  test('an empty stream of its own, which has the least length', () => {
    expect(EMPTY.length).toBe(LEAST_GZIP);
    expect(verdict('gzip', EMPTY)).toBeUndefined();
  });

  test.each([
    ['members one after the other', [gzip(rows(1000)), gzip(rows(50_000, 2)), gzip(rows(1))]],
    ['empty members among others', [EMPTY, EMPTY, gzip(rows(1000)), EMPTY]],
    ['zeros behind the last member', [gzip(rows(1000)), Buffer.alloc(5000)]],
    ['zeros behind an empty member', [EMPTY, Buffer.alloc(1)]],
  ])('%s', (_name, members) => {
    expect(verdict('gzip', Buffer.concat(members))).toBeUndefined();
  });

  test('data that shrinks to a thousandth, or not at all', () => {
    for (const bytes of [
      new Uint8Array(3 * MiB),
      new Uint8Array(60 * MiB),
      crypto.getRandomValues(new Uint8Array(60_000)),
    ])
      expect(verdict('gzip', gzip(bytes))).toBeUndefined();
  });

  test('a header with a name, a comment and extra fields', () => {
    const plain = gzip(rows(1000));
    const header = Buffer.from([0x1f, 0x8b, 8, 0b1_1100, 1, 2, 3, 4, 0, 3, 2, 0, 7, 7, 0x61, 0, 0x62, 0]);
    expect(verdict('gzip', Buffer.concat([header, plain.subarray(10)]))).toBeUndefined();
  });
});

describe('refused is', () => {
  test('nothing at all', () => {
    expect(verdict('gzip', new Uint8Array(0))).toBe('is empty');
  });

  test.each([
    ['text', 'sh: nosuchgzip: command not found, and so on'],
    ['a zstd frame', Bun.zstdCompressSync(rows(100))],
    ['another method', Buffer.from([0x1f, 0x8b, 7, 0, ...Buffer.alloc(30)])],
    ['flags without a meaning', Buffer.from([0x1f, 0x8b, 8, 0x20, ...Buffer.alloc(30)])],
  ])('%s', (_name, bytes) => {
    expect(verdict('gzip', Buffer.from(bytes), [1])).toBe('does not begin like one');
  });

  test('a short stream that is cut at any place', () => {
    const whole = gzip(rows(20_000));
    for (let length = 4; length < whole.length; length += 1)
      expect([length, verdict('gzip', whole.subarray(0, length))]).toEqual([
        length,
        `ends early, after ${length} bytes`,
      ]);
  });

  test('members of which the last is cut', () => {
    const first = gzip(rows(1000));
    const last = gzip(rows(2000, 2));
    for (let length = 4; length < last.length; length += 1)
      expect(verdict('gzip', Buffer.concat([first, last.subarray(0, length)]))).toContain('ends early');
  });

  test('what shrinks to a thousandth and is cut', () => {
    const whole = gzip(new Uint8Array(20 * MiB));
    for (const length of [100, 1000, 4097, whole.length - 9, whole.length - 1])
      expect(verdict('gzip', whole.subarray(0, length))).toContain('ends early');
  });

  test('a stream of nearly a MB that is cut', () => {
    const whole = gzip(rows(6_000_000));
    expect(whole.length).toBeGreaterThan(900_000);
    for (let count = 0; count < 40; count += 1) {
      const length = 20 + Math.floor((Math.min(whole.length, MiB) - 21) * (count / 40));
      expect([length, verdict('gzip', whole.subarray(0, length))]).toEqual([
        length,
        `ends early, after ${length} bytes`,
      ]);
    }
  });

  test('a wrong checksum, a wrong length, other bytes behind it', () => {
    const whole = gzip(rows(1000));
    for (const place of [-8, -1, -4, -40]) {
      const damaged = Buffer.from(whole);
      damaged[damaged.length + place] = (damaged.at(place) ?? 0) ^ 1;
      expect(verdict('gzip', damaged)).toBeDefined();
    }
    expect(verdict('gzip', Buffer.concat([whole, Buffer.from('more')]))).toBeDefined();
  });
});

test('of a stream in several pieces, or a long one, only the beginning is known', () => {
  const long = gzip(crypto.getRandomValues(new Uint8Array(2 * MiB)));
  expect(verdict('gzip', long.subarray(0, 1_500_000))).toBeUndefined();
  expect(verdict('gzip', gzip(rows(20_000)).subarray(0, 1000), [500])).toBeUndefined();
});
