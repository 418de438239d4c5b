import { MiB } from '../base/bytes.ts';

/**
 * What the process needs beside the buffers of its transfers: the runtime, the program, and what the network
 * layer holds of bodies under way (measured: 96 MB of resident memory at 40 MB of buffers).
 */
const BASE = 64 * MiB;

/** How much of `max_memory` may hold parts or ranges. */
export function bufferBudget(maxMemory: number): number {
  return Math.max(maxMemory - BASE, 16 * MiB);
}

/** How many buffers of one size are used at once, when `wanted` are wanted: at least one. */
export function buffersInBudget(wanted: number, size: number, budget: number): number {
  return Math.max(1, Math.min(wanted, Math.floor(budget / size)));
}
