import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { configText, type GeneratedSet } from '../../lab/generated-sets.ts';
import { type Outcome, Workplace } from '../../lab/program/plugin.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';
import { allows, type Policy, withAction, without } from './policy.ts';
import { policyOf } from './roles.ts';

/** What docs/retention.md says that its commands need. */
let server: TestServer;
let place: Workplace;
let policy: Policy;
beforeEach(async () => {
  server = await startTestServer({
    credentials: [
      {
        accessKeyId: 'testkey',
        secretAccessKey: 'testsecret',
        deny: (operation, key, facts) => !allows(policy, 'backups', operation, key, facts),
      },
    ],
  });
  place = new Workplace();
  for (const day of ['02', '03']) {
    const timestamp = `202601${day}030405`;
    const set: GeneratedSet = {
      timestamp,
      database: 'sales',
      kind: 'metadata-only',
      ending: 'good',
      bases: [],
    };
    const prefix = `${folderOf(timestamp)}/gpbackup_${timestamp}`;
    await server.objects.put('backups', `${prefix}_config.yaml`, configText(set));
    for (const kind of ['metadata.sql', 'toc.yaml', 'report'])
      await server.objects.put('backups', `${prefix}_${kind}`, 'x');
  }
  const initiated = new Date('2026-01-02T03:04:05Z');
  await server.objects.beginUpload('backups', `${folderOf('20260103030405')}/x`, { initiated });
});
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

function folderOf(timestamp: string): string {
  return `gp/test/backups/${timestamp.slice(0, 8)}/${timestamp}`;
}

async function run(command: string, ...args: readonly string[]): Promise<Outcome> {
  return await place.run([command, place.config(server), ...args]);
}

const EXPIRE = ['expire_backups', '--keep-full', '1', '--confirm'] as const;

describe('expire_backups', () => {
  test('works with the policy of Delete and s3:GetObject', async () => {
    policy = withAction(policyOf('Delete'), 's3:GetObject');
    const { exitCode, stdout } = await run(...EXPIRE);
    expect([exitCode, stdout.toString()]).toEqual([
      0,
      expect.stringContaining('\ndeleted 1 of 2 ') as unknown as string,
    ]);
  });

  test.each(['s3:GetObject', 's3:DeleteObject', 's3:ListBucket'])(
    'deletes nothing without %s',
    async (action) => {
      policy = without(withAction(policyOf('Delete'), 's3:GetObject'), action);
      await run(...EXPIRE);
      expect(server.objects.keys('backups').length).toBe(8);
    },
  );
});

test('rebuild_history works with s3:GetObject and s3:ListBucket', async () => {
  policy = policyOf('Restore');
  const { exitCode, stdout } = await run('rebuild_history', 'history.db');
  expect([exitCode, stdout.toString()]).toEqual([
    0,
    expect.stringContaining('added 2 backups') as unknown as string,
  ]);
});

test('delete_backup --dry-run works with the policy of Operator', async () => {
  policy = policyOf('Operator');
  const { exitCode, stdout } = await run('delete_backup', '20260103030405', '--dry-run');
  expect([exitCode, stdout.toString()]).toEqual([
    0,
    expect.stringContaining('would delete 4 objects, 321 B and 1 unfinished upload') as unknown as string,
  ]);
});

describe('abort_uploads', () => {
  const ACTIONS = ['s3:ListBucketMultipartUploads', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'];

  test('works with its three actions', async () => {
    policy = withAction(policyOf('Delete'), 's3:ListMultipartUploadParts');
    policy = without(without(policy, 's3:DeleteObject'), 's3:ListBucket');
    expect((await run('abort_uploads')).exitCode).toBe(0);
    expect(server.objects.uploads('backups')).toEqual([]);
  });

  test.each(ACTIONS)('removes nothing without %s', async (action) => {
    policy = without(withAction(policyOf('Delete'), 's3:ListMultipartUploadParts'), action);
    await run('abort_uploads');
    expect(server.objects.uploads('backups').length).toBe(1);
  });
});
