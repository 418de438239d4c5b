import { KiB, MiB } from '../base/bytes.ts';

/** How an object is cut for its download. */
export interface RangePlan {
  /** Bytes of one range. */
  readonly rangeSize: number;
  /** Ranges in parallel. */
  readonly concurrency: number;
}

/**
 * For a server at a distance, where one connection carries 60 to 90 MB/s at most: many connections (4 GiB at 30 ms
 * and 60 MB/s each: 9.7 s; 13.9 s with 6 ranges of 8 MiB).
 */
export const FAR_RANGES: RangePlan = { rangeSize: 4 * MiB, concurrency: 10 };

/** For a server nearby: fewer and larger ranges, a fifth less CPU at the same memory. */
export const NEAR_RANGES: RangePlan = { rangeSize: 8 * MiB, concurrency: 5 };

/** What a range of a limited download takes at its rate, in seconds, and bytes that it has at least. */
const LIMITED_RANGE = 1 / 40;
const LEAST_RANGE = 8 * KiB;

/**
 * The plan of a download whose limit decides how fast bytes come: a range comes as fast as the network is, and the next
 * one waits. So ranges are small, or many processes would get their share in lumps, minutes apart.
 * @param rate bytes a second at this moment; undefined: no limit
 */
export function limitedPlan(
  { rangeSize, concurrency }: RangePlan,
  rate: () => number | undefined,
): RangePlan {
  return {
    concurrency,
    get rangeSize() {
      const limited = Math.floor((rate() ?? Infinity) * LIMITED_RANGE);
      return Math.min(rangeSize, Math.max(LEAST_RANGE, limited));
    },
  };
}

/** Milliseconds to the head of an answer, a new connection included, that only a server nearby keeps below. */
const NEARBY = 10;

/** The plans of one download: which of them is right shows when the server has answered. */
export interface RangePlans {
  readonly far: RangePlan;
  readonly near: RangePlan;
}

/** @param latency milliseconds to the head of the server's fastest answer so far. */
export function rangePlan({ far, near }: RangePlans, latency: number): RangePlan {
  return latency < NEARBY ? near : far;
}
