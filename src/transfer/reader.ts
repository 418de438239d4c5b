import type { S3Client } from '../s3/client.ts';
import type { RangeAnswer, RangeRead } from '../s3/operations/get-range.ts';
import type { ObjectFacts } from '../s3/operations/object-facts.ts';

/** What a download asks of a store, where it is not simply the one of its client. */
export interface Reader {
  /** As `getRange`. */
  range(client: S3Client, read: RangeRead): Promise<RangeAnswer>;
  /** As `factsOf`. */
  facts(client: S3Client, key: string): Promise<ObjectFacts>;
  /** As `storedChecksum`. */
  checksum(client: S3Client, key: string, facts: ObjectFacts): Promise<number | undefined>;
}
