import { describe, expect, test } from 'bun:test';
import { configOf, problemsOf } from './sample.ts';

describe('fips', () => {
  test.each(['us-east-1', 'us-west-2', 'ca-central-1', 'us-gov-west-1', 'us-iso-east-1', 'us-isob-east-1'])(
    'is taken in the region %s',
    async (region) => {
      expect((await configOf({ region, fips: 'on' })).connection.address.fips).toBe(true);
    },
  );

  test.each(['eu-central-1', 'cn-north-1', 'eusc-de-east-1', 'sa-east-1', 'mx-central-1'])(
    'is refused in the region %s, which has no such host',
    async (region) => {
      expect(await problemsOf({ region, fips: 'on' })).toEqual([
        `option "fips" is "on", but S3 has no FIPS host in the region "${region}": AWS has them in the USA, Canada and GovCloud`,
      ]);
    },
  );

  test('over http is legal, and the log says what it means', async () => {
    const options = { region: 'us-east-1', fips: 'on' };
    expect((await configOf(options)).warnings).toEqual([]);
    expect((await configOf({ ...options, encryption: 'off' })).warnings).toEqual([
      '"fips" is "on", but "encryption" is "off": nothing is encrypted on its way',
    ]);
  });

  test('counts for the region of an access point', async () => {
    const bucket = 'arn:aws:s3:us-west-2:123456789012:accesspoint/name';
    expect((await configOf({ bucket, region: undefined, fips: 'on' })).connection.address.fips).toBe(true);
    const abroad = bucket.replace('us-west-2', 'eu-west-1');
    expect(await problemsOf({ bucket: abroad, region: undefined, fips: 'on' })).toHaveLength(1);
  });
});

describe('accelerate', () => {
  test.each(['backups', 'a-1-b'])('is taken for the bucket %s', async (bucket) => {
    expect((await configOf({ bucket, accelerate: 'on' })).connection.address.accelerate).toBe(true);
  });

  test.each(['cn-north-1', 'us-gov-west-1', 'us-iso-east-1', 'eusc-de-east-1'])(
    'is refused in the region %s',
    async (region) => {
      const [problem] = await problemsOf({ region, accelerate: 'on' });
      expect(problem).toStartWith(
        'option "accelerate" is "on", but there is no Transfer Acceleration in the region',
      );
    },
  );

  test.each([
    [{ bucket: 'my.backups' }, 'the bucket "my.backups" can not be accelerated'],
    [{ bucket: 'my.backups', url_style: 'virtual' }, 'the bucket "my.backups" can not be accelerated'],
    [{ bucket: 'My_backups' }, 'the bucket "My_backups" can not be accelerated'],
    [{ url_style: 'path' }, '"url_style" is "path"'],
    [{ bucket: 'name-abc-s3alias' }, '"bucket" names an access point'],
  ])('contradicts %p', async (options, why) => {
    const problems = await problemsOf({ ...options, accelerate: 'on' });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toStartWith(`option "accelerate" is "on", but ${why}`);
  });
});

test.each([
  ['endpoint', 's3.example'],
  ['endpoint_source', 'http://x.example'],
])('fips and accelerate contradict %s and one another, all told at once', async (where, value) => {
  expect(await problemsOf({ [where]: value, fips: 'on', accelerate: 'on' })).toEqual([
    `option "fips" is "on", but "${where}" says which host is used: leave out one of the two`,
    `option "accelerate" is "on", but "${where}" says which host is used: leave out one of the two`,
    '"fips" and "accelerate" are both "on": accelerated hosts are not FIPS hosts, leave out one',
  ]);
});

test('neither means anything while it is off', async () => {
  const options = { endpoint: 's3.example', fips: 'off', accelerate: 'off', url_style: 'path' };
  const { fips, accelerate } = (await configOf(options)).connection.address;
  expect([fips, accelerate]).toEqual([false, false]);
});
