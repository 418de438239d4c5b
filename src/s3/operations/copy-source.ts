import { encodeKey } from '../encode.ts';
import type { ObjectFacts } from './object-facts.ts';
import { strongTag } from './object-facts.ts';

/** An object that the server of another client copies, which may be in another bucket. */
export interface CopySource {
  /** A name, or the ARN of an access point. */
  readonly bucket: string;
  readonly key: string;
  readonly facts: ObjectFacts;
  /** Headers that the source asks of a copy: the key of its owner, the account of its bucket. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Where the headers of SSE-C begin, and what is in front of them when they are those of the source. */
const CUSTOMER = /^x-amz-(server-side-encryption-customer-)/;

/** The headers of reads of a bucket, as a request that copies from it has them. */
export function ofSource(reading: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const owner = reading['x-amz-expected-bucket-owner'];
  return {
    ...Object.fromEntries(
      Object.entries(reading)
        .filter(([name]) => CUSTOMER.test(name))
        .map(([name, value]) => [name.replace(CUSTOMER, 'x-amz-copy-source-$1'), value]),
    ),
    ...(owner === undefined ? {} : { 'x-amz-source-expected-bucket-owner': owner }),
  };
}

/**
 * What names a source and makes sure that it is still the same (S3 API Reference, CopyObject): the value is
 * URL-encoded, and of an access point its ARN, `/object/` and the key.
 */
export function copySourceHeaders({
  bucket,
  key,
  facts,
  headers,
}: CopySource): Readonly<Record<string, string>> {
  const place = bucket.startsWith('arn:') ? `${bucket}/object/${key}` : `${bucket}/${key}`;
  const etag = strongTag(facts);
  return {
    ...headers,
    'x-amz-copy-source': encodeKey(place),
    ...(etag === undefined ? {} : { 'x-amz-copy-source-if-match': etag }),
  };
}
