import type { S3Client } from '../client.ts';

/** The slowest connection that is still worth waiting for, in bytes a second. */
const SLOWEST = 128 * 1024;

/**
 * Milliseconds that a body may take on its way where nothing tells how much of it has moved: received in one piece, or
 * sent and held by a gateway in between. The time of a slow connection is added to the watchdog's. Each further try of
 * the same request gets twice the time, and fewer requests share the line then. Never more than the time budget of a
 * request.
 */
export function bodyPatience(client: S3Client, bytes: number): number {
  const slow = client.stallTimeout + (bytes / SLOWEST) * 1000 * (client.stallTimeout / 60_000);
  return Math.min(slow, client.retryTimeout);
}
