import type { S3Client } from '../client.ts';
import { ObjectExistsError } from '../errors/object-exists-error.ts';
import { isDenied, S3Error } from '../errors/s3-error.ts';
import { headObject } from './head-object.ts';

/** An object that is to be written once. */
export interface NewObject {
  readonly key: string;
  /** In its metadata. */
  readonly token: string;
  readonly size: number;
  readonly replaces: 'never' | 'if needed';
}

/** S3 User Guide, "How to prevent object overwrites with conditional writes": the one value that it takes. */
const CONDITION = { 'if-none-match': '*' };

/**
 * Writes an object under the condition that there is none (`If-None-Match: *`). 412 says that there is one: it is this
 * very upload's when an earlier try succeeded and its answer was lost, which its token shows.
 * @param write sends the request with these headers, which are not signed
 * @throws {ObjectExistsError} when the object is another's and may not be replaced; {S3Error}
 */
export async function writeOnce(
  client: S3Client,
  object: NewObject,
  write: (condition: Readonly<Record<string, string>>) => Promise<void>,
): Promise<void> {
  try {
    await write(CONDITION);
  } catch (error) {
    if (!(error instanceof S3Error) || error.status !== 412) throw error;
    const found = await lookAt(client, object, error);
    if (found === 'own') {
      client.log.verbose(`the answer about ${client.url(object.key)} was lost, but the object is there`);
      return;
    }
    if (object.replaces === 'if needed') {
      await write({});
      return;
    }
    throw new ObjectExistsError(client.url(object.key), found, error);
  }
}

/** `own`, or why an object that may not be read can still be; undefined: it is another's. */
async function lookAt(
  client: S3Client,
  { key, token, size }: NewObject,
  refused: S3Error,
): Promise<string | undefined> {
  try {
    const facts = await headObject(client, key);
    return facts.uploadToken === token && facts.size === size ? 'own' : undefined;
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    if (!isDenied(error) || refused.tries < 2) return undefined;
    return `it may be this upload's own after ${refused.tries} tries, but reading it is not permitted`;
  }
}
