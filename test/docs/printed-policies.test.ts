import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { closed, compiled, type Schema, schemaOf } from '../../lab/program/json-output.ts';
import { type Outcome, Workplace } from '../../lab/program/plugin.ts';
import { grantedTo, ROWS } from './option-rows.ts';
import type { Policy } from './policy.ts';
import { KEY, policyOf, putRealBackup, REAL_BACKUP, RoleStage } from './roles.ts';

/** What `policy` prints is what docs/permissions.md has, whose policies are played against a server. */
const HEADINGS = {
  backup: 'Backup only',
  restore: 'Restore',
  delete: 'Delete',
  operator: 'Operator',
} as const;
type Role = keyof typeof HEADINGS;
const ROLES = Object.keys(HEADINGS) as readonly Role[];

/** Options that ask for what a row of the table adds. */
const OPTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  tags: { tags: 'team=dba' },
  acl: { acl: 'bucket-owner-full-control' },
  object_lock_mode: { object_lock_mode: 'GOVERNANCE', object_lock_retention: '30d' },
  object_lock_legal_hold: { object_lock_legal_hold: 'on' },
  'sse: aws:kms': { sse: 'aws:kms', sse_kms_key_id: KEY },
  restore_from_archive: { restore_from_archive: 'standard' },
  bypass_governance_retention: { bypass_governance_retention: 'on' },
};

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => place[Symbol.dispose]());

const AWS = { endpoint: undefined, region: 'us-east-1' };

async function run(
  args: readonly string[],
  options: Readonly<Record<string, string | undefined>> = {},
): Promise<Outcome> {
  return await place.run(['policy', place.config({ url: '' }, { ...AWS, ...options }), ...args]);
}

async function printed(
  role: Role,
  options: Readonly<Record<string, string | undefined>> = {},
): Promise<Policy & { readonly Version: string }> {
  const { exitCode, stdout, stderr } = await run(['--role', role], options);
  expect([exitCode, stderr]).toEqual([0, '']);
  return JSON.parse(stdout.toString()) as Policy & { readonly Version: string };
}

/** Each action with what it is for, whatever statement it is in. */
function grants({ Statement }: Policy): string[] {
  const all = Statement.flatMap(({ Action, Resource, Condition }) =>
    [Action].flat().map((action) => JSON.stringify([action, [Resource].flat(), Condition ?? null])),
  );
  return [...new Set(all)].toSorted();
}

/** The resources of all statements, each once. */
const resources = ({ Statement }: Policy): string[] => [
  ...new Set(Statement.flatMap(({ Resource }) => [Resource ?? []].flat())),
];

describe.each(ROLES)('--role %s', (role) => {
  test('is the policy of the document', async () => {
    const policy = await printed(role);
    expect(policy.Version).toBe('2012-10-17');
    expect({ Statement: policy.Statement } as Policy).toEqual({
      Statement: policyOf(HEADINGS[role]).Statement,
    });
  });

  test.each(ROWS.filter((row) => row.role === HEADINGS[role]).map((row) => [row.option, row] as const))(
    'with %s has what the table adds',
    async (option, row) => {
      expect(grants(await printed(role, OPTIONS[option] ?? { missing: '' }))).toEqual(grants(grantedTo(row)));
    },
  );

  test('needs nothing more for other options', async () => {
    const more = {
      sse: 'AES256',
      storage_class: 'STANDARD_IA',
      requester_pays: 'on',
      expected_bucket_owner: '111122223333',
    };
    expect(await printed(role, more)).toEqual(await printed(role));
  });
});

test('write_once is the policy without overwriting', async () => {
  const policy = await printed('backup', { write_once: 'on' });
  expect(policy.Statement).toEqual(policyOf('Backup only, without overwriting').Statement);
});

test('of a locked bucket, the role delete may see what a lock keeps', async () => {
  const policy = await printed('delete', OPTIONS['object_lock_mode']);
  const more = [
    's3:ListBucketVersions',
    's3:GetObjectVersion',
    's3:GetObjectRetention',
    's3:GetObjectLegalHold',
  ];
  const row = { option: '', role: 'Delete', actions: more };
  expect(grants(policy)).toEqual(grants(grantedTo(row)));
});

describe('resources', () => {
  test.each([
    ['cn-north-1', 'aws-cn', 'amazonaws.com.cn'],
    ['us-gov-west-1', 'aws-us-gov', 'amazonaws.com'],
    ['eu-west-1', 'aws', 'amazonaws.com'],
  ])('of %s are in the partition %s', async (region, partition, suffix) => {
    const policy = await printed('backup', { region, sse: 'aws:kms' });
    expect(resources(policy)).toEqual([
      `arn:${partition}:s3:::backups/gp/test/*`,
      `arn:${partition}:kms:${region}:*:key/*`,
    ]);
    expect(policy.Statement.at(-1)?.Condition).toEqual({
      StringEquals: { 'kms:ViaService': `s3.${region}.${suffix}` },
    });
  });

  test('of an access point are those of the document, without settings of a bucket', async () => {
    const bucket = 'arn:aws:s3:us-west-2:123456789012:accesspoint/name';
    const policy = await printed('operator', { bucket, region: 'us-west-2' });
    expect(resources(policy)).toEqual([`${bucket}/object/gp/test/*`, bucket]);
    expect(JSON.stringify(policy)).not.toContain('s3:GetBucket');
  });

  test('of another server are those of AWS, with the tenant of Ceph', async () => {
    const options = { endpoint: 'https://ceph.example', bucket: 'finance:backups', region: undefined };
    expect(resources(await printed('backup', options))).toEqual(['arn:aws:s3::finance:backups/gp/test/*']);
  });

  test('without a folder begin with backups', async () => {
    const policy = await printed('restore', { folder: '/' });
    expect(resources(policy)).toEqual(['arn:aws:s3:::backups/backups/*', 'arn:aws:s3:::backups']);
    expect(policy.Statement[1]?.Condition).toEqual({ StringLike: { 's3:prefix': ['backups/*'] } });
  });

  test('signs of a folder that are patterns of IAM stand for themselves', async () => {
    const policy = await printed('restore', { folder: 'a*b?c$d' });
    expect(resources(policy)).toContain('arn:aws:s3:::backups/a${*}b${?}c${$}d/*');
  });

  test.each([
    [
      '1234abcd-12ab-34cd-56ef-1234567890ab',
      'arn:aws:kms:us-east-1:*:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      undefined,
    ],
    ['alias/backup', 'arn:aws:kms:us-east-1:*:key/*', 'alias/backup'],
    ['arn:aws:kms:us-east-1:123456789012:alias/backup', 'arn:aws:kms:us-east-1:*:key/*', 'alias/backup'],
  ])('of the KMS key %s', async (sse_kms_key_id, resource, alias) => {
    const policy = await printed('restore', { sse: 'aws:kms', sse_kms_key_id });
    const { Resource, Condition = {} } = policy.Statement.at(-1) ?? {};
    expect(Resource).toBe(resource);
    expect(Condition['ForAnyValue:StringEquals']).toEqual(
      alias === undefined ? undefined : { 'kms:ResourceAliases': alias },
    );
  });
});

