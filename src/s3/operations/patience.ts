import type { S3Client } from '../client.ts';

/** Bytes of a body that may be on their way though the system has taken them: what a socket holds (Linux: tcp_wmem). */
const IN_SOCKET = 4 * 1024 * 1024;

/** The slowest connection that is still worth waiting for, in bytes a second. */
const SLOWEST = 128 * 1024;

/** Milliseconds that the sending of a body may stand still, and its answer take after the last piece has left. */
export function sendingPatience(client: S3Client, bytes: number): number {
  return bodyPatience(client, Math.min(bytes, IN_SOCKET));
}

/**
 * Milliseconds that a body may take on its way here in one piece: the runtime does not tell how much of it has
 * moved, so the time of a slow connection is added to the watchdog's. Each further try of the same request gets twice the time,
 * and fewer requests share the line then. Never more than the time budget of a request.
 */
export function bodyPatience(client: S3Client, bytes: number): number {
  const slow = client.stallTimeout + (bytes / SLOWEST) * 1000 * (client.stallTimeout / 60_000);
  return Math.min(slow, client.retryTimeout);
}
