import { parseSize } from '../src/base/bytes.ts';
import { OPTIONS } from '../src/config/options.ts';
import { buffersInBudget, transferBudget } from '../src/transfer/memory.ts';
import { growingSchedule, MOST_PARTS, type PartSchedule } from '../src/transfer/part-schedule.ts';
import { FAR_RANGES, NEAR_RANGES, type RangePlan } from '../src/transfer/range-plan.ts';

/** What a stream of some size costs in requests and buffers, by the program's own plan. */
export interface Growth {
  /** 0: one PutObject. */
  readonly parts: number;
  readonly requestsUp: number;
  /** From a server nearby, with larger ranges, and from one at a distance. */
  readonly requestsDown: { readonly near: number; readonly far: number };
  /** Bytes of the largest part that the plan allows, and how many of that size are sent in parallel. */
  readonly largestPart: number;
  readonly atOnce: number;
}

const WANTED = Number(OPTIONS.backup_max_concurrent_requests.fallback);
const BUDGET = transferBudget(parseSize(OPTIONS.max_memory.fallback) ?? 0);

/** How many parts a stream of `bytes` bytes is cut into: 0 when it ends within the first. */
export function partsOf(bytes: number, schedule: PartSchedule = growingSchedule(MOST_PARTS)): number {
  if (bytes <= schedule.sizeOf(1)) return 0;
  let left = bytes;
  let parts = 0;
  while (left > 0) {
    parts += 1;
    left -= schedule.sizeOf(parts);
  }
  return parts;
}

/**
 * The plan for `bytes` bytes with the default options. Up: one PutObject, or a Create, the parts and a Complete.
 * Down: a GET a range, and for an object in parts a HEAD that asks for its checksum; a PutObject's is in the
 * metadata that every GET tells.
 */
export function growthOf(bytes: number): Growth {
  const schedule = growingSchedule(MOST_PARTS);
  const parts = partsOf(bytes, schedule);
  const first = FAR_RANGES.rangeSize;
  const down = ({ rangeSize }: RangePlan): number =>
    1 + Math.ceil(Math.max(0, bytes - first) / rangeSize) + (parts > 0 ? 1 : 0);
  const largestPart = schedule.sizeOf(Math.max(1, parts));
  return {
    parts,
    requestsUp: parts === 0 ? 1 : parts + 2,
    requestsDown: { near: down(NEAR_RANGES), far: down(FAR_RANGES) },
    largestPart,
    atOnce: parts === 0 ? 1 : Math.min(parts, buffersInBudget(WANTED, largestPart, BUDGET)),
  };
}

/** A line through two points: a fixed cost, and what every unit adds. */
export interface Line {
  readonly fixed: number;
  readonly each: number;
}

/** The line through the smallest and the largest of measured points. @throws for fewer than two. */
export function lineThrough(points: readonly (readonly [x: number, y: number])[]): Line {
  const sorted = points.toSorted(([a], [b]) => a - b);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined || first[0] === last[0])
    throw new Error('two points are needed');
  const each = (last[1] - first[1]) / (last[0] - first[0]);
  return { each, fixed: first[1] - each * first[0] };
}
