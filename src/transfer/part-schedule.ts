import { GiB, MiB, TiB } from '../base/bytes.ts';

/** The largest object that S3 stores and the schedule is made for (S3 User Guide, "Amazon S3 multipart upload limits"). */
export const LARGEST_OBJECT = 5 * TiB;
/** S3's least size of a part (the last may be smaller); the most that the runtime keeps in one buffer (S3: 5 GiB). */
export const SMALLEST_PART = 5 * MiB;
export const LARGEST_PART = 4 * GiB;
export const MOST_PARTS = 10_000;

/**
 * The growing schedule: so many of each 10,000 parts have that size. It starts small, so that a small stream is
 * sent after 8 MiB, and stays at sizes of which several fit into memory for the first 100 GiB.
 */
const STEPS: readonly (readonly [count: number, size: number])[] = [
  [1000, 8 * MiB],
  [1000, 16 * MiB],
  [3000, 32 * MiB],
  [1500, 64 * MiB],
  [1000, 128 * MiB],
  [500, 256 * MiB],
  [500, 512 * MiB],
  [500, GiB],
];

/** The same for servers that take too few parts for the above to reach 5 TiB: three tenths are of the largest size. */
const STEPS_OF_FEW: typeof STEPS = [
  [1000, 8 * MiB],
  [1000, 16 * MiB],
  [2000, 32 * MiB],
  [1000, 64 * MiB],
  [1000, 128 * MiB],
  [500, 256 * MiB],
  [500, 512 * MiB],
];

/** The sizes of an upload's parts, fixed before the first byte: a stream's length is not known. */
export interface PartSchedule {
  readonly maxParts: number;
  /** Bytes of part `partNumber`, from 1 to `maxParts`; the last part of a stream may be smaller. */
  sizeOf(partNumber: number): number;
  /** Bytes that fit into `maxParts` parts. */
  readonly capacity: number;
}

/** Parts of one size. */
export function uniformSchedule(partSize: number, maxParts: number): PartSchedule {
  return { maxParts, sizeOf: () => partSize, capacity: partSize * maxParts };
}

/**
 * The growing schedule for at most `maxParts` parts: the steps keep their sizes and shrink in number, and all
 * parts behind them share what is missing to 5 TiB, within the limit of a part.
 */
export function growingSchedule(maxParts: number): PartSchedule {
  const schedule = scheduleOf(STEPS, maxParts);
  return schedule.capacity >= LARGEST_OBJECT ? schedule : scheduleOf(STEPS_OF_FEW, maxParts);
}

function scheduleOf(table: typeof STEPS, maxParts: number): PartSchedule {
  const steps: { readonly from: number; readonly size: number }[] = [];
  let next = 1;
  let capacity = 0;
  for (const [count, size] of table) {
    const scaled = Math.floor((count * maxParts) / MOST_PARTS);
    if (scaled === 0) continue;
    steps.push({ from: next, size });
    next += scaled;
    capacity += scaled * size;
  }
  const left = maxParts - next + 1;
  const even = Math.ceil((LARGEST_OBJECT - capacity) / left / MiB) * MiB;
  const last = Math.min(LARGEST_PART, even);
  steps.push({ from: next, size: last });
  capacity += left * last;
  return {
    maxParts,
    capacity,
    sizeOf: (partNumber) => steps.findLast(({ from }) => from <= partNumber)?.size ?? last,
  };
}
