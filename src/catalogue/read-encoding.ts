import type { S3Client } from '../s3/client.ts';
import { getRange } from '../s3/operations/get-range.ts';

/** The settings of the session come first. */
const HEAD = 1024;

/**
 * The encoding of a backup's data, by the statement with which its metadata.sql begins; undefined where there is none.
 * @throws {S3Error}
 */
export async function readEncoding(client: S3Client, key: string): Promise<string | undefined> {
  const { bytes } = await getRange(client, { key, start: 0, end: HEAD });
  return /^SET client_encoding = '([A-Za-z0-9_]+)';/m.exec(new TextDecoder().decode(bytes))?.[1];
}
