import { partitionOf } from '../base/aws-partitions.ts';
import { printable } from '../base/printable.ts';
import { isAws } from './addresses.ts';
import type { AccessPointConfig } from './config.ts';
import type { OptionValues } from './option-values.ts';

/** An access point, and where its ARN says that it is. */
interface NamedAccessPoint {
  readonly accessPoint: AccessPointConfig;
  readonly region: string;
}

/**
 * The access point that `bucket` names by its ARN, if it does; a problem is added for a name that can't be used, and
 * for options that contradict it. Its region is the one that counts, as with the AWS CLI (`s3.use_arn_region`).
 */
export function readAccessPoint(
  read: Partial<OptionValues>,
  problems: string[],
  warnings: string[],
): NamedAccessPoint | undefined {
  const { bucket, region } = read;
  if (bucket === undefined) return undefined;
  const problem = (why: string): undefined => {
    problems.push(`option "bucket" is "${printable(bucket)}": ${why}`);
  };
  if (!/^arn:[^:]*:/.test(bucket)) {
    const why = whyNoBucket(bucket, read);
    return why === undefined ? undefined : problem(why);
  }
  const parsed = parseArn(bucket);
  if (typeof parsed === 'string') return problem(parsed);
  if (read.url_style === 'path') {
    problem('an access point is always in the host name: leave out "url_style"');
  }
  if (!isAws(read)) return parsed;
  const [own, wanted] = [partitionOf(parsed.region).name, region && partitionOf(region).name];
  if (region !== undefined && wanted !== own) {
    problem(
      `it is in the partition ${own}, but "region" is "${printable(region)}", which is not: correct one of them`,
    );
  } else if (region !== undefined && region !== parsed.region) {
    warnings.push(`"region" is "${region}", but the access point is in "${parsed.region}", which is used`);
  }
  return parsed;
}

/** Why a name that is not an ARN can't be used with these options. */
function whyNoBucket(bucket: string, read: Partial<OptionValues>): string | undefined {
  if (bucket.includes(':')) {
    if (isAws(read)) return 'AWS has no tenants: TENANT:BUCKET needs the "endpoint" of a Ceph server';
    if (read.url_style === 'virtual') {
      return 'a tenant can not be in the host name: leave out "url_style"';
    }
    return undefined;
  }
  if (!isAws(read)) return undefined;
  // Suffixes that AWS keeps for other names than those of buckets (S3 User Guide, "Bucket naming rules").
  if (bucket.endsWith('--x-s3')) {
    return 'directory buckets (S3 Express One Zone) are not supported: name a general purpose bucket';
  }
  if (bucket.endsWith('--op-s3')) return NO_OUTPOSTS;
  if (bucket.endsWith('.mrap')) return NO_MULTI_REGION;
  return undefined;
}

const NO_OUTPOSTS = 'S3 on Outposts is not supported: name a bucket or an access point of a region';
const NO_MULTI_REGION =
  'a multi-region access point is not supported, because it needs another kind of signature (SigV4A): name a bucket or an access point of one region';

/** The access point of an ARN (S3 User Guide, "Referencing access points"), or why it can't be used. */
function parseArn(arn: string): NamedAccessPoint | string {
  const [, partition = '', service, region = '', account = '', ...rest] = arn.split(':');
  const [, kind, name = ''] = /^(accesspoint)[:/](.*)$/.exec(rest.join(':')) ?? [];
  if (service === 's3-outposts') return NO_OUTPOSTS;
  if (service === 's3-object-lambda') {
    return 'an Object Lambda access point can not store objects: name the access point behind it';
  }
  if (service === 's3' && region === '' && account === '' && rest.length === 1 && kind === undefined) {
    return `the ARN of a bucket is not taken: write its name alone, ${printable(rest.join(''))}`;
  }
  if (service !== 's3' || kind === undefined) return 'must be the ARN of an access point of S3';
  if (region === '' || name.endsWith('.mrap')) return NO_MULTI_REGION;
  const label = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
  if (!label.test(name) || !label.test(region) || !/^\d{12}$/.test(account)) {
    return 'must be like arn:aws:s3:us-west-2:123456789012:accesspoint/name';
  }
  const { name: own } = partitionOf(region);
  if (own !== partition)
    return `the region "${region}" is in the partition ${own}, not in ${printable(partition)}`;
  return { accessPoint: { name, account }, region };
}
