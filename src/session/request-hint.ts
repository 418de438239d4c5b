import type { RequestsConfig } from '../config/config.ts';
import type { HintFor } from '../s3/errors/hint-facts.ts';
import { hintFor } from './hint.ts';

/** Hints, to which a refusal for want of permission adds what the options of all requests have to do with it. */
export function hintsFor({ expectedBucketOwner, requesterPays }: RequestsConfig): HintFor {
  return (facts) => {
    const hint = hintFor(facts);
    const { status, code, ofStore, bucket } = facts;
    // A HEAD has no code.
    if (hint === undefined || status !== 403 || !ofStore || !['AccessDenied', ''].includes(code)) return hint;
    const owner =
      expectedBucketOwner === undefined
        ? ''
        : `; ${bucket} may also belong to another account than expected_bucket_owner: ${expectedBucketOwner}`;
    const payer = requesterPays ? '' : '; a Requester Pays bucket needs requester_pays: on';
    return `${hint}${owner}${payer}`;
  };
}
