import { describe, expect, test } from 'bun:test';
import { GiB, MiB } from '../../src/base/bytes.ts';
import { PROVIDERS, providerOf, UNKNOWN_PROVIDER } from '../../src/s3/providers.ts';

/** Hosts as users write them in `endpoint`. */
const SAMPLES: readonly (readonly [string, string])[] = [
  ['s3.amazonaws.com', 'AWS'],
  ['s3.eu-central-1.amazonaws.com', 'AWS'],
  ['s3.cn-north-1.amazonaws.com.cn', 'AWS'],
  ['bucket.vpce-1a2b3c4d.s3.us-east-1.vpce.amazonaws.com', 'AWS'],
  ['0123456789abcdef.r2.cloudflarestorage.com', 'Cloudflare R2'],
  ['0123456789abcdef.eu.r2.cloudflarestorage.com', 'Cloudflare R2'],
  ['s3.us-west-004.backblazeb2.com', 'Backblaze B2'],
  ['storage.googleapis.com', 'Google Cloud Storage'],
  ['bucket.storage.googleapis.com', 'Google Cloud Storage'],
  ['s3.fr-par.scw.cloud', 'Scaleway'],
  ['oss-cn-hangzhou.aliyuncs.com', 'Alibaba OSS'],
  ['s3.oss-eu-central-1.aliyuncs.com', 'Alibaba OSS'],
  ['cos.ap-guangzhou.myqcloud.com', 'Tencent COS'],
  ['obs.cn-north-4.myhuaweicloud.com', 'Huawei OBS'],
];

test.each(SAMPLES)('the host %s is of %s', (host, name) => {
  expect(providerOf(host).name).toBe(name);
});

test.each(SAMPLES)('the host %s matches one row only, so that the order of rows decides nothing', (host) => {
  expect(PROVIDERS.filter(({ hosts }) => hosts.test(host))).toHaveLength(1);
});

test('every row has a sample host here', () => {
  expect([...new Set(SAMPLES.map(([, name]) => name))]).toEqual(PROVIDERS.map(({ name }) => name));
});

test.each([
  ['S3.EU-WEST-1.AMAZONAWS.COM', 'AWS'],
  ['s3.eu-west-1.amazonaws.com:443', 'AWS'],
  ['s3.FR-par.scw.cloud:8443', 'Scaleway'],
])('the host %p is recognised in any case and with a port', (host, name) => {
  expect(providerOf(host).name).toBe(name);
});

test.each([
  'localhost',
  'localhost:9000',
  '127.0.0.1:9000',
  '[::1]:9000',
  'minio.example.com',
  's3.example.com',
  'amazonaws.com.example.org',
  'notamazonaws.com',
  'myscw.cloud',
  'storage.googleapis.com.example.org',
  'xstorage.googleapis.com',
  '',
])('nothing beyond plain S3 is expected of %p', (host) => {
  expect(providerOf(host)).toBe(UNKNOWN_PROVIDER);
});

/** What a host's provider demands. */
const facts = (host: string): unknown => {
  const { style, checksums, equalParts, maxParts, maxPartsInFlight, singleDeletes } = providerOf(host);
  return {
    style,
    checksums,
    equalParts: equalParts !== undefined,
    maxParts,
    maxPartsInFlight,
    singleDeletes,
  };
};

describe('the table', () => {
  test('gives a reason in every row', () => {
    for (const { name, reason } of PROVIDERS) expect(`${name}: ${reason}`).toMatch(/: .{15,}/);
  });

  test('promises parts and numbers that S3 itself allows', () => {
    for (const { equalParts = 5 * MiB, maxParts = 1, maxPartsInFlight = 1 } of PROVIDERS) {
      expect(equalParts).toBeGreaterThanOrEqual(5 * MiB);
      expect(equalParts).toBeLessThanOrEqual(5 * GiB);
      expect(maxParts).toBeGreaterThanOrEqual(1);
      expect(maxParts).toBeLessThanOrEqual(10_000);
      expect(maxPartsInFlight).toBeGreaterThanOrEqual(1);
    }
  });

  test('knows the demands that break uploads elsewhere', () => {
    const none = {
      style: undefined,
      checksums: undefined,
      equalParts: false,
      maxParts: undefined,
      maxPartsInFlight: undefined,
      singleDeletes: undefined,
    };
    expect(facts('a.r2.cloudflarestorage.com')).toEqual({
      ...none,
      checksums: 'never',
      equalParts: true,
      maxPartsInFlight: 2,
    });
    expect(facts('s3.fr-par.scw.cloud')).toEqual({ ...none, maxParts: 1000 });
    expect(facts('storage.googleapis.com')).toEqual({ ...none, checksums: 'never', singleDeletes: true });
    expect(facts('oss-x.aliyuncs.com')).toEqual({ ...none, style: 'virtual', checksums: 'never' });
    expect(facts('minio.example')).toEqual(none);
  });
});
