import type { S3Client } from '../client.ts';
import { TransportError } from '../http/transport-error.ts';
import { type ObjectFacts, readFacts } from './object-facts.ts';

/**
 * Facts of an object without its bytes (S3 API Reference, HeadObject). With `checksum` the store is asked for
 * the checksum it keeps, which it answers for whole objects only here.
 * @throws {S3Error} with status 404 when there is no such object.
 */
export async function headObject(
  client: S3Client,
  key: string,
  options: { readonly checksum?: boolean; readonly versionId?: string | undefined } = {},
): Promise<ObjectFacts> {
  return (await describeObject(client, key, options)).facts;
}

/** An object's facts, and all headers of the answer. */
export interface ObjectDescription {
  readonly facts: ObjectFacts;
  readonly headers: Headers;
}

/** The same, with the metadata that the object has. @throws {S3Error} */
export async function describeObject(
  client: S3Client,
  key: string,
  options: { readonly checksum?: boolean; readonly versionId?: string | undefined } = {},
): Promise<ObjectDescription> {
  return await client.send(
    {
      operation: 'HeadObject',
      method: 'HEAD',
      key,
      ...(options.versionId === undefined ? {} : { query: { versionId: options.versionId } }),
      ...(options.checksum === true ? { headers: { 'x-amz-checksum-mode': 'ENABLED' } } : {}),
    },
    async (answer) => {
      const { headers } = answer;
      await answer.bytes();
      const length = headers.get('content-length') ?? '';
      if (!/^\d{1,16}$/.test(length))
        throw new TransportError('EPROTOCOL', 'the answer to HEAD gives no Content-Length');
      return { facts: readFacts(headers, Number(length)), headers };
    },
  );
}
