import { describe, expect, test } from 'bun:test';
import { array, assert, constantFrom, integer, oneof, property, tuple } from 'fast-check';
import type { ByteRange } from '../../src/base/byte-range.ts';
import { MiB } from '../../src/base/bytes.ts';
import { NEAR, planSubset, type SubsetRead } from '../../src/transfer/subset-plan.ts';

const LARGEST = 4 * MiB;
const span = (start: number, end: number): ByteRange => ({ start, end });
const plan = (ranges: readonly ByteRange[], largest = LARGEST): SubsetRead[] => [
  ...planSubset(ranges, largest),
];
const reads = (ranges: readonly ByteRange[], largest = LARGEST): ByteRange[] =>
  plan(ranges, largest).map(({ start, end }) => span(start, end));

describe('two ranges', () => {
  test.each([
    [NEAR - 1, 1],
    [NEAR, 1],
    [NEAR + 1, 2],
  ])('with %p bytes between them need %p GETs', (gap, gets) => {
    const ranges = [span(100, 200), span(200 + gap, 300 + gap)];
    expect(reads(ranges)).toHaveLength(gets);
    expect(reads(ranges)).toEqual(gets === 1 ? [span(100, 300 + gap)] : ranges);
  });

  test.each([
    [NEAR - 1, 1],
    [NEAR, 1],
    [NEAR + 1, 2],
  ])('in the wrong order with %p bytes between them need %p GETs', (gap, gets) => {
    const ranges = [span(200 + gap, 300 + gap), span(100, 200)];
    expect(reads(ranges)).toEqual(gets === 1 ? [span(100, 300 + gap)] : ranges);
  });

  test('that touch or overlap share a GET, in which the second lies where it belongs', () => {
    expect(plan([span(0, 10), span(10, 20)])).toEqual([
      { start: 0, end: 20, pieces: [span(0, 10), span(10, 20)] },
    ]);
    expect(plan([span(0, 10), span(5, 20)])).toEqual([
      { start: 0, end: 20, pieces: [span(0, 10), span(5, 20)] },
    ]);
    expect(plan([span(0, 20), span(5, 10)])).toEqual([
      { start: 0, end: 20, pieces: [span(0, 20), span(5, 10)] },
    ]);
    expect(plan([span(5, 10), span(5, 10)])).toEqual([
      { start: 5, end: 10, pieces: [span(5, 10), span(5, 10)] },
    ]);
  });

  test('share a GET up to its largest size, and not a byte beyond', () => {
    const half = LARGEST / 2;
    expect(reads([span(0, half), span(half, LARGEST)])).toHaveLength(1);
    expect(reads([span(0, half), span(half, LARGEST + 1)])).toHaveLength(2);
  });
});

describe('one range', () => {
  test.each([
    [LARGEST - 1, 1],
    [LARGEST, 1],
    [LARGEST + 1, 2],
    [2 * LARGEST, 2],
    [2 * LARGEST + 1, 3],
  ])('of %p bytes needs %p GETs', (length, gets) => {
    expect(reads([span(7, 7 + length)])).toHaveLength(gets);
  });
});

describe('no range', () => {
  test('needs no GET', () => {
    expect(plan([])).toEqual([]);
  });

  test('and empty ranges need none either', () => {
    expect(plan([span(0, 0), span(5, 5), span(1e12, 1e12)])).toEqual([]);
  });

  test('between two far ranges, empty, leaves the plan as it is', () => {
    const far = [span(0, 1), span(10 * LARGEST, 10 * LARGEST + 1)];
    expect(plan([span(3, 3), ...far.slice(0, 1), span(5, 5), ...far.slice(1)])).toEqual(plan(far));
  });
});

test('ranges beyond 4 GiB are planned to the byte', () => {
  const start = 5 * 2 ** 40;
  expect(reads([span(start, start + LARGEST + 1)])).toEqual([
    span(start, start + LARGEST),
    span(start + LARGEST, start + LARGEST + 1),
  ]);
});

test('the plan is made while it is read: a million ranges are not planned before the first GET', () => {
  let asked = 0;
  function* many(): Generator<ByteRange> {
    for (; asked < 1_000_000; asked += 1) yield span(asked * LARGEST * 2, asked * LARGEST * 2 + 1);
  }
  expect(planSubset(many(), LARGEST).next().done).toBe(false);
  expect(asked).toBeLessThan(5);
});

test('for any list of ranges the pieces are exactly the ranges, in order, and no GET is too large', () => {
  const size = 4 * NEAR;
  const near = integer({ min: NEAR - 2, max: NEAR + 2 });
  const length = oneof(integer({ min: 0, max: 3 }), integer({ min: 0, max: size }), near);
  const step = oneof(
    integer({ min: -3, max: 3 }),
    near,
    near.map((gap) => -gap),
    integer({ min: -size, max: size }),
  );
  const ranges = array(tuple(step, length), { maxLength: 30 }).map((steps) => {
    let at = 0;
    return steps.map(([gap, bytes]) => {
      const start = Math.max(0, at + gap);
      at = start + bytes;
      return span(start, at);
    });
  });
  assert(
    property(
      ranges,
      oneof(constantFrom(1, 2, NEAR, NEAR + 1, size), integer({ min: 1, max: size })),
      (list, most) => {
        // A largest GET of a few bytes would make millions of reads of a long range.
        const largest =
          most < NEAR / 8 && list.some(({ start, end }) => end - start > 1000) ? most + NEAR : most;
        const planned = plan(list, largest);
        for (const { start, end, pieces } of planned) {
          expect(end - start).toBeGreaterThan(0);
          expect(end - start).toBeLessThanOrEqual(largest);
          expect(pieces.length).toBeGreaterThan(0);
          expect(Math.min(...pieces.map((piece) => piece.start))).toBe(start);
          expect(Math.max(...pieces.map((piece) => piece.end))).toBe(end);
          expect(pieces.every((piece) => piece.start < piece.end)).toBe(true);
        }
        expect(joined(planned.flatMap(({ pieces }) => pieces))).toEqual(joined(list));
      },
    ),
    { numRuns: 400 },
  );
});

/** Ranges without the empty ones, each joined with the next where that goes on at its end. */
function joined(ranges: readonly ByteRange[]): ByteRange[] {
  const result: ByteRange[] = [];
  for (const { start, end } of ranges) {
    if (start === end) continue;
    const last = result.at(-1);
    if (last?.end === start) result.splice(-1, 1, span(last.start, end));
    else result.push(span(start, end));
  }
  return result;
}
