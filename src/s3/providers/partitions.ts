import { PARTITIONS, partitionOf } from '../../base/aws-partitions.ts';

export { isAwsRegion, PARTITIONS } from '../../base/aws-partitions.ts';

/** Hosts that answer over IPv4 and IPv6: where AWS has them, always, or never. */
export type DualStack = 'auto' | 'on' | 'off';

/** Which of AWS's hosts for S3. */
export interface AwsHosts {
  readonly dualStack: DualStack;
  /** Those that FIPS 140 validates. */
  readonly fips: boolean;
  /** The nearest place of AWS's own network, by one name for all regions. It takes the bucket in the host name only. */
  readonly accelerate: boolean;
}

/** S3's host of a region (AWS's endpoint rules for S3: the tests compare with them). */
export function s3HostOf(region: string, { dualStack, fips, accelerate }: AwsHosts): string {
  const { dnsSuffix } = partitionOf(region);
  const both = isDual(region, dualStack) ? '.dualstack' : '';
  return accelerate
    ? `s3-accelerate${both}.${dnsSuffix}`
    : `s3${fips ? '-fips' : ''}${both}.${region}.${dnsSuffix}`;
}

/** The host of the access points of a region: each has a name of its own in front of it. */
export function accessPointHostOf(region: string, { dualStack, fips }: AwsHosts): string {
  const both = isDual(region, dualStack) ? '.dualstack' : '';
  return `s3-accesspoint${fips ? '-fips' : ''}${both}.${region}.${partitionOf(region).dnsSuffix}`;
}

function isDual(region: string, dualStack: DualStack): boolean {
  return dualStack === 'auto' ? partitionOf(region).dualStackS3 : dualStack === 'on';
}

/**
 * The host of a region's Security Token Service; the plain one unless IPv6 is wanted. Undefined where FIPS is wanted and
 * the region has none for it.
 */
export function stsHostOf(region: string, dualStack: DualStack, fips?: false): string;
export function stsHostOf(region: string, dualStack: DualStack, fips?: boolean): string | undefined;
export function stsHostOf(region: string, dualStack: DualStack, fips = false): string | undefined {
  const { dnsSuffix, dualStackSuffix, fipsSts } = partitionOf(region);
  if (fips && fipsSts?.regions.test(region) !== true) return undefined;
  if (dualStack === 'on') return `${fips ? 'sts-fips' : 'sts'}.${region}.${dualStackSuffix}`;
  return `${fips ? fipsSts?.host : 'sts'}.${region}.${dnsSuffix}`;
}

const SUFFIXES = [
  ...new Set(PARTITIONS.flatMap(({ dnsSuffix, dualStackSuffix }) => [dnsSuffix, dualStackSuffix])),
]
  .map((suffix) => suffix.replaceAll('.', String.raw`\.`))
  .join('|');

/** Any host of AWS's. */
export const AWS_HOSTS = new RegExp(String.raw`\.(?:${SUFFIXES})$`);

/** An S3 host of AWS's; its group is the region, where the host names one. */
export const AWS_REGION_OF_HOST = new RegExp(
  String.raw`(?:^|\.)s3(?:-accesspoint)?(?:-fips)?(?:\.dualstack)?[.-]([a-z]{2,4}(?:-[a-z]+)+-\d+)\.(?:vpce\.)?(?:${SUFFIXES})$`,
);