describe('a second site', () => {
  const REMOTE = { remote_bucket: 'replicas', remote_region: 'eu-west-1' };

  test.each([
    ['restore', ['s3:GetObject', 's3:ListBucket']],
    [
      'delete',
      ['s3:AbortMultipartUpload', 's3:DeleteObject', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
    ],
    [
      'backup',
      [
        's3:AbortMultipartUpload',
        's3:GetObject',
        's3:ListBucket',
        's3:ListBucketMultipartUploads',
        's3:PutObject',
      ],
    ],
  ] as const)('with the same keys is in the policy of %s', async (role, actions) => {
    const { Statement } = await printed(role, REMOTE);
    const there = Statement.filter(({ Resource }) => String(Resource).includes(':replicas'));
    expect(there.flatMap(({ Action }) => [Action].flat()).toSorted()).toEqual([...actions]);
  });

  describe('a copy', () => {
    const SAME = { remote_bucket: 'replicas' };

    async function replicates(policy: Policy): Promise<boolean> {
      await using stage = await RoleStage.start({ buckets: ['backups', 'replicas'] });
      stage.options = SAME;
      stage.policy = policy;
      await putRealBackup(stage);
      const { exitCode, stderr } = await stage.run('replicate_backup', REAL_BACKUP);
      const warned = (await stage.place.logLines()).some((line) =>
        // How many ranges fit into the memory is no matter of permissions.
        /-\[WARNING\]:-(?!.* ranges of )/.test(line),
      );
      return exitCode === 0 && stderr === '' && !warned;
    }

    test('is made with it, and each action at both sites but those of an upload is needed', async () => {
      const policy = await printed('backup', SAME);
      expect(await replicates(policy)).toBe(true);
      for (const [index, { Action, Resource }] of policy.Statement.entries()) {
        for (const action of [Action].flat()) {
          // A copy of small objects begins no upload, and nothing is stored at the first site.
          const isOfUpload = ['s3:AbortMultipartUpload', 's3:ListBucketMultipartUploads'].includes(action);
          const isStoring = action === 's3:PutObject' && String(Resource).includes(':backups/');
          if (isOfUpload || isStoring) continue;
          const less = policy.Statement.map((one, at) =>
            at === index ? { ...one, Action: [one.Action].flat().filter((each) => each !== action) } : one,
          );
          expect([action, Resource, await replicates({ Statement: less })]).toEqual([
            action,
            Resource,
            false,
          ]);
        }
      }
    });
  });

  test('is read from to make the copy', async () => {
    const { Statement } = await printed('backup', REMOTE);
    const here = Statement.filter(({ Resource }) => String(Resource).includes(':backups'));
    expect(here.flatMap(({ Action }) => [Action].flat())).toContain('s3:GetObject');
  });

  test('with other keys is that of another user, which is said', async () => {
    const keys = { remote_aws_access_key_id: 'other', remote_aws_secret_access_key: 'other-secret-key' };
    const { exitCode, stdout, stderr } = await run(['--role', 'restore'], { ...REMOTE, ...keys });
    expect(exitCode).toBe(0);
    expect(stdout.toString()).not.toContain('replicas');
    expect(stderr).toContain('those of the second site are another user');
  });
});

describe('the command', () => {
  test('prints the same with --json, in the envelope of its schema', async () => {
    const { stdout } = await run(['--role', 'operator', '--json']);
    const answer = JSON.parse(stdout.toString()) as { readonly result: Policy };
    const validate = compiled(closed(schemaOf('policy')) as Schema);
    validate(answer);
    expect(validate.errors ?? []).toEqual([]);
    expect(answer.result as unknown).toEqual(await printed('operator'));
  });

  test.each([[[]], [['--role', 'admin']], [['--role', '']]])('%p is refused', async (flags) => {
    const { exitCode, stderr } = await run(flags);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--role');
    expect(stderr).toContain('HINT: usage: policy CONFIG --role backup|restore|delete|operator');
  });

  test('sends nothing and shows no secret', async () => {
    const { stdout, stderr } = await run(['--role', 'backup'], { aws_secret_access_key: 'a-secret-to-keep' });
    expect(stdout.toString() + stderr).not.toContain('a-secret-to-keep');
  });
});
