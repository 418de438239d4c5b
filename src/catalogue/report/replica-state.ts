import { baseName, isProbe, isStatistics } from '../../backup/file-name.ts';
import { backupPrefix } from '../../backup/timestamp.ts';
import type { S3Client } from '../../s3/client.ts';
import { S3Error } from '../../s3/errors/s3-error.ts';
import { listObjects } from '../../s3/operations/list-objects.ts';

/** What the second site has of a backup. */
export type ReplicaState =
  | { readonly kind: 'not known' }
  | { readonly kind: 'no second site' }
  | { readonly kind: 'none' }
  /** As many objects with as many bytes. */
  | { readonly kind: 'complete' }
  | { readonly kind: 'incomplete'; readonly objects: number };

/** A server that does not answer must not hold up the report. */
const BRIEF = { timeout: 20_000, reachTimeout: 20_000, maxRetries: 1 };

/** The second site, as far as it answers: after one failure it is not asked again. */
export class SecondSite {
  readonly #client: S3Client;
  readonly #folder: string;
  #failure: string | undefined;

  constructor(client: S3Client, folder: string) {
    this.#client = client.with({ retryPolicy: BRIEF });
    this.#folder = folder;
  }

  /** Why nothing more is known of it. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Of a backup with so many objects and bytes, statistics of hosts not among them. */
  async stateOf(timestamp: string, objects: number, bytes: number): Promise<ReplicaState> {
    if (this.#failure !== undefined) return { kind: 'not known' };
    let [seenObjects, seenBytes] = [0, 0];
    try {
      for await (const page of listObjects(this.#client, backupPrefix(this.#folder, timestamp))) {
        for (const { key, size } of page) {
          const name = baseName(key);
          if (isProbe(name) || isStatistics(name)) continue;
          seenObjects += 1;
          seenBytes += size;
        }
      }
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      this.#failure = error.message;
      return { kind: 'not known' };
    }
    if (seenObjects === 0) return { kind: 'none' };
    const isComplete = seenObjects === objects && seenBytes === bytes;
    return isComplete ? { kind: 'complete' } : { kind: 'incomplete', objects: seenObjects };
  }
}
