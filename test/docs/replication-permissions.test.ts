import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { someBytes, Workplace } from '../../lab/program/plugin.ts';
import type { Credential } from '../../lab/s3-server/server.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';
import { actionsOf, allows, type Policy, without } from './policy.ts';
import { policyOf } from './roles.ts';

/** The policies of "Replication" in docs/permissions.md, against a server that allows what they allow and no more. */
const NONE: Policy = { Statement: [] };
const FIRST = policyOf('Replication');
const SECOND: Policy = JSON.parse(
  JSON.stringify(policyOf('At the second site')).replaceAll('COPIES', 'copies'),
) as Policy;
const TIMESTAMP = '20260102030405';
const PREFIX = `gp/test/backups/20260102/${TIMESTAMP}/`;
const LARGE = someBytes(9 * 1024 * 1024);

let server: TestServer;
let place: Workplace;
/** Of the users of both sites. */
let granted: Record<string, Policy>;

function user(name: string): Credential {
  return {
    accessKeyId: `${name}key`,
    secretAccessKey: `${name}secret`,
    deny: (operation, key, facts) =>
      !allows(granted[name] ?? NONE, facts.bucket ?? 'backups', operation, key, facts),
  };
}

beforeEach(async () => {
  granted = {};
  place = new Workplace();
  server = await startTestServer({
    buckets: ['backups', 'copies'],
    credentials: [user('test'), user('other')],
  });
  await server.objects.put('backups', `${PREFIX}gpbackup_${TIMESTAMP}_report`, 'report');
  await server.objects.put('backups', `${PREFIX}gpbackup_0_${TIMESTAMP}`, LARGE);
});
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

/** Whether all objects are at the second site, and an interrupted run left nothing. */
async function replicates(options: Readonly<Record<string, string>> = {}): Promise<boolean> {
  const config = place.config(server, { remote_bucket: 'copies', ...options });
  const { exitCode } = await place.run(['replicate_backup', config, TIMESTAMP]);
  return exitCode === 0 && server.objects.keys('copies').length === 2;
}

const OF_ITS_OWN = { remote_aws_access_key_id: 'otherkey', remote_aws_secret_access_key: 'othersecret' };

const both = (one: Policy, other: Policy): Policy => ({
  Statement: [...one.Statement, ...other.Statement],
});

describe('one user of both sites', () => {
  test('the policies suffice, and the server copies', async () => {
    granted = { test: both(FIRST, SECOND) };
    expect(await replicates()).toBe(true);
    expect(
      server.requests.some(({ operation, status }) => operation === 'CopyObject' && status === 200),
    ).toBe(true);
  });

  test.each(['s3:GetObject', 's3:ListBucket'])('%s is needed at the first site', async (action) => {
    granted = { test: both(without(FIRST, action), SECOND) };
    expect(await replicates()).toBe(false);
  });

  test.each(['s3:PutObject', 's3:GetObject', 's3:ListBucket'])(
    '%s is needed at the second',
    async (action) => {
      granted = { test: both(FIRST, without(SECOND, action)) };
      expect(await replicates()).toBe(false);
    },
  );
});

describe('users of their own', () => {
  test('the policies suffice, and the bytes go through this host', async () => {
    granted = { test: FIRST, other: SECOND };
    expect(await replicates(OF_ITS_OWN)).toBe(true);
    expect(
      server.requests.some(({ operation, status }) => operation === 'CopyObject' && status === 200),
    ).toBe(false);
  });

  test('s3:AbortMultipartUpload is needed to remove what could not be completed', async () => {
    server.faults.add({
      when: { operation: 'UploadPart', partNumber: 2, times: 2 },
      do: { kind: 'answer', status: 400, code: 'EntityTooLarge' },
    });
    granted = { test: FIRST, other: SECOND };
    expect(await replicates(OF_ITS_OWN)).toBe(false);
    expect(server.objects.uploads('copies').length).toBe(0);
    granted = { test: FIRST, other: without(SECOND, 's3:AbortMultipartUpload') };
    expect(await replicates(OF_ITS_OWN)).toBe(false);
    expect(server.objects.uploads('copies').length).toBe(1);
  });

  test('every action of the policies is one of these', () => {
    expect([actionsOf(FIRST), actionsOf(SECOND)]).toEqual([
      ['s3:GetObject', 's3:ListBucket'],
      ['s3:PutObject', 's3:AbortMultipartUpload', 's3:GetObject', 's3:ListBucket'],
    ]);
  });

  test('deleting needs what "Delete" has, at the second site alone', async () => {
    granted = { test: FIRST, other: SECOND };
    expect(await replicates(OF_ITS_OWN)).toBe(true);
    const remove = JSON.parse(JSON.stringify(policyOf('Delete')).replaceAll('backups', 'copies')) as Policy;
    const config = place.config(server, { remote_bucket: 'copies', ...OF_ITS_OWN });
    granted = { other: without(remove, 's3:DeleteObject') };
    expect((await place.run(['delete_replica', config, TIMESTAMP])).exitCode).not.toBe(0);
    granted = { other: remove };
    expect((await place.run(['delete_replica', config, TIMESTAMP])).exitCode).toBe(0);
    expect(server.objects.keys('copies')).toEqual([]);
  });

  test('failover needs what "Restore" has, at both sites', async () => {
    const restore = policyOf('Restore');
    const other = JSON.parse(JSON.stringify(restore).replaceAll('backups', 'copies')) as Policy;
    granted = { test: FIRST, other: SECOND };
    expect(await replicates(OF_ITS_OWN)).toBe(true);
    await server.objects.delete('backups', `${PREFIX}gpbackup_0_${TIMESTAMP}`);
    granted = { test: restore, other };
    const options = { remote_bucket: 'copies', restore_failover: 'on', ...OF_ITS_OWN };
    const path = `/data/backups/20260102/${TIMESTAMP}/gpbackup_0_${TIMESTAMP}`;
    const { exitCode, stdout } = await place.run(['restore_data', place.config(server, options), path]);
    expect([exitCode, stdout.length]).toEqual([0, LARGE.length]);
  });
});
