import { partitionOf } from '../base/aws-partitions.ts';
import { isAws } from './addresses.ts';
import type { OptionValues } from './option-values.ts';

/**
 * Adds a problem for each reason why AWS has no host as `fips` and `accelerate` want it (AWS's endpoint rules for S3).
 * @param region that counts; undefined where none is given
 */
export function checkAwsHosts(
  read: Partial<OptionValues>,
  region: string | undefined,
  problems: string[],
  warnings: string[],
): void {
  const { fips = false, accelerate = false } = read;
  for (const [name, isOn] of [
    ['fips', fips],
    ['accelerate', accelerate],
  ] as const) {
    if (isOn && !isAws(read)) {
      const where = read.endpoint === undefined ? 'endpoint_source' : 'endpoint';
      problems.push(
        `option "${name}" is "on", but "${where}" says which host is used: leave out one of the two`,
      );
    }
  }
  if (fips && accelerate) {
    problems.push(
      '"fips" and "accelerate" are both "on": accelerated hosts are not FIPS hosts, leave out one',
    );
  }
  if (!isAws(read)) return;
  if (fips && region !== undefined && partitionOf(region).fipsS3?.test(region) !== true) {
    problems.push(
      `option "fips" is "on", but S3 has no FIPS host in the region "${region}": AWS has them in the USA, Canada and GovCloud`,
    );
  }
  if (fips && read.encryption === false) {
    warnings.push('"fips" is "on", but "encryption" is "off": nothing is encrypted on its way');
  }
  if (!accelerate) return;
  if (region !== undefined && partitionOf(region).accelerates !== true) {
    problems.push(
      `option "accelerate" is "on", but there is no Transfer Acceleration in the region "${region}" (${partitionOf(region).name})`,
    );
  }
  const why = whyNotAccelerated(read);
  if (why !== undefined) problems.push(`option "accelerate" is "on", but ${why}`);
}

/** S3 User Guide, "Configuring fast, secure file transfers using Amazon S3 Transfer Acceleration". */
function whyNotAccelerated({ bucket = '', url_style: style }: Partial<OptionValues>): string | undefined {
  if (bucket.startsWith('arn:') || bucket.endsWith('-s3alias')) {
    return '"bucket" names an access point, which has no Transfer Acceleration';
  }
  if (style === 'path')
    return '"url_style" is "path": accelerated hosts take the bucket in the host name only';
  if (bucket !== '' && !/^[a-z0-9-]+$/.test(bucket)) {
    return `the bucket "${bucket}" can not be accelerated: its name may contain lower-case letters, digits and hyphens only`;
  }
  return undefined;
}
