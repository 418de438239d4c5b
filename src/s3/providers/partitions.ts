/**
 * A separate AWS: regions of one shape, under host names and accounts of its own (AWS's endpoint rules: partitions.json,
 * and endpoints.json for where S3 has dual-stack hosts).
 */
export interface Partition {
  readonly name: string;
  readonly regions: RegExp;
  /** Behind `SERVICE.REGION.`. */
  readonly dnsSuffix: string;
  /** The same for hosts that answer over IPv6 too; S3's are `s3.dualstack.REGION.` in front of the plain one. */
  readonly dualStackSuffix: string;
  /** S3 has such hosts in each region. */
  readonly dualStackS3: boolean;
}

const AWS: Partition = {
  name: 'aws',
  regions: /^(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+$/,
  dnsSuffix: 'amazonaws.com',
  dualStackSuffix: 'api.aws',
  dualStackS3: true,
};

export const PARTITIONS: readonly Partition[] = [
  AWS,
  {
    name: 'aws-cn',
    regions: /^cn-\w+-\d+$/,
    dnsSuffix: 'amazonaws.com.cn',
    dualStackSuffix: 'api.amazonwebservices.com.cn',
    dualStackS3: true,
  },
  {
    name: 'aws-us-gov',
    regions: /^us-gov-\w+-\d+$/,
    dnsSuffix: 'amazonaws.com',
    dualStackSuffix: 'api.aws',
    dualStackS3: true,
  },
  {
    name: 'aws-eusc',
    regions: /^eusc-de-\w+-\d+$/,
    dnsSuffix: 'amazonaws.eu',
    dualStackSuffix: 'api.amazonwebservices.eu',
    dualStackS3: false,
  },
  {
    name: 'aws-iso',
    regions: /^us-iso-\w+-\d+$/,
    dnsSuffix: 'c2s.ic.gov',
    dualStackSuffix: 'api.aws.ic.gov',
    dualStackS3: false,
  },
  {
    name: 'aws-iso-b',
    regions: /^us-isob-\w+-\d+$/,
    dnsSuffix: 'sc2s.sgov.gov',
    dualStackSuffix: 'api.aws.scloud',
    dualStackS3: false,
  },
  {
    name: 'aws-iso-e',
    regions: /^eu-isoe-\w+-\d+$/,
    dnsSuffix: 'cloud.adc-e.uk',
    dualStackSuffix: 'api.cloud-aws.adc-e.uk',
    dualStackS3: false,
  },
  {
    name: 'aws-iso-f',
    regions: /^us-isof-\w+-\d+$/,
    dnsSuffix: 'csp.hci.ic.gov',
    dualStackSuffix: 'api.aws.hci.ic.gov',
    dualStackS3: false,
  },
];

/** Hosts that answer over IPv4 and IPv6: where AWS has them, always, or never. */
export type DualStack = 'auto' | 'on' | 'off';

/** The region is one of AWS's, by its name. */
export function isAwsRegion(region: string): boolean {
  return PARTITIONS.some(({ regions }) => regions.test(region));
}

/** S3's host of a region. */
export function s3HostOf(region: string, dualStack: DualStack): string {
  const { dnsSuffix, dualStackS3 } = partitionOf(region);
  const both = dualStack === 'auto' ? dualStackS3 : dualStack === 'on';
  return `s3.${both ? 'dualstack.' : ''}${region}.${dnsSuffix}`;
}

/** The host of a region's Security Token Service; the plain one unless IPv6 is wanted. */
export function stsHostOf(region: string, dualStack: DualStack): string {
  const { dnsSuffix, dualStackSuffix } = partitionOf(region);
  return `sts.${region}.${dualStack === 'on' ? dualStackSuffix : dnsSuffix}`;
}

/** Of a region that no row knows (AWS adds some each year) the first one's. */
function partitionOf(region: string): Partition {
  return PARTITIONS.find(({ regions }) => regions.test(region)) ?? AWS;
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
  String.raw`(?:^|\.)s3(?:-fips)?(?:\.dualstack)?[.-]([a-z]{2,4}(?:-[a-z]+)+-\d+)\.(?:vpce\.)?(?:${SUFFIXES})$`,
);
