import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { GiB, MiB } from '../../../src/base/bytes.ts';
import {
  PROVIDERS,
  type ProviderFacts,
  providerOf,
  regionOf,
  UNKNOWN_PROVIDER,
} from '../../../src/s3/providers/providers.ts';
import { growingSchedule, type PartSchedule, uniformSchedule } from '../../../src/transfer/part-schedule.ts';

/** Hosts as users write them in `endpoint`, and the region that they tell. */
const SAMPLES: readonly (readonly [host: string, name: string, region?: string])[] = [
  ['s3.amazonaws.com', 'AWS'],
  ['s3.eu-central-1.amazonaws.com', 'AWS', 'eu-central-1'],
  ['s3-us-west-2.amazonaws.com', 'AWS', 'us-west-2'],
  ['s3-fips.us-gov-west-1.amazonaws.com', 'AWS', 'us-gov-west-1'],
  ['s3.dualstack.ap-southeast-2.amazonaws.com', 'AWS', 'ap-southeast-2'],
  ['s3-accelerate.amazonaws.com', 'AWS'],
  ['s3.cn-north-1.amazonaws.com.cn', 'AWS', 'cn-north-1'],
  ['bucket.vpce-1a2b3c4d.s3.us-east-1.vpce.amazonaws.com', 'AWS', 'us-east-1'],
  ['s3.eusc-de-east-1.amazonaws.eu', 'AWS', 'eusc-de-east-1'],
  ['s3.us-iso-east-1.c2s.ic.gov', 'AWS', 'us-iso-east-1'],
  ['s3.us-isob-east-1.sc2s.sgov.gov', 'AWS', 'us-isob-east-1'],
  ['0123456789abcdef.r2.cloudflarestorage.com', 'Cloudflare R2', 'auto'],
  ['0123456789abcdef.eu.r2.cloudflarestorage.com', 'Cloudflare R2', 'auto'],
  ['s3.us-west-004.backblazeb2.com', 'Backblaze B2', 'us-west-004'],
  ['storage.googleapis.com', 'Google Cloud Storage'],
  ['bucket.storage.googleapis.com', 'Google Cloud Storage'],
  ['s3.wasabisys.com', 'Wasabi'],
  ['s3.eu-central-2.wasabisys.com', 'Wasabi', 'eu-central-2'],
  ['s3.fr-par.scw.cloud', 'Scaleway', 'fr-par'],
  ['bucket.s3.nl-ams.scw.cloud', 'Scaleway', 'nl-ams'],
  ['nyc3.digitaloceanspaces.com', 'DigitalOcean Spaces'],
  ['s3.gra.io.cloud.ovh.net', 'OVHcloud', 'gra'],
  ['s3.us-east-va.io.cloud.ovh.us', 'OVHcloud', 'us-east-va'],
  ['s3.sbg.perf.cloud.ovh.net', 'OVHcloud', 'sbg'],
  ['s3.gra.cloud.ovh.net', 'OVHcloud', 'gra'],
  ['fsn1.your-objectstorage.com', 'Hetzner', 'fsn1'],
  ['oss-cn-hangzhou.aliyuncs.com', 'Alibaba OSS', 'cn-hangzhou'],
  ['oss-cn-hangzhou-internal.aliyuncs.com', 'Alibaba OSS', 'cn-hangzhou'],
  ['s3.oss-eu-central-1.aliyuncs.com', 'Alibaba OSS', 'eu-central-1'],
  ['oss-accelerate.aliyuncs.com', 'Alibaba OSS'],
  ['cos.ap-guangzhou.myqcloud.com', 'Tencent COS', 'ap-guangzhou'],
  ['cos.accelerate.myqcloud.com', 'Tencent COS'],
  ['obs.cn-north-4.myhuaweicloud.com', 'Huawei OBS', 'cn-north-4'],
  ['obs.eu-west-101.myhuaweicloud.eu', 'Huawei OBS', 'eu-west-101'],
  ['s3.eu-de.cloud-object-storage.appdomain.cloud', 'IBM COS'],
  ['s3.private.us.cloud-object-storage.appdomain.cloud', 'IBM COS'],
  ['ns.compat.objectstorage.eu-frankfurt-1.oraclecloud.com', 'Oracle OCI', 'eu-frankfurt-1'],
  ['ns.compat.objectstorage.us-ashburn-1.oci.customer-oci.com', 'Oracle OCI', 'us-ashburn-1'],
  ['vhcompat.objectstorage.us-ashburn-1.oci.customer-oci.com', 'Oracle OCI, virtual-hosted', 'us-ashburn-1'],
  ['storage.yandexcloud.net', 'Yandex', 'ru-central1'],
];

const CLOUDS = PROVIDERS.filter(({ hosts }) => hosts !== undefined);

for (const [host, name, region] of SAMPLES) {
  test(`the host ${host} is of ${name}, and tells ${region ?? 'no region'}`, () => {
    expect(providerOf(host).name).toBe(name);
    expect(regionOf(host)).toBe(region);
  });
}

