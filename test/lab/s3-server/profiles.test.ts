import { afterEach, describe, expect, test } from 'bun:test';
import { someBytes } from '../../../lab/program/plugin.ts';
import { plainRequest, requestsOf, wordsOf } from '../../../lab/s3-server/profiles/offending-requests.ts';
import type { Offence, Profile } from '../../../lab/s3-server/profiles/profile.ts';
import { profileOf, profiles } from '../../../lab/s3-server/profiles/profiles.ts';
import { Sender } from '../../../lab/s3-server/profiles/sender.ts';
import { type S3Server, startS3Server } from '../../../lab/s3-server/server.ts';
import { md5Base64 } from '../../../src/s3/checksum.ts';
import { PROVIDERS, providerOf, regionOf } from '../../../src/s3/providers/providers.ts';
import { encodeStrictly } from '../../conformance/signed-request.ts';

const MiB = 1024 * 1024;

let server: S3Server | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

/** Requests to a server that plays the profile, signed for its region, the bucket in the host name unless said. */
async function senderFor(profile: Profile): Promise<Sender> {
  server = await startS3Server({ profile });
  return new Sender(profile, server);
}

const kindsOf = ({ rules = [] }: Profile): Offence['kind'][] => rules.map(({ refuses }) => refuses.kind);

describe('the profiles', () => {
  test('play every provider of the table, in its order', () => {
    expect(profiles.map(({ provider }) => provider)).toEqual(PROVIDERS.map(({ name }) => name));
  });

  test('stand under hosts by which the program knows them, or by which it can know nothing', () => {
    for (const { provider, host } of profiles) {
      const { hosts } = PROVIDERS.find(({ name }) => name === provider) ?? {};
      expect([host, providerOf(host).name]).toEqual([host, hosts === undefined ? 'unknown' : provider]);
    }
  });

  test('refuse what the program has a fact against', () => {
    for (const profile of profiles) {
      const { style, checksums, equalParts, maxParts, maxPartsInFlight, singleDeletes } = providerOf(
        profile.host,
      );
      const kinds = kindsOf(profile);
      expect([
        profile.provider,
        kinds.includes('path style'),
        profile.rules?.some(
          ({ refuses }) => refuses.kind === 'header' && refuses.example[0].includes('checksum'),
        ) ?? false,
        profile.equalParts !== undefined,
        profile.maxParts?.count,
        profile.maxPartsInFlight?.count,
        kinds.includes('operation'),
      ]).toEqual([
        profile.provider,
        style === 'virtual',
        checksums === 'never',
        equalParts !== undefined,
        maxParts,
        maxPartsInFlight,
        singleDeletes === true,
      ]);
    }
  });

  test('that look at the region look for the one that the program signs for', () => {
    for (const { host, provider, regions } of profiles) {
      if (regions !== undefined) expect([provider, regionOf(host)]).toEqual([provider, regions[0]]);
    }
  });
});

for (const profile of profiles) {
  const { provider, rules = [], regions } = profile;
  describe(provider, () => {
    test.each(rules.map((rule) => [wordsOf(rule.refuses), rule] as const))(
      'refuses %s',
      async (_words, rule) => {
        const sender = await senderFor(profile);
        const { offending, plain, style } = requestsOf(rule.refuses);
        const refused = await sender.send(offending, { style });
        expect([refused.field('Code'), refused.status > 399]).toEqual([rule.with.code, true]);
        // Without the offence the same is taken: the refusal is of nothing else.
        expect((await sender.send(plain)).outcome).toEqual([200, '']);
      },
    );

    if (regions === undefined) {
      test('takes signatures for any region', async () => {
        const sender = await senderFor(profile);
        expect((await sender.send(plainRequest('PutObject'), { region: 'xx-any-1' })).status).toBe(200);
      });
    } else {
      test(`refuses signatures for a region other than ${regions.join(', ')}`, async () => {
        const sender = await senderFor(profile);
        const refused = await sender.send(plainRequest('PutObject'), { region: 'xx-any-1' });
        const code = profile.wrongRegion?.code ?? 'AuthorizationHeaderMalformed';
        expect(refused.outcome).toEqual([400, code]);
        for (const region of regions)
          expect((await sender.send(plainRequest('PutObject'), { region })).status).toBe(200);
      });
    }
  });
}

test('R2 refuses to complete parts of different sizes, and a last part that is larger', async () => {
  const sender = await senderFor(profileOf('Cloudflare R2'));
  const outcomeOf = async (...sizes: number[]): Promise<[number, string]> => {
    const bodies = sizes.map((size) => someBytes(size));
    const uploadId = await sender.begin();
    for (const [index, body] of bodies.entries()) await sender.part(uploadId, index + 1, body);
    return (await sender.complete(uploadId, bodies)).outcome;
  };
  expect(await outcomeOf(5 * MiB, 6 * MiB, 1)).toEqual([400, 'InvalidPart']);
  expect(await outcomeOf(5 * MiB, 5 * MiB + 1)).toEqual([400, 'InvalidPart']);
  expect(await outcomeOf(5 * MiB, 5 * MiB, 5 * MiB)).toEqual([200, '']);
  expect(await outcomeOf(5 * MiB, 5 * MiB, 1)).toEqual([200, '']);
});

