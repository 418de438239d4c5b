import type { S3Client } from '../client.ts';
import { FailedAnswer } from '../errors/failed-answer.ts';
import { S3Error } from '../errors/s3-error.ts';
import { readText } from '../http/answer.ts';
import { children, childText, parseXml } from '../xml.ts';
import { decodeKey } from './list-objects.ts';

/** What one short list of the bucket shows. */
export interface BucketLook {
  /** The first key below the prefix that has bytes; undefined: there is none among the first. */
  readonly key: string | undefined;
  readonly clock: ServerClock | undefined;
}

/** What a server says the time is. */
export interface ServerClock {
  /** Milliseconds since 1970, to the second. */
  readonly server: number;
  /** When the answer came, by this host. */
  readonly here: number;
}

/** Keys in the list: the first ones may be empty. */
const KEYS = '20';

/**
 * Lists a few keys below `prefix` (S3 API Reference, ListObjectsV2): it is the least that most users of a bucket may do.
 * @throws {S3Error}
 */
export async function lookAtBucket(client: S3Client, prefix: string): Promise<BucketLook> {
  const query = { 'list-type': '2', 'max-keys': KEYS, ...(prefix === '' ? {} : { prefix }) };
  return await client.send({ operation: 'ListObjectsV2', method: 'GET', query }, async (answer) => {
    const clock = clockIn(answer.headers);
    const { element } = parseXml(await readText(answer), ['ListBucketResult']);
    const encoded = childText(element, 'EncodingType') === 'url';
    const entry = children(element, 'Contents').find((one) => Number(childText(one, 'Size')) > 0);
    const key = entry === undefined ? undefined : childText(entry, 'Key');
    return { key: key !== undefined && encoded ? decodeKey(key) : key, clock };
  });
}

/** The time in the answer that refused a request, where there was one. */
export function clockOfFailure(error: unknown): ServerClock | undefined {
  const cause = error instanceof S3Error ? error.cause : undefined;
  return cause instanceof FailedAnswer ? clockIn(cause.headers) : undefined;
}

/** RFC 9110, section 6.6.1: Date. */
function clockIn(headers: Headers): ServerClock | undefined {
  const server = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(server) ? undefined : { server, here: Date.now() };
}
