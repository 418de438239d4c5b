import type { S3Client } from '../s3/client.ts';
import { S3Error } from '../s3/errors/s3-error.ts';
import { listMultipartUploads } from '../s3/operations/list-multipart-uploads.ts';

/**
 * Unfinished uploads below a prefix; of the keys, the first few. Undefined where the server does not list them, or not
 * for this user.
 * @throws {S3Error} when no server answers
 */
export async function countUploads(
  client: S3Client,
  prefix: string,
  most = 0,
): Promise<{ readonly count: number; readonly keys: readonly string[] } | undefined> {
  const keys: string[] = [];
  let count = 0;
  try {
    for await (const uploads of listMultipartUploads(client, prefix)) {
      count += uploads.length;
      for (const { key } of uploads) if (keys.length < most) keys.push(key);
    }
  } catch (error) {
    if (!(error instanceof S3Error) || error.status === undefined) throw error;
    client.log.verbose(`unfinished uploads are not known: ${error.message}`);
    return undefined;
  }
  return { count, keys };
}
