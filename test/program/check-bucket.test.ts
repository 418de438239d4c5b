import { describe, expect, test } from 'bun:test';
import type { Outcome } from '../../lab/program/plugin.ts';
import type { LifecycleRule } from '../../lab/s3-server/lifecycle.ts';
import type { S3Operation } from '../../lab/s3-server/options.ts';
import type { S3ServerOptions } from '../../lab/test-server.ts';
import { badLines, CheckStage, HEALTHY, misconfigured } from './check-stage.ts';

/** What `check` finds about the keys, the bucket and the backups in it. */
type Options = Readonly<Record<string, string | undefined>>;

async function checked(
  server: S3ServerOptions,
  flags: readonly string[] = [],
  options: Options = {},
  backups?: readonly string[],
): Promise<Outcome> {
  await using stage = await CheckStage.start(server, backups);
  return await stage.check(flags, options);
}

const KEY = { accessKeyId: 'testkey', secretAccessKey: 'testsecret' };
/** Keys that may not do some operations. */
const denying = (...operations: readonly S3Operation[]): S3ServerOptions => ({
  credentials: [{ ...KEY, deny: (operation) => operations.includes(operation) }],
});
const rules = (...lifecycle: readonly LifecycleRule[]): S3ServerOptions => ({
  lifecycle: [...(HEALTHY.lifecycle ?? []), ...lifecycle],
});

describe('the keys', () => {
  const refused = { exitCode: 4 };

  misconfigured(
    'The secret key is wrong',
    async () => await checked({ credentials: [{ ...KEY, secretAccessKey: 'another' }] }),
    refused,
  );
  misconfigured(
    'The access key id is wrong',
    async () => await checked({}, [], { aws_access_key_id: 'unknown-key-id' }),
    refused,
  );
  misconfigured(
    'The session token has expired',
    async () => {
      const credentials = [{ ...KEY, sessionToken: 'token-1', expired: true }];
      return await checked({ credentials }, [], { aws_session_token: 'token-1' });
    },
    { ...refused, also: ['warn keys '] },
  );
  misconfigured('A session token is in the config file', async () => {
    const credentials = [{ ...KEY, sessionToken: 'token-1' }];
    const outcome = await checked({ credentials }, [], { aws_session_token: 'token-1' });
    expect(outcome.stdout.toString()).not.toContain('token-1');
    return outcome;
  });

  test('the id is shown by its ends alone', async () => {
    const credentials = [{ ...KEY, accessKeyId: 'AKIDEXAMPLE123456789' }];
    const { stdout } = await checked({ credentials }, [], { aws_access_key_id: 'AKIDEXAMPLE123456789' });
    expect(stdout.toString()).toContain('key id AKID…6789, from the config file');
    expect(stdout.toString()).not.toContain('EXAMPLE');
  });

  misconfigured('The keys may not list', async () => await checked(denying('ListObjectsV2')));
  misconfigured('The keys may not read', async () => await checked(denying('GetObject')), {
    also: ['warn last backup '],
  });
  misconfigured(
    'The keys may not store',
    async () => await checked(denying('PutObject', 'CreateMultipartUpload'), ['--write']),
    refused,
  );
  misconfigured('The keys may not delete', async () => await checked(denying('DeleteObject'), ['--write']));
  misconfigured(
    'The keys may not remove uploads',
    async () => await checked(denying('AbortMultipartUpload'), ['--write']),
  );

  test('those of a role for backups alone meet no failure, with --write', async () => {
    const may: readonly S3Operation[] = [
      'PutObject',
      'CreateMultipartUpload',
      'UploadPart',
      'CompleteMultipartUpload',
      'AbortMultipartUpload',
    ];
    const credentials = [{ ...KEY, deny: (operation: S3Operation) => !may.includes(operation) }];
    const outcome = await checked({ credentials }, ['--write']);
    expect(badLines(outcome).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'warn read',
      'warn list',
      'warn delete',
    ]);
    expect(outcome.exitCode).toBe(3);
  });

  test('settings that they may not see are no finding', async () => {
    const outcome = await checked(
      denying(
        'GetBucketVersioning',
        'GetBucketLifecycleConfiguration',
        'GetBucketEncryption',
        'GetBucketPolicyStatus',
        'GetObjectLockConfiguration',
        'ListMultipartUploads',
      ),
    );
    expect([badLines(outcome), outcome.exitCode]).toEqual([[], 0]);
    expect(outcome.stdout.toString()).toContain(
      "can't be seen: these keys do not have s3:GetBucketVersioning",
    );
    expect(outcome.stdout.toString()).toContain("6 of the ok can't be seen");
  });
});

