import type { Config } from '../config/config.ts';
import type { ObjectPolicy } from '../s3/object-policy.ts';

/** How this session stores its objects. */
export function objectPolicyOf({ protection }: Config): ObjectPolicy {
  return protection;
}
