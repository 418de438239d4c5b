import type { S3Client } from '../../s3/client.ts';
import type { Session } from '../session.ts';

/** What a check works with. */
export interface Checked {
  /** Its client gives up soon, and ends with the time limit of the check. */
  readonly session: Session;
  readonly client: S3Client;
  readonly signal: AbortSignal;
}

/** A request of a check waits for no server that has gone: the backup will. */
const SOON = { timeout: 15_000, reachTimeout: 10_000, maxRetries: 3 };

/** The same session for a check that may take so many milliseconds. */
export function limited(session: Session, limit: number): Checked {
  const signal = AbortSignal.any([session.signal, AbortSignal.timeout(limit)]);
  const client = session.client.with({ signal, retryPolicy: SOON });
  return { session: { ...session, client, signal }, client, signal };
}
