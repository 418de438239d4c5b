import { MiB } from '../base/bytes.ts';

/**
 * What the process needs in addition to the bytes of its transfers: the runtime, the program, the connections.
 */
const BASE = 64 * MiB;

/** What a tunnel through a proxy needs on top: bytes on their way through it, until they are collected. */
export const TUNNEL = 32 * MiB;

/** The least that is worth having: without it nothing moves. */
const LEAST = 16 * MiB;

/** How much of `max_memory` may be used for parts, which are sent from the memory they are read into. */
export function transferBudget(maxMemory: number): number {
  return Math.max(maxMemory - BASE, LEAST);
}

/**
 * The same for what may be in memory twice: parts whose bodies the network layer copies, and ranges, whose memory grows
 * by doubling while they are received.
 */
export function copiedBudget(maxMemory: number): number {
  return Math.max((maxMemory - BASE) / 2, LEAST);
}

/** How many buffers of one size are used at the same time, when `wanted` are wanted: at least one. */
export function buffersInBudget(wanted: number, size: number, budget: number): number {
  return Math.max(1, Math.min(wanted, Math.floor(budget / size)));
}
