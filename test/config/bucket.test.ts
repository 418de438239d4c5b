import { describe, expect, test } from 'bun:test';
import { configOf, problemsOf } from './sample.ts';

const ARN = 'arn:aws:s3:us-west-2:123456789012:accesspoint/name';
const END = { region: undefined, endpoint: 'https://gw.example' };

describe('the ARN of an access point', () => {
  test.each([ARN, ARN.replace('/', ':')])('%s is taken without a region', async (bucket) => {
    const { address } = (await configOf({ bucket, region: undefined })).connection;
    expect(address.accessPoint).toEqual({ name: 'name', account: '123456789012' });
    expect(address.region).toBe('us-west-2');
  });

  test('its region wins over the option, and the log says so', async () => {
    const { bucket, connection, warnings } = await configOf({ bucket: ARN, region: 'eu-west-1' });
    expect([bucket, connection.address.region]).toEqual([ARN, 'us-west-2']);
    expect(warnings).toEqual([
      '"region" is "eu-west-1", but the access point is in "us-west-2", which is used',
    ]);
    expect((await configOf({ bucket: ARN, region: 'us-west-2' })).warnings).toEqual([]);
  });

  test('its region signs at an endpoint too', async () => {
    const { connection, warnings } = await configOf({ bucket: ARN, ...END, region: 'anything' });
    expect([connection.address.region, warnings]).toEqual(['us-west-2', []]);
  });

  test.each([
    ['arn:aws:s3:::backups', /write its name alone, backups$/],
    ['arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap', /multi-region .* \(SigV4A\)/],
    ['arn:aws:s3:us-west-2:123456789012:accesspoint/mfzwi23gnjvgw.mrap', /multi-region/],
    [
      'arn:aws:s3-outposts:us-west-2:123456789012:outpost:op-0123:accesspoint:name',
      /Outposts is not supported/,
    ],
    ['arn:aws:s3-object-lambda:us-west-2:123456789012:accesspoint/name', /Object Lambda/],
    [
      'arn:aws:s3express:us-west-2:123456789012:bucket/b--usw2-az1--x-s3',
      /must be the ARN of an access point/,
    ],
    ['arn:aws:iam::123456789012:role/backup', /must be the ARN of an access point/],
    ['arn:aws:s3:us-west-2:123456789012:accesspoint/name/more', /must be like arn:/],
    ['arn:aws:s3:us-west-2:123456789012:accesspoint/', /must be like arn:/],
    ['arn:aws:s3:us-west-2:1234:accesspoint/name', /must be like arn:/],
    ['arn:aws:s3:us_west:123456789012:accesspoint/name', /must be like arn:/],
    ['arn:aws:s3:cn-north-1:123456789012:accesspoint/name', /partition aws-cn, not in aws$/],
    ['arn:aws:', /must be the ARN of an access point/],
  ])('%s is refused', async (bucket, why) => {
    for (const where of [{}, { region: undefined }, END]) {
      const problems = await problemsOf({ bucket, ...where });
      expect(problems).toHaveLength(1);
      expect(problems[0]).toStartWith(`option "bucket" is "${bucket}": `);
      expect(problems[0]).toMatch(why);
    }
  });

  test('contradictions are all named at once', async () => {
    const problems = await problemsOf({
      bucket: ARN,
      region: 'cn-north-1',
      url_style: 'path',
      accelerate: 'on',
    });
    expect(problems).toEqual([
      `option "bucket" is "${ARN}": an access point is always in the host name: leave out "url_style"`,
      `option "bucket" is "${ARN}": it is in the partition aws, but "region" is "cn-north-1", which is not: correct one of them`,
      'option "accelerate" is "on", but "bucket" names an access point, which has no Transfer Acceleration',
    ]);
  });
});

describe('a bucket of a tenant', () => {
  test.each(['tenant:backups', ':backups', 'a_1:my.backups'])(
    '%s is taken at an endpoint',
    async (bucket) => {
      const config = await configOf({ bucket, ...END });
      expect([config.bucket, config.connection.address.accessPoint]).toEqual([bucket, undefined]);
    },
  );

  test.each([
    [{}, /AWS has no tenants/],
    [{ ...END, url_style: 'virtual' }, /can not be in the host name/],
  ])('contradicts %p', async (options, why) => {
    const problems = await problemsOf({ bucket: 'tenant:backups', ...options });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(why);
  });

  test.each(['a:b:c', 'tenant:', 'a/b', 'a b', 'tenant:-x', 'a;b:c'])('%p is not one', async (bucket) => {
    expect(await problemsOf({ bucket, ...END })).toEqual([
      `option "bucket" is "${bucket}": must be letters, digits, dots, hyphens and underscores, with TENANT: in front for Ceph; or the ARN of an access point`,
    ]);
  });
});

describe("suffixes that AWS keeps for other names than buckets'", () => {
  test.each([
    ['b--usw2-az1--x-s3', /directory buckets/],
    ['name-abc--op-s3', /Outposts/],
    ['mfzwi23gnjvgw.mrap', /multi-region/],
  ])('%s is refused on AWS alone', async (bucket, why) => {
    const [problem, ...others] = await problemsOf({ bucket });
    expect(problem).toMatch(why);
    expect(others).toEqual([]);
    expect((await configOf({ bucket, ...END })).bucket).toBe(bucket);
  });

  test('an alias of an access point is a name like any other', async () => {
    const bucket = 'name-hrzrlukc5m36ft7okagglf3gmwluquse1b-s3alias';
    expect((await configOf({ bucket })).bucket).toBe(bucket);
  });
});
