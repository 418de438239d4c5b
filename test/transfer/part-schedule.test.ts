import { describe, expect, test } from 'bun:test';
import { assert, integer, property } from 'fast-check';
import { GiB, MiB } from '../../src/base/bytes.ts';
import {
  growingSchedule,
  LARGEST_OBJECT,
  LARGEST_PART,
  MOST_PARTS,
  type PartSchedule,
  SMALLEST_PART,
  uniformSchedule,
} from '../../src/transfer/part-schedule.ts';

const FIRST_PART = 8 * MiB;

function sizesOf(schedule: PartSchedule): number[] {
  return Array.from({ length: schedule.maxParts }, (_, index) => schedule.sizeOf(index + 1));
}

const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);

describe('the growing schedule', () => {
  test.each([1, 2, 9, 10, 11, 99, 100, 999, 1000, 1001, 5000, 9999, MOST_PARTS])(
    'for %p parts: every size is one that S3 takes, none is smaller than the one before',
    (maxParts) => {
      let before = 0;
      for (const size of sizesOf(growingSchedule(maxParts))) {
        expect(size).toBeGreaterThanOrEqual(Math.max(before, SMALLEST_PART));
        expect(size).toBeLessThanOrEqual(LARGEST_PART);
        before = size;
      }
    },
  );

  test('is as the design says: how many parts of which size', () => {
    const counts = new Map<number, number>();
    for (const size of sizesOf(growingSchedule(MOST_PARTS))) counts.set(size, (counts.get(size) ?? 0) + 1);
    const entries = [...counts];
    expect(entries.slice(0, -1)).toEqual([
      [8 * MiB, 1000],
      [16 * MiB, 1000],
      [32 * MiB, 3000],
      [64 * MiB, 1500],
      [128 * MiB, 1000],
      [256 * MiB, 500],
      [512 * MiB, 500],
      [GiB, 500],
    ]);
    expect(entries.at(-1)?.[1]).toBe(1000);
  });

  test('begins with 8 MiB wherever there are parts enough to begin small', () => {
    for (const maxParts of [10, 100, 1000, 9999, MOST_PARTS]) {
      expect(growingSchedule(maxParts).sizeOf(1)).toBe(FIRST_PART);
    }
  });

  test('holds 5 TiB in 10,000 parts, part by part', () => {
    const schedule = growingSchedule(MOST_PARTS);
    let rest = LARGEST_OBJECT;
    let parts = 0;
    while (rest > 0) {
      parts += 1;
      rest -= schedule.sizeOf(parts);
    }
    expect(parts).toBeLessThanOrEqual(MOST_PARTS);
    // Sizes are whole MiB, so that each part of the last step may be up to one MiB larger than needed.
    const lastStep = MOST_PARTS - 9000;
    expect(schedule.capacity - LARGEST_OBJECT).toBeLessThan(lastStep * MiB);
  });

  test('holds 5 TiB as soon as the last three tenths of its parts can, at 4 GiB each', () => {
    const enough = Math.ceil(LARGEST_OBJECT / LARGEST_PART / 0.3);
    for (const maxParts of [enough, 5000, 9999, MOST_PARTS]) {
      expect(sum(sizesOf(growingSchedule(maxParts)))).toBeGreaterThanOrEqual(LARGEST_OBJECT);
    }
    expect(growingSchedule(1000).capacity).toBeGreaterThan(300 * LARGEST_PART);
  });

  test('has for any number of parts the capacity that its parts add up to', () => {
    assert(
      property(integer({ min: 1, max: MOST_PARTS }), (maxParts) => {
        const schedule = growingSchedule(maxParts);
        const sizes = sizesOf(schedule);
        expect(schedule.maxParts).toBe(maxParts);
        expect(sum(sizes)).toBe(schedule.capacity);
        expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
        expect(Math.min(...sizes)).toBeGreaterThanOrEqual(SMALLEST_PART);
        expect(Math.max(...sizes)).toBeLessThanOrEqual(LARGEST_PART);
      }),
      { numRuns: 60 },
    );
  });

  test('has at its end parts of 4 GiB where there are too few for 5 TiB', () => {
    for (const maxParts of [1, 2, 10, 100, 1000]) {
      expect(growingSchedule(maxParts).sizeOf(maxParts)).toBe(LARGEST_PART);
    }
  });

  test('stays at parts of which several fit into memory for the first hundreds of GiB', () => {
    const schedule = growingSchedule(MOST_PARTS);
    let bytes = 0;
    for (let part = 1; schedule.sizeOf(part) <= 64 * MiB; part += 1) bytes += schedule.sizeOf(part);
    expect(bytes).toBeGreaterThanOrEqual(175 * GiB);
  });
});

describe('the uniform schedule', () => {
  test.each([
    [SMALLEST_PART, MOST_PARTS],
    [500 * MiB, 1000],
    [LARGEST_PART, 1],
  ])('has parts of %p bytes, %p of them at most', (partSize, maxParts) => {
    const schedule = uniformSchedule(partSize, maxParts);
    expect(sizesOf(schedule)).toEqual(Array.from({ length: maxParts }, () => partSize));
    expect(schedule.capacity).toBe(partSize * maxParts);
    expect(schedule.maxParts).toBe(maxParts);
  });
});
