import type { RequestsConfig } from '../config/config.ts';
import type { HintFor } from '../s3/errors/hint-facts.ts';
import { hintFor } from './hint.ts';

/**
 * Hints, with what the options of all requests may have to do with a refusal.
 * @param about what they are about, in words in front of them
 */
export function hintsFor(requests: RequestsConfig, about?: string): HintFor {
  const hintOf = hintsOf(requests);
  if (about === undefined) return hintOf;
  return (facts) => {
    const hint = hintOf(facts);
    return hint === undefined ? undefined : `${about}: ${hint}`;
  };
}

function hintsOf({ expectedBucketOwner, requesterPays }: RequestsConfig): HintFor {
  const set = [
    ...(requesterPays ? ['requester_pays'] : []),
    ...(expectedBucketOwner === undefined ? [] : ['expected_bucket_owner']),
  ].join(' and ');
  return (facts) => {
    const hint = hintFor(facts);
    const { status, code, ofStore, bucket } = facts;
    if (hint !== undefined && code === 'NotImplemented' && set !== '') {
      return `${hint}; or leave out ${set}, which not every server knows`;
    }
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
