import { describe, expect, test } from 'bun:test';
import { S3Client } from '@aws-sdk/client-s3';
import { PARTITIONS, partitionOf } from '../../src/base/aws-partitions.ts';
import { type AddressChoice, addressOf } from '../../src/s3/address.ts';
import { problemsOf } from '../config/sample.ts';

const ARN = 'arn:aws:s3:us-west-2:123456789012:accesspoint:name';

/** AWS's own library: its endpoint rules are AWS's. */
const { endpointProvider } = new S3Client({ region: 'us-east-1' }).config;

/** The URL of a bucket by those rules, or the words with which they refuse. */
function byRules(parameters: Readonly<Record<string, string | boolean>>): string {
  const all = { ...parameters, UseArnRegion: true } as unknown as Parameters<typeof endpointProvider>[0];
  try {
    const { url, properties } = endpointProvider(all);
    const [scheme] = (properties?.['authSchemes'] ?? []) as unknown as Readonly<Record<string, string>>[];
    return `${url.href.replace(/\/$/, '')} ${scheme?.['signingRegion']}`;
  } catch (error) {
    return String(error);
  }
}

function ours(choice: AddressChoice): string {
  const { scheme, host, root } = addressOf(choice);
  return `${scheme}://${host}${root} ${choice.region}`;
}

const REGIONS = [
  'us-east-1',
  'us-west-2',
  'eu-central-1',
  'ca-west-1',
  'xx-central-1',
  'cn-north-1',
  'us-gov-west-1',
  'eusc-de-east-1',
  'us-iso-east-1',
  'us-isob-east-1',
  'eu-isoe-west-1',
  'us-isof-south-1',
] as const;

const base = {
  endpoint: undefined,
  awsScheme: 'https',
  urlStyle: 'auto',
  hostNamesBucket: false,
  providerStyle: 'path',
} as const;

test('the regions are of all partitions', () => {
  expect(new Set(REGIONS.map((region) => partitionOf(region).name)).size).toBe(PARTITIONS.length);
});

describe.each(REGIONS)('in the region %s every URL is the one of the rules', (region) => {
  const { fipsS3, accelerates = false, name: partition } = partitionOf(region);
  const hasFips = fipsS3?.test(region) === true;

  for (const dualStack of ['on', 'off'] as const) {
    for (const fips of hasFips ? [true, false] : [false]) {
      const choice = { ...base, region, dualStack, fips, accelerate: false };
      const rules = { Region: region, UseDualStack: dualStack === 'on', UseFIPS: fips };
      const title = `dual_stack: ${dualStack}, fips: ${fips}`;

      test.each(['backups', 'my.backups', 'name-abc-s3alias'])(`of the bucket %s, ${title}`, (bucket) => {
        expect(ours({ ...choice, bucket })).toBe(byRules({ ...rules, Bucket: bucket }));
      });

      test(`of an access point, ${title}`, () => {
        const bucket = `arn:${partition}:s3:${region}:123456789012:accesspoint/name`;
        const accessPoint = { name: 'name', account: '123456789012' };
        expect(ours({ ...choice, bucket, accessPoint })).toBe(byRules({ ...rules, Bucket: bucket }));
      });
    }
    if (!accelerates) continue;
    test(`of an accelerated bucket, dual_stack: ${dualStack}`, () => {
      const bucket = 'backups';
      const rules = { Region: region, Bucket: bucket, UseDualStack: dualStack === 'on', UseFIPS: false };
      const choice = { ...base, region, bucket, dualStack, fips: false };
      expect(ours({ ...choice, accelerate: true })).toBe(byRules({ ...rules, Accelerate: true }));
    });
  }
});

describe('at an endpoint with a port and a path every URL is the one of the rules', () => {
  const endpoint = { scheme: 'https', host: 'gw.example:8443', path: '/s3' } as const;
  const rules = { Region: 'us-west-2', Endpoint: 'https://gw.example:8443/s3', UseFIPS: false };
  const choice = { ...base, endpoint, region: 'us-west-2', dualStack: 'auto', fips: false } as const;

  test('of a bucket of a tenant', () => {
    const bucket = 'tenant:backups';
    const expected = byRules({ ...rules, Bucket: bucket, ForcePathStyle: true });
    expect(ours({ ...choice, accelerate: false, bucket })).toBe(expected);
    expect(expected).toContain('/s3/tenant%3Abackups ');
  });

  test('of an access point', () => {
    const accessPoint = { name: 'name', account: '123456789012' };
    const expected = byRules({ ...rules, Bucket: ARN });
    expect(ours({ ...choice, accelerate: false, bucket: ARN, accessPoint })).toBe(expected);
    expect(expected).toContain('https://name-123456789012.gw.example:8443/s3 ');
  });
});

test.each([
  [
    { region: 'cn-north-1', fips: 'on' },
    { Region: 'cn-north-1', UseFIPS: true },
  ],
  [
    { fips: 'on', accelerate: 'on' },
    { UseFIPS: true, Accelerate: true },
  ],
  [
    { bucket: 'a.b', accelerate: 'on' },
    { Bucket: 'a.b', Accelerate: true },
  ],
  [
    { region: 'cn-north-1', accelerate: 'on' },
    { Region: 'cn-north-1', Accelerate: true },
  ],
  [
    { endpoint: 'https://x', accelerate: 'on' },
    { Accelerate: true, Endpoint: 'https://x' },
  ],
  [
    { endpoint: 'https://x', fips: 'on' },
    { UseFIPS: true, Endpoint: 'https://x' },
  ],
  [
    { bucket: ARN, accelerate: 'on' },
    { Bucket: ARN, Accelerate: true },
  ],
  [
    { bucket: ARN, url_style: 'path' },
    { Bucket: ARN, ForcePathStyle: true },
  ],
  [
    { bucket: ARN, region: 'cn-north-1' },
    { Bucket: ARN, Region: 'cn-north-1' },
  ],
] as const)('the check of the config refuses what the rules refuse: %p', async (options, parameters) => {
  const usual = { Region: 'us-east-1', Bucket: 'backups', UseFIPS: false };
  expect(byRules({ ...usual, ...parameters })).toStartWith('EndpointError: ');
  expect(await problemsOf({ region: 'us-east-1', ...options })).toHaveLength(1);
});
