import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import {
  CreateBucketCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { type Outcome, Workplace } from '../../lab/program/plugin.ts';
import { ceph } from '../../lab/servers/ceph.ts';
import { minio } from '../../lab/servers/minio.ts';
import { seaweedfs } from '../../lab/servers/seaweedfs.ts';
import type { RunningServer, ServerProgram } from '../../lab/servers/server.ts';
import { versitygw } from '../../lab/servers/versitygw.ts';
import { badLines } from '../program/check-stage.ts';
import { installed } from './installed.ts';

/**
 * What `check` sees of the settings of buckets on real servers: few know all of them, and none may be taken for a
 * failure.
 */
const LONG = 300_000;

interface Knows {
  readonly server: ServerProgram;
  /** Rules for unfinished uploads. MinIO refuses them: it removes uploads by itself. */
  readonly abortRules: boolean;
  /** Rules for old versions. */
  readonly versionRules: boolean;
  readonly publicPolicies: boolean;
}

const SERVERS: readonly Knows[] = [
  { server: minio, abortRules: false, versionRules: true, publicPolicies: true },
  { server: versitygw, abortRules: false, versionRules: false, publicPolicies: true },
  { server: seaweedfs, abortRules: true, versionRules: true, publicPolicies: false },
  { server: ceph, abortRules: true, versionRules: true, publicPolicies: true },
];

/** The start of each line that is not in order. */
function kinds(outcome: Outcome): string[] {
  return badLines(outcome).map((line) => line.split(' ').slice(0, 2).join(' '));
}

for (const { server, abortRules, versionRules, publicPolicies } of SERVERS) {
  const isThere = await installed(() => server.install());

  describe.skipIf(!isThere)(server.title, () => {
    let running: RunningServer;
    let place: Workplace;
    let store: S3Client;
    beforeAll(async () => {
      running = await server.start();
      place = new Workplace();
      const { endpoint, region, accessKeyId, secretAccessKey } = running;
      const credentials = { accessKeyId, secretAccessKey };
      store = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    }, LONG);
    afterAll(async () => {
      place[Symbol.dispose]();
      await running.stop();
    }, LONG);

    async function bucket(Bucket: string, locked = false): Promise<string> {
      await store.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: locked }));
      return Bucket;
    }

    async function check(name: string, flags: readonly string[] = []): Promise<Outcome> {
      const { endpoint, region, accessKeyId, secretAccessKey } = running;
      const options = {
        region,
        aws_access_key_id: accessKeyId,
        aws_secret_access_key: secretAccessKey,
        bucket: name,
      };
      return await place.run(['check', place.config({ url: endpoint }, options), ...flags]);
    }

    test('nothing is a failure, and nothing stays', async () => {
      const name = await bucket('plain');
      const outcome = await check(name, ['--write']);
      expect(kinds(outcome).filter((line) => !['warn lifecycle', 'warn last'].includes(line))).toEqual([]);
      expect(outcome.stdout.toString()).toMatch(/^ok {4}delete +what was stored is deleted$/m);
      expect(outcome.stdout.toString()).toMatch(/^ok {4}clock /m);
      const again = await place.run(['list_directory', place.path('config.yaml')]);
      expect(again.stdout.toString()).not.toContain('check');
    });

    test('a bucket that keeps old versions for ever', async () => {
      const Bucket = await bucket('versioned');
      const VersioningConfiguration = { Status: 'Enabled' } as const;
      await store.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
      const outcome = await check(Bucket, ['--write']);
      expect(outcome.stdout.toString()).toMatch(
        /^warn {2}versioning +on, and no rule|^ok {4}versioning +can't be/m,
      );
      expect(outcome.stdout.toString()).toMatch(
        /^ok {4}delete +what was stored is deleted, with its versions$/m,
      );
      if (!versionRules) return;
      const Rules = [
        {
          ID: 'versions',
          Status: 'Enabled',
          Filter: { Prefix: '' },
          NoncurrentVersionExpiration: { NoncurrentDays: 7 },
        } as const,
      ];
      await store.send(
        new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }),
      );
      expect(kinds(await check(Bucket))).not.toContain('warn versioning');
    });

    test.skipIf(!abortRules)('a rule for unfinished uploads, and one that deletes backups', async () => {
      const Bucket = await bucket('ruled');
      const Rules = [
        {
          ID: 'uploads',
          Status: 'Enabled',
          Filter: { Prefix: '' },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
        } as const,
        { ID: 'tidy', Status: 'Enabled', Filter: { Prefix: 'gp/' }, Expiration: { Days: 30 } } as const,
      ];
      await store.send(
        new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }),
      );
      const shown = (await check(Bucket)).stdout.toString();
      expect(shown).toMatch(/^ok {4}lifecycle +unfinished uploads are removed after 7 days$/m);
      expect(shown).toMatch(/^warn {2}lifecycle +the rule "tidy" deletes backups after 30 days/m);
    });

    test('a default retention', async () => {
      const Bucket = await bucket('locked', true);
      const Rule = { DefaultRetention: { Mode: 'GOVERNANCE', Days: 1 } } as const;
      const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled', Rule } as const;
      await store.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }));
      const outcome = await check(Bucket, ['--write']);
      expect(outcome.stdout.toString()).toMatch(/^ok {4}object lock +new objects are locked for 1 days/m);
      expect(outcome.stdout.toString()).toContain('a large object would stay for 1 days');
      expect(kinds(outcome).filter((line) => line.startsWith('FAIL'))).toEqual([]);
    });

    test.skipIf(!publicPolicies)('a public bucket', async () => {
      const Bucket = await bucket('public');
      const Statement = [
        {
          Effect: 'Allow',
          Principal: { AWS: ['*'] },
          Action: ['s3:GetObject'],
          Resource: [`arn:aws:s3:::${Bucket}/*`],
        },
      ];
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
      await store.send(new PutBucketPolicyCommand({ Bucket, Policy }));
      await store.send(new PutObjectCommand({ Bucket, Key: 'gp/test/x', Body: 'x' }));
      expect(kinds(await check(Bucket))).toContain('FAIL public');
    });

    test('wrong keys and a bucket that is not there', async () => {
      expect((await check('nowhere')).exitCode).not.toBe(0);
      const { endpoint, region } = running;
      const options = { region, bucket: 'plain', aws_secret_access_key: 'not-the-secret-at-all' };
      const { exitCode, stdout } = await place.run(['check', place.config({ url: endpoint }, options)]);
      expect(exitCode).not.toBe(0);
      expect(stdout.toString()).not.toContain('not-the-secret-at-all');
    });
  });
}
