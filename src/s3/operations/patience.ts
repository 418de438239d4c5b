import type { S3Client } from '../client.ts';

/** The slowest connection that is still worth waiting for, in bytes a second. */
const SLOWEST = 64 * 1024;

/**
 * Milliseconds that a request with a body may take until it is answered: the runtime does not tell how much of
 * a body has left, so the time for a slow connection is added to the watchdog's. Each further try of the same
 * request gets twice the time.
 */
export function uploadPatience(client: S3Client, bytes: number): number {
  return client.stallTimeout + (bytes / SLOWEST) * 1000 * (client.stallTimeout / 60_000);
}