test('every host matches one row only, so that the order of rows decides nothing', () => {
  for (const [host] of SAMPLES) {
    const rows = PROVIDERS.filter(({ hosts }) => hosts?.test(host) === true);
    expect([host, rows.length]).toEqual([host, 1]);
  }
});

test('every row that is known by its host has a sample host here', () => {
  expect([...new Set(SAMPLES.map(([, name]) => name))]).toEqual(CLOUDS.map(({ name }) => name));
});

test.each([
  ['S3.EU-WEST-1.AMAZONAWS.COM', 'AWS', 'eu-west-1'],
  ['s3.eu-west-1.amazonaws.com:443', 'AWS', 'eu-west-1'],
  ['s3.FR-par.scw.cloud:8443', 'Scaleway', 'fr-par'],
])('the host %p is recognised in any case and with a port', (host, name, region) => {
  expect([providerOf(host).name, regionOf(host)]).toEqual([name, region]);
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
  'xstorage.yandexcloud.net',
  'mywasabisys.com',
  '',
])('nothing beyond plain S3 is expected of %p', (host) => {
  expect(providerOf(host)).toBe(UNKNOWN_PROVIDER);
  expect(regionOf(host)).toBeUndefined();
});

/** What a host's provider demands. */
const facts = (host: string): ProviderFacts => {
  const {
    name: _name,
    hosts: _hosts,
    why: _why,
    alsoDiffers: _differences,
    refuses: _refuses,
    region: _region,
    ...rest
  } = providerOf(host);
  return rest;
};

describe('the table', () => {
  test('gives the reason of each fact, and of nothing else', () => {
    for (const { name, hosts: _hosts, why, alsoDiffers: _differences, refuses = {}, ...set } of PROVIDERS) {
      expect([name, Object.keys(why).toSorted()]).toEqual([name, Object.keys(set).toSorted()]);
      for (const reason of [...Object.values(why), ...Object.values(refuses)])
        expect(`${name}: ${reason}`).toMatch(/: .{15,}/);
    }
  });

  test('has no row that says nothing', () => {
    for (const { name, why, alsoDiffers = [] } of PROVIDERS) {
      expect([name, Object.keys(why).length + alsoDiffers.length]).not.toEqual([name, 0]);
    }
  });

  test('decides nothing about servers that no host name tells: what is negotiated must do', () => {
    for (const { hosts, why, name } of PROVIDERS)
      if (hosts === undefined) expect([name, why]).toEqual([name, {}]);
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
    expect(facts('a.r2.cloudflarestorage.com')).toEqual({
      checksums: 'never',
      equalParts: 64 * MiB,
      maxPartsInFlight: 2,
    });
    expect(facts('s3.fr-par.scw.cloud')).toEqual({ maxParts: 1000 });
    expect(facts('storage.googleapis.com')).toEqual({ checksums: 'never', singleDeletes: true });
    for (const host of ['oss-x.aliyuncs.com', 'cos.x.myqcloud.com'])
      expect(facts(host)).toEqual({ style: 'virtual', checksums: 'never' });
    expect(facts('minio.example')).toEqual({});
  });
});

/** The sizes of the parts of a stream of `length` bytes; the last one is what is left. */
function partsOf(schedule: PartSchedule, length: number): number[] {
  const parts: number[] = [];
  for (let rest = length; rest > 0; rest -= parts.at(-1) ?? 0)
    parts.push(Math.min(rest, schedule.sizeOf(parts.length + 1)));
  return parts;
}

describe('a stream of any length', () => {
  test('has at most 1,000 parts on Scaleway, all but the last of 5 MiB or more, up to 1.2 TiB', () => {
    const { maxParts = 0 } = providerOf('s3.fr-par.scw.cloud');
    const schedule = growingSchedule(maxParts);
    expect(schedule.capacity).toBeGreaterThan(1200 * GiB);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (share) => {
        // Evenly over the orders of magnitude.
        const length = Math.max(1, Math.floor(schedule.capacity ** share));
        const parts = partsOf(schedule, length);
        expect(parts.length).toBeLessThanOrEqual(1000);
        expect(parts.slice(0, -1).every((size) => size >= 5 * MiB)).toBe(true);
        expect(parts.reduce((sum, size) => sum + size, 0)).toBe(length);
      }),
    );
    expect(partsOf(schedule, schedule.capacity)).toHaveLength(1000);
  });

  test('has parts of one size on R2, of which the last may be smaller, up to 625 GiB', () => {
    const { equalParts = 0 } = providerOf('a.r2.cloudflarestorage.com');
    const schedule = uniformSchedule(equalParts, 10_000);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: schedule.capacity }), (length) => {
        const parts = partsOf(schedule, length);
        expect(parts.slice(0, -1).every((size) => size === equalParts)).toBe(true);
        expect(parts.at(-1)).toBeLessThanOrEqual(equalParts);
      }),
    );
    expect(schedule.capacity).toBe(625 * GiB);
  });
});
