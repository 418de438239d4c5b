import { describe, expect, test } from 'bun:test';
import {
  AWS_HOSTS,
  accessPointHostOf,
  isAwsRegion,
  PARTITIONS,
  s3HostOf,
  stsHostOf,
} from '../../../src/s3/providers/partitions.ts';
import { providerOf, regionOf } from '../../../src/s3/providers/providers.ts';

const usual = { dualStack: 'auto', fips: false, accelerate: false } as const;

/** A region of each partition, and its hosts as AWS's endpoint rules give them. */
const SAMPLES = [
  ['aws', 'eu-central-1', 's3.dualstack.eu-central-1.amazonaws.com', 'sts.eu-central-1.amazonaws.com'],
  ['aws-cn', 'cn-north-1', 's3.dualstack.cn-north-1.amazonaws.com.cn', 'sts.cn-north-1.amazonaws.com.cn'],
  [
    'aws-us-gov',
    'us-gov-west-1',
    's3.dualstack.us-gov-west-1.amazonaws.com',
    'sts.us-gov-west-1.amazonaws.com',
  ],
  ['aws-eusc', 'eusc-de-east-1', 's3.eusc-de-east-1.amazonaws.eu', 'sts.eusc-de-east-1.amazonaws.eu'],
  ['aws-iso', 'us-iso-east-1', 's3.us-iso-east-1.c2s.ic.gov', 'sts.us-iso-east-1.c2s.ic.gov'],
  ['aws-iso-b', 'us-isob-east-1', 's3.us-isob-east-1.sc2s.sgov.gov', 'sts.us-isob-east-1.sc2s.sgov.gov'],
  ['aws-iso-e', 'eu-isoe-west-1', 's3.eu-isoe-west-1.cloud.adc-e.uk', 'sts.eu-isoe-west-1.cloud.adc-e.uk'],
  ['aws-iso-f', 'us-isof-south-1', 's3.us-isof-south-1.csp.hci.ic.gov', 'sts.us-isof-south-1.csp.hci.ic.gov'],
] as const;

test('every partition has a sample here, and matches its own regions alone', () => {
  expect(SAMPLES.map(([name]) => name)).toEqual(PARTITIONS.map(({ name }) => name) as never);
  for (const [name, region] of SAMPLES) {
    const matching = PARTITIONS.filter(({ regions }) => regions.test(region));
    expect(matching.map((partition) => partition.name)).toEqual([name]);
  }
});

describe.each(SAMPLES)('%s: the region %s', (_name, region, s3, sts) => {
  test(`has S3 at ${s3} and STS at ${sts}`, () => {
    expect([s3HostOf(region, usual), stsHostOf(region, 'auto')]).toEqual([s3, sts]);
  });

  test('is recognised in every host that is made for it', () => {
    for (const dualStack of ['auto', 'on', 'off'] as const) {
      const host = s3HostOf(region, { ...usual, dualStack });
      expect([providerOf(host).name, regionOf(host)]).toEqual(['AWS', region]);
      expect(stsHostOf(region, dualStack)).toMatch(AWS_HOSTS);
    }
  });
});

test('dual_stack: on asks STS by its dual-stack host, off S3 by the plain one', () => {
  expect(stsHostOf('cn-north-1', 'on')).toBe('sts.cn-north-1.api.amazonwebservices.com.cn');
  expect(stsHostOf('eu-west-1', 'on')).toBe('sts.eu-west-1.api.aws');
  expect(s3HostOf('eu-west-1', { ...usual, dualStack: 'off' })).toBe('s3.eu-west-1.amazonaws.com');
});

test.each([
  ['us-east-1', 'sts-fips.us-east-1.amazonaws.com', 'sts-fips.us-east-1.api.aws'],
  ['us-gov-west-1', 'sts.us-gov-west-1.amazonaws.com', 'sts-fips.us-gov-west-1.api.aws'],
  ['ca-central-1', undefined, undefined],
  ['eu-central-1', undefined, undefined],
  ['cn-north-1', undefined, undefined],
])('the FIPS host of STS in %s is %p, dual-stack %p', (region, host, dualStackHost) => {
  expect(stsHostOf(region, 'auto', true)).toBe(host as never);
  expect(stsHostOf(region, 'on', true)).toBe(dualStackHost as never);
});

test('a host names its region, also with FIPS and of access points', () => {
  const hosts = { ...usual, fips: true };
  expect(regionOf(s3HostOf('us-west-2', hosts))).toBe('us-west-2');
  expect(regionOf(`name-123456789012.${accessPointHostOf('us-west-2', hosts)}`)).toBe('us-west-2');
  expect(regionOf(s3HostOf('us-west-2', { ...usual, accelerate: true }))).toBeUndefined();
});

test('a region that no row knows is taken for one of the first partition', () => {
  expect(isAwsRegion('xx-central-1')).toBe(false);
  expect(s3HostOf('xx-central-1', { ...usual, dualStack: 'off' })).toBe('s3.xx-central-1.amazonaws.com');
});