test('R2 refuses a third part of an upload while two are coming in', async () => {
  const profile = profileOf('Cloudflare R2');
  const sender = await senderFor(profile);
  const uploadId = await sender.begin();
  const answers = await Promise.all(
    Array.from({ length: 8 }, async (_, index) => await sender.part(uploadId, index + 1, someBytes(8 * MiB))),
  );
  const codes = answers.map(({ status }) => status);
  expect(codes.filter((status) => status === 200).length).toBeGreaterThanOrEqual(2);
  expect(codes).toContain(503);
});

test('Scaleway refuses part 1,001 and takes part 1,000', async () => {
  const sender = await senderFor(profileOf('Scaleway'));
  const uploadId = await sender.begin();
  expect((await sender.part(uploadId, 1000, someBytes(1))).outcome).toEqual([200, '']);
  expect((await sender.part(uploadId, 1001, someBytes(1))).outcome).toEqual([400, 'InvalidArgument']);
});

test.each(
  profiles.filter(({ ignoredHeaders }) => ignoredHeaders !== undefined).map(({ provider }) => provider),
)('%s acknowledges no checksum that was asked for', async (provider) => {
  const profile = profileOf(provider);
  const sender = await senderFor(profile);
  const asked = await sender.send({
    ...plainRequest('CreateMultipartUpload'),
    headers: { 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-checksum-type': 'FULL_OBJECT' },
  });
  const refuses = providerOf(profile.host).checksums === 'never';
  expect(asked.status).toBe(refuses ? 400 : 200);
  const [request] = server?.requests ?? [];
  expect(request?.headers.get('x-amz-checksum-algorithm')).toBe('CRC32');
});

test('StorageGRID believes a wrong SHA-256 of a body, and no wrong MD5', async () => {
  const sender = await senderFor(profileOf('NetApp StorageGRID'));
  const request = { method: 'PUT', path: '/key', body: 'bytes' };
  expect((await sender.send({ ...request, payloadHash: '0'.repeat(64) })).status).toBe(200);
  const md5 = { 'content-md5': md5Base64(Buffer.from('other')) };
  expect((await sender.send({ ...request, headers: md5 })).outcome).toEqual([400, 'BadDigest']);
});

test('Google says 404 of an object that is to be deleted and is not there', async () => {
  const sender = await senderFor(profileOf('Google Cloud Storage'));
  await server?.objects.put('backups', 'key', 'bytes');
  const outcomes = [
    await sender.send({ method: 'DELETE', path: '/key' }),
    await sender.send({ method: 'DELETE', path: '/key' }),
  ].map(({ outcome }) => outcome);
  expect(outcomes).toEqual([
    [204, ''],
    [404, 'NoSuchKey'],
  ]);
});

/** With the objects a, b and c. */
async function filled(provider: string): Promise<Sender> {
  const sender = await senderFor(profileOf(provider));
  for (const key of ['a', 'b', 'c']) await server?.objects.put('backups', key, key);
  return sender;
}

describe('lists', () => {
  test.each(profiles.filter(({ listing }) => listing === 'version 1').map(({ provider }) => provider))(
    '%s answers version 2 with version 1, and goes on by a marker only',
    async (provider) => {
      const sender = await filled(provider);
      const first = await sender.list({ 'list-type': '2', 'max-keys': '2' });
      expect(first.text).toContain('<Marker/>');
      expect([first.field('IsTruncated'), first.text.includes('Token')]).toEqual(['true', false]);
      const again = await sender.list({ 'list-type': '2', 'max-keys': '2', 'continuation-token': 'any' });
      expect(again.field('Key')).toBe('a');
      expect((await sender.list({ 'max-keys': '2', marker: 'b' })).field('Key')).toBe('c');
    },
  );

  test('Scality has an empty token at the end, and for an empty token again one', async () => {
    const sender = await filled('Scality RING');
    const last = await sender.list({ 'list-type': '2' });
    expect([last.field('IsTruncated'), last.text.includes('<NextContinuationToken/>')]).toEqual([
      'false',
      true,
    ]);
    const again = await sender.list({ 'list-type': '2', 'continuation-token': '' });
    expect([again.status, again.text.includes('<NextContinuationToken/>')]).toEqual([200, true]);
  });

  test('DigitalOcean tells no token when encoding-type was asked for', async () => {
    const sender = await filled('DigitalOcean Spaces');
    const asked = await sender.list({ 'list-type': '2', 'max-keys': '2', 'encoding-type': 'url' });
    expect([asked.field('IsTruncated'), asked.field('NextContinuationToken')]).toEqual(['true', '']);
    const plain = await sender.list({ 'list-type': '2', 'max-keys': '2' });
    expect(plain.field('NextContinuationToken')).not.toBe('');
  });
});

test('an error document has the fields that the provider sends, and no others', async () => {
  const sender = await senderFor(profileOf('Backblaze B2'));
  const { text } = await sender.send({ method: 'GET', path: `/${encodeStrictly('not there')}` });
  expect([...text.matchAll(/<(\w+)>/g)].map(([, name]) => name)).toEqual(['Error', 'Code', 'Message']);
});

test('the door beside a profile shows the same objects, and records nothing', async () => {
  await senderFor(profileOf('Alibaba OSS'));
  await server?.objects.put('backups', 'key', 'bytes');
  const { doorUrl = '', accessKeyId = '', secretAccessKey = '' } = server ?? {};
  const place = { endpoint: doorUrl, region: 'us-east-1', bucket: 'backups' };
  const client = new Bun.S3Client({ ...place, accessKeyId, secretAccessKey });
  expect(await client.file('key').text()).toBe('bytes');
  expect(server?.requests).toEqual([]);
});
