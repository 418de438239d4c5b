import { describe, expect, test } from 'bun:test';
import type { Config } from '../../src/config/config.ts';
import { configOf, problemsOf } from './sample.ts';

const KEYS = { aws_access_key_id: 'id', aws_secret_access_key: 'secret' };
const SECOND = { remote_bucket: 'copies' };
const MINIO = { region: undefined, endpoint: 'http://minio:9000', ...KEYS };

type Options = Readonly<Record<string, string | undefined>>;

/** The second site of a file with these options. */
async function secondOf(options: Options): Promise<Config> {
  const { second } = await configOf({ ...SECOND, ...options });
  if (second === undefined) throw new Error('there is no second site');
  return second;
}

describe('without options of it there is no second site', () => {
  test.each([{}, { remote_bucket: '' }, { replication: 'off', restore_failover: 'off' }])(
    '%j',
    async (options) => {
      const { second, replicates, failsOver } = await configOf(options);
      expect([second, replicates, failsOver]).toEqual([undefined, false, false]);
    },
  );
});

describe('what the second site does not say is as the first has it', () => {
  test('all of it but the bucket', async () => {
    const options = {
      ...MINIO,
      sse: 'AES256',
      storage_class: 'STANDARD_IA',
      max_memory: '1GB',
      ca_file: '/ca',
    };
    const first = await configOf({ ...options, ...SECOND });
    const { second, secrets: _, replicates: _on, failsOver: _over, ...rest } = first;
    const { secrets: _ofSecond, second: none, replicates, failsOver, ...own } = await secondOf(options);
    expect(second).toBeDefined();
    expect({ ...own, bucket: rest.bucket }).toEqual(rest);
    expect([none, replicates, failsOver]).toEqual([undefined, false, false]);
  });

  test('a folder and a bucket of its own', async () => {
    const { bucket, folder } = await secondOf({ remote_folder: '/other//copies/' });
    expect([bucket, folder]).toEqual(['copies', 'other/copies']);
  });
});

describe('where it is', () => {
  test('another endpoint, whose region is its own', async () => {
    const { address } = (
      await secondOf({ region: 'eu-west-1', remote_endpoint: 'https://other.example.com' })
    ).connection;
    expect([address.endpoint?.host, address.region]).toEqual(['other.example.com', undefined]);
  });

  test('another endpoint without a scheme has that of `encryption`, or of its own', async () => {
    const plain = { ...MINIO, endpoint: 'minio:9000', encryption: 'off', remote_endpoint: 'other:9000' };
    expect((await secondOf(plain)).connection.address.endpoint?.scheme).toBe('http');
    const own = { ...plain, remote_encryption: 'on' };
    expect((await secondOf(own)).connection.address.endpoint?.scheme).toBe('https');
  });

  test('AWS, with https, where the first is another server without TLS', async () => {
    const options = { ...MINIO, endpoint: 'minio:9000', encryption: 'off', remote_region: 'eu-central-1' };
    const { address } = (await secondOf(options)).connection;
    expect([address.endpoint, address.region, address.awsScheme]).toEqual([
      undefined,
      'eu-central-1',
      'https',
    ]);
  });

  test('another region of AWS', async () => {
    const { address } = (await secondOf({ remote_region: 'eu-central-1', fips: 'off' })).connection;
    expect([address.endpoint, address.region]).toEqual([undefined, 'eu-central-1']);
  });
});

describe('who signs in', () => {
  test('its own keys, without the token and the role of the first', async () => {
    const { signIn } = (
      await secondOf({
        ...KEYS,
        aws_session_token: 'token',
        role_arn: 'arn:aws:iam::123456789012:role/backup',
        remote_aws_access_key_id: 'other',
        remote_aws_secret_access_key: 'other-secret',
      })
    ).connection;
    expect(signIn).toMatchObject({ from: 'file', accessKeyId: 'other', sessionToken: undefined });
  });

  test('a role of its own, assumed with the keys of the first', async () => {
    const { signIn } = (await secondOf({ ...KEYS, remote_role_arn: 'arn:aws:iam::999999999999:role/copies' }))
      .connection;
    expect(signIn).toMatchObject({ from: 'host', role: { arn: 'arn:aws:iam::999999999999:role/copies' } });
    expect(signIn).toMatchObject({ keys: { accessKeyId: 'id' } });
  });
});

describe('how its objects are stored', () => {
  test('its own encryption, without the key of the first', async () => {
    const { objects } = await secondOf({ sse: 'aws:kms', sse_kms_key_id: 'key', remote_sse: 'AES256' });
    expect([objects.sse, objects.kmsKeyId]).toEqual(['AES256', undefined]);
  });

  test('`none` is nothing', async () => {
    const { objects } = await secondOf({
      sse: 'aws:kms',
      acl: 'private',
      object_lock_mode: 'GOVERNANCE',
      object_lock_retention: '30d',
      remote_sse: 'none',
      remote_acl: 'None',
      remote_object_lock_mode: 'none',
    });
    expect([objects.sse, objects.acl, objects.lock]).toEqual([undefined, undefined, undefined]);
  });
});

describe('secrets', () => {
  test('of both sites are known', async () => {
    const { secrets } = await configOf({
      ...KEYS,
      ...SECOND,
      remote_aws_access_key_id: 'other',
      remote_aws_secret_access_key: 'other-secret',
      remote_endpoint_source: 'http://host/path?token=of-the-source',
    });
    const texts = secrets.map((secret) => secret.reveal());
    for (const secret of ['secret', 'other-secret', 'of-the-source']) expect(texts).toContain(secret);
  });
});

describe('problems are told with the names of the second site', () => {
  const SAME: unknown = expect.stringContaining('the second site is the first');
  const CASES: readonly (readonly [Options, readonly unknown[]])[] = [
    [{ replication: 'on' }, ['"replication" needs "remote_bucket"']],
    [
      { restore_failover: 'on', remote_region: 'eu-west-1', remote_folder: 'x' },
      ['"restore_failover", "remote_folder" and "remote_region" need "remote_bucket"'],
    ],
    [{ remote_bucket: 'backups' }, [SAME]],
    [{ remote_bucket: 'backups', remote_folder: '/gp/', remote_region: 'eu-west-1' }, [SAME]],
    [{ ...SECOND, remote_bucket: 'a/b' }, [expect.stringMatching(/^option "remote_bucket" is "a\/b"/)]],
    [{ ...SECOND, remote_endpoint: 'ftp://x' }, [expect.stringMatching(/^option "remote_endpoint" is "ftp/)]],
    [
      { ...SECOND, remote_aws_access_key_id: 'other' },
      [expect.stringContaining('"remote_aws_access_key_id" and "remote_aws_secret_access_key" go together')],
    ],
    [
      { ...SECOND, remote_sse_customer_key_file: '/key', remote_endpoint: 'http://x' },
      [expect.stringContaining('"remote_sse_customer_key_file" needs https')],
    ],
    // What is wrong with both is told once, and what is wrong with each is told together.
    [{ ...SECOND, max_memory: 'much' }, [expect.stringContaining('option "max_memory"')]],
    [
      { ...SECOND, region: undefined, remote_sse_bucket_key: 'on' },
      [
        expect.stringContaining('one of "region" (for AWS) and "endpoint"'),
        expect.stringContaining('"remote_sse_bucket_key" is for "remote_sse"'),
      ],
    ],
  ];
  test.each(CASES)('%j', async (options, expected) => {
    expect(await problemsOf(options)).toEqual([...expected] as string[]);
  });
});
