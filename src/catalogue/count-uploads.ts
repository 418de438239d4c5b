import type { S3Client } from '../s3/client.ts';
import { S3Error } from '../s3/errors/s3-error.ts';
import { listMultipartUploads } from '../s3/operations/list-multipart-uploads.ts';

/** Unfinished uploads below a prefix. */
export interface Uploads {
  readonly count: number;
  /** When the first of them began; undefined where the server does not say. */
  readonly oldest: Date | undefined;
  /** Of the first few. */
  readonly keys: readonly string[];
}

/**
 * Counts unfinished uploads. Undefined where the server does not list them, or not for this user.
 * @param most how many keys are kept
 * @throws {S3Error} when no server answers
 */
export async function countUploads(client: S3Client, prefix: string, most = 0): Promise<Uploads | undefined> {
  const keys: string[] = [];
  let count = 0;
  let oldest = Infinity;
  try {
    for await (const uploads of listMultipartUploads(client, prefix)) {
      count += uploads.length;
      for (const { key, initiated } of uploads) {
        if (keys.length < most) keys.push(key);
        oldest = Math.min(oldest, initiated?.getTime() ?? Infinity);
      }
    }
  } catch (error) {
    if (!(error instanceof S3Error) || error.status === undefined) throw error;
    client.log.verbose(`unfinished uploads are not known: ${error.message}`);
    return undefined;
  }
  return { count, oldest: oldest === Infinity ? undefined : new Date(oldest), keys };
}