describe('the bucket', () => {
  misconfigured('The bucket is not there', async () => await checked({}, [], { bucket: 'elsewhere' }));
  misconfigured('The region is wrong', async () => await checked({ region: 'eu-west-1' }));
  misconfigured('Old versions are kept for ever', async () => await checked({ versioning: true }));

  test('a rule for old versions of the folder is enough', async () => {
    const rule = { id: 'versions', prefix: 'ware', noncurrentDays: 7 };
    expect(badLines(await checked({ versioning: true, ...rules(rule) }))).toEqual([]);
  });

  test.each([
    ['is off', { disabled: true }],
    ['is for another folder', { prefix: 'other/' }],
    ['is for certain tags', { tag: { key: 'team', value: 'dba' } }],
  ] as const)('a rule for old versions that %s is not', async (_, more) => {
    const outcome = await checked({ versioning: true, ...rules({ id: 'v', noncurrentDays: 7, ...more }) });
    expect(badLines(outcome).map((line) => line.slice(0, 15))).toEqual(['warn versioning']);
  });

  misconfigured('Unfinished uploads are kept for ever', async () => await checked({ lifecycle: [] }));

  test.each([
    ['is off', { disabled: true }],
    ['is for another folder', { prefix: 'warehouse2/' }],
  ] as const)('a rule for unfinished uploads that %s is not enough', async (_, more) => {
    const outcome = await checked({ lifecycle: [{ id: 'uploads', abortDays: 7, ...more }] });
    expect(badLines(outcome).map((line) => line.slice(0, 14))).toEqual(['warn lifecycle']);
  });

  misconfigured(
    'A rule deletes backups',
    async () => await checked(rules({ id: 'tidy', prefix: 'warehouse/backups/2026', expireDays: 30 })),
  );
  misconfigured(
    'A rule moves backups into an archive',
    async () => await checked(rules({ id: 'cold', transition: { days: 90, storageClass: 'GLACIER' } })),
  );

  test('a rule for another folder, for a class that can be read, or one that restores bring back is fine', async () => {
    const transition = { days: 90, storageClass: 'GLACIER' };
    const outcome = await checked(
      rules(
        { id: 'a', prefix: 'other/', expireDays: 1 },
        { id: 'b', transition: { days: 30, storageClass: 'STANDARD_IA' } },
        { id: 'c', disabled: true, expireDays: 1 },
        { id: 'd', transition },
      ),
      [],
      { restore_from_archive: 'standard' },
    );
    expect(badLines(outcome)).toEqual([]);
  });

  test('signs of a hostile rule do not reach the terminal', async () => {
    const { stdout } = await checked(rules({ id: 'a&#10;\u001b[2J', expireDays: 1 }));
    expect(stdout.toString()).not.toContain('\u001b');
  });

  misconfigured('The bucket is public', async () => await checked({ bucketPolicy: 'public' }));

  misconfigured('Everybody may list the bucket', async () => {
    await using stage = await CheckStage.start();
    // The second list is the one without keys.
    stage.server.faults.add({
      when: { operation: 'ListObjectsV2', nth: 2 },
      do: { kind: 'rewrite', status: 200, body: () => Buffer.from('<ListBucketResult/>') },
    });
    return await stage.check();
  });

  test('without keys, lists and objects are asked for once each', async () => {
    await using stage = await CheckStage.start();
    await stage.check();
    const unsigned = stage.server.requests.filter(({ headers }) => !headers.has('authorization'));
    expect(unsigned.map(({ method, status }) => [method, status])).toEqual([
      ['GET', 403],
      ['HEAD', 403],
    ]);
  });

  test('a policy that names somebody is fine', async () => {
    expect(badLines(await checked({ bucketPolicy: 'private' }))).toEqual([]);
  });

  misconfigured(
    'The options lock objects, and the bucket has no Object Lock',
    async () => await checked({}, [], { object_lock_mode: 'GOVERNANCE', object_lock_retention: '30d' }),
  );

  misconfigured('Failed backups have left uploads', async () => {
    await using stage = await CheckStage.start();
    const now = Date.now();
    const [day, hour] = [86_400_000, 3_600_000];
    const path = '/data/gpseg0/backups/20260102/20260102030405/gpbackup_0_20260102030405';
    // An upload begins two days before, and its process ends without a word.
    stage.server.clock = () => new Date(now - 2 * day - hour);
    stage.server.faults.add({
      when: { operation: 'UploadPart', partNumber: 1 },
      do: { kind: 'answer', status: 400, code: 'X' },
    });
    stage.server.faults.add({
      when: { operation: 'AbortMultipartUpload' },
      do: { kind: 'answer', status: 400, code: 'X' },
    });
    await stage.place.run(['backup_data', stage.config(), path], { stdin: new Uint8Array(9_000_000) });
    stage.server.clock = () => new Date();
    return await stage.check();
  });
});

describe('the backups', () => {
  misconfigured('The last good backup is too old', async () => await checked({}, ['--max-age', '26h']));

  test('one that is young enough is fine', async () => {
    const { exitCode } = await checked({}, ['--max-age', '20000d']);
    expect(exitCode).toBe(0);
  });

  misconfigured(
    'The last backup has failed',
    async () => await checked({}, [], {}, ['20261125025218', '20261125025227']),
  );

  misconfigured('There is no backup', async () => await checked({}, [], {}, []));

  test('with --max-age no backup at all is a failure', async () => {
    const outcome = await checked({}, ['--max-age', '26h'], {}, []);
    expect(badLines(outcome).map((line) => line.slice(0, 16))).toEqual(['FAIL last backup']);
  });

  test.each(['soon', '', '26x', '-1h'])('--max-age %p is refused', async (age) => {
    const { exitCode, stderr } = await checked({}, [`--max-age=${age}`]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('is not a valid duration (expected 26h, 2d)');
  });
});
