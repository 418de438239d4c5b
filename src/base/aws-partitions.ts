/**
 * A separate AWS: regions of one shape, under host names and accounts of its own (AWS's endpoint rules: partitions.json,
 * and endpoints.json for where S3 and STS have dual-stack and FIPS hosts; the rules alone make up names for all regions).
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
  /** Regions where S3 has hosts with cryptography that FIPS 140 validates: `s3-fips.REGION.`. */
  readonly fipsS3?: RegExp;
  /** The same for STS, whose host is `sts-fips.REGION.`, or the plain one of the region. */
  readonly fipsSts?: { readonly regions: RegExp; readonly host: 'sts-fips' | 'sts' };
  /** S3 has Transfer Acceleration (S3 User Guide, "Requirements for using Amazon S3 Transfer Acceleration"). */
  readonly accelerates?: true;
}

const AWS: Partition = {
  name: 'aws',
  regions: /^(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+$/,
  dnsSuffix: 'amazonaws.com',
  dualStackSuffix: 'api.aws',
  dualStackS3: true,
  fipsS3: /^(us|ca)-/,
  fipsSts: { regions: /^us-/, host: 'sts-fips' },
  accelerates: true,
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
    fipsS3: /^us-gov-/,
    fipsSts: { regions: /^us-gov-/, host: 'sts' },
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
    fipsS3: /^us-iso-/,
  },
  {
    name: 'aws-iso-b',
    regions: /^us-isob-\w+-\d+$/,
    dnsSuffix: 'sc2s.sgov.gov',
    dualStackSuffix: 'api.aws.scloud',
    dualStackS3: false,
    fipsS3: /^us-isob-/,
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

/** The region is one of AWS's, by its name. */
export function isAwsRegion(region: string): boolean {
  return PARTITIONS.some(({ regions }) => regions.test(region));
}

/** Of a region that no row knows (AWS adds some each year) the first one's. */
export function partitionOf(region: string): Partition {
  return PARTITIONS.find(({ regions }) => regions.test(region)) ?? AWS;
}
