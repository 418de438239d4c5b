import { MiB } from '../base/bytes.ts';

/**
 * What the process needs beside the bytes of its transfers: the runtime, the program, the connections.
 */
const BASE = 64 * MiB;

/** The least that is worth having: without it nothing moves. */
const LEAST = 16 * MiB;

/**
 * How much of `max_memory` may hold parts. The network layer keeps a copy of each body under way (measured:
 * 125 MB of resident memory with 5 parts of 8 MB, 310 MB with 1 of 128 MB), so every part counts twice.
 */
export function uploadBudget(maxMemory: number): number {
  return Math.max((maxMemory - BASE) / 2, LEAST);
}

/** How much of `max_memory` may hold ranges: they are received into the memory that is written from. */
export function downloadBudget(maxMemory: number): number {
  return Math.max(maxMemory - BASE, LEAST);
}

/** How many buffers of one size are used at once, when `wanted` are wanted: at least one. */
export function buffersInBudget(wanted: number, size: number, budget: number): number {
  return Math.max(1, Math.min(wanted, Math.floor(budget / size)));
}
