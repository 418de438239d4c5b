import type { Rule } from '../rule.ts';
import { bucketRules } from './buckets.ts';
import { completingRules } from './completing.ts';
import { copyRules } from './copies.ts';
import { deleteObjectsRules } from './delete-objects.ts';
import { integrityRules } from './integrity.ts';
import { listingRules } from './listing.ts';
import { lockRules } from './locks.ts';
import { multipartRules } from './multipart.ts';
import { multipartChecksumRules } from './multipart-checksums.ts';
import { objectRules } from './objects.ts';
import { readingRules } from './reading.ts';
import { signatureRules } from './signatures.ts';

/** All rules; ids are unique. */
export const rules: readonly Rule[] = [
  ...signatureRules,
  ...bucketRules,
  ...objectRules,
  ...integrityRules,
  ...readingRules,
  ...listingRules,
  ...deleteObjectsRules,
  ...multipartRules,
  ...completingRules,
  ...multipartChecksumRules,
  ...lockRules,
  ...copyRules,
];
