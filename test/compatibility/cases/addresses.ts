import { expect } from 'bun:test';
import { CreateBucketCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { BACKUP_DIR, someBytes, TIMESTAMP } from '../../../lab/program/plugin.ts';
import type { Case } from '../case.ts';
import { codeIn, sdkClient, type Trial } from '../trial.ts';
import { nameOf } from './sizes.ts';

const DATA = someBytes(8 * 1024 * 1024 + 5);
const [UNDER_PATH, UNDER_VIRTUAL] = [nameOf(1), nameOf(2)];

/** The endpoint by a name that a bucket can stand in front of: an address of digits has no such name. */
function namedEndpoint({ endpoint, domain = 'localhost' }: Trial['server']): string {
  const url = new URL(endpoint);
  if (/^[\d.]+$/.test(url.hostname)) url.hostname = domain;
  return url.origin;
}

/** Backs up under a config; where the server refuses, that is told with a hint. Gives the server's code then. */
async function tryBackup(trial: Trial, config: string, name: string): Promise<string | undefined> {
  const command = ['backup_data', config, `${BACKUP_DIR}/${name}`];
  const outcome = await trial.place.run(command, { stdin: DATA });
  if (outcome.exitCode === 0) {
    expect(outcome.stderr).toBe('');
    return undefined;
  }
  trial.expectTold(outcome, /./);
  return codeIn(outcome);
}

async function expectRestored(trial: Trial, config: string, name: string): Promise<void> {
  expect(Bun.hash(await trial.restore(config, name))).toBe(Bun.hash(DATA));
}

export const styles: Case = {
  id: 'styles',
  title: 'what is stored under one style of addresses is restored under the other',
  shows: ['path-style', 'virtual-style'],
  async check(trial) {
    const plain = trial.config();
    const path = trial.config({ url_style: 'path' }, 'path.yaml');
    const virtual = trial.config(
      { url_style: 'virtual', endpoint: namedEndpoint(trial.server) },
      'virtual.yaml',
    );
    const refusals = {
      path: await tryBackup(trial, path, UNDER_PATH),
      virtual:
        trial.server.domain === undefined
          ? 'no domain to set'
          : await tryBackup(trial, virtual, UNDER_VIRTUAL),
    };
    for (const name of await trial.keys(trial.prefix)) {
      const file = name.slice(trial.prefix.length);
      await expectRestored(trial, plain, file);
      if (refusals.path === undefined) await expectRestored(trial, path, file);
      if (refusals.virtual === undefined) await expectRestored(trial, virtual, file);
    }
    const stored = [refusals.path, refusals.virtual].filter((refusal) => refusal === undefined).length;
    expect(await trial.keys(trial.prefix)).toHaveLength(stored);
    expect(stored).toBeGreaterThan(0);
    for (const [capability, refusal] of [
      ['path-style', refusals.path],
      ['virtual-style', refusals.virtual],
    ] as const)
      trial.see(capability, refusal === undefined ? { value: 'yes' } : { value: 'no', fact: refusal });
  },
};

export const schemes: Case = {
  id: 'schemes',
  title: 'what is stored with the scheme in the endpoint is restored with `encryption` alone, and back',
  shows: ['https'],
  async check(trial) {
    const { protocol, host, origin } = new URL(trial.server.endpoint);
    const secure = protocol === 'https:';
    // Where the endpoint has a scheme, `encryption` has no say; only https:// with `off` is a contradiction.
    const written = trial.config({ endpoint: origin, encryption: 'on' }, 'written.yaml');
    const decided = trial.config({ endpoint: host, encryption: secure ? 'on' : 'off' }, 'decided.yaml');
    await trial.backup(written, UNDER_PATH, DATA);
    await expectRestored(trial, decided, UNDER_PATH);
    await trial.backup(decided, UNDER_VIRTUAL, DATA);
    await expectRestored(trial, written, UNDER_VIRTUAL);
    const other = trial.config({ endpoint: host, encryption: secure ? 'off' : 'on', retry_timeout: '2s' });
    const wrong = await trial.place.run(['restore_data', other, `${BACKUP_DIR}/${UNDER_PATH}`]);
    trial.expectTold(wrong, /encryption|https?/);
    trial.see('https', { value: secure ? 'yes' : 'untried' });
  },
};

export const endpointPath: Case = {
  id: 'endpoint-path',
  title: 'what is stored at an address with a path is restored at the one without, and back',
  shows: ['endpoint-path'],
  async check(trial) {
    const { pathEndpoint } = trial.server;
    if (pathEndpoint === undefined) {
      trial.see('endpoint-path', { value: 'untried' });
      return;
    }
    const [plain, inPath] = [trial.config(), trial.config({ endpoint: `${pathEndpoint}//` }, 'path.yaml')];
    await trial.backup(plain, UNDER_PATH, DATA);
    await expectRestored(trial, inPath, UNDER_PATH);
    await trial.backup(inPath, UNDER_VIRTUAL, DATA);
    await expectRestored(trial, plain, UNDER_VIRTUAL);
    await trial.succeed(['delete_backup', inPath, TIMESTAMP]);
    expect(await trial.keys(trial.prefix)).toEqual([]);
    trial.see('endpoint-path', { value: 'yes' });
  },
};

export const tenant: Case = {
  id: 'tenant',
  title: 'the bucket of a tenant is reached by whoever it lets in, and refused to others',
  shows: ['tenant'],
  async check(trial) {
    const { tenant: team } = trial.server;
    if (team === undefined) {
      trial.see('tenant', { value: 'untried' });
      return;
    }
    const bucket = 'of-a-tenant';
    const store = sdkClient({ ...trial.server, ...team });
    await store.send(new CreateBucketCommand({ Bucket: bucket }));
    const guest = trial.config({ bucket: `${team.name}:${bucket}` });
    const refused = await trial.place.run(['backup_data', guest, `${BACKUP_DIR}/${UNDER_PATH}`], {
      stdin: DATA,
    });
    trial.expectTold(refused, new RegExp(`policy .* ${team.name}:${bucket}`));
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: ['arn:aws:iam:::user/test'] },
          Action: ['s3:*'],
          Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
        },
      ],
    });
    await store.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
    store.destroy();
    // Whoever stores an object owns it on Ceph: the bucket's owner can not read what the guest has stored.
    await trial.backup(guest, UNDER_PATH, DATA);
    await expectRestored(trial, guest, UNDER_PATH);
    const { accessKeyId: aws_access_key_id, secretAccessKey: aws_secret_access_key } = team;
    const own = trial.config({ bucket, aws_access_key_id, aws_secret_access_key }, 'own.yaml');
    await trial.backup(own, UNDER_VIRTUAL, DATA);
    await expectRestored(trial, guest, UNDER_VIRTUAL);
    await trial.succeed(['setup_plugin_for_backup', guest, BACKUP_DIR, 'coordinator', '-1']);
    const list = await trial.succeed(['list_directory', guest]);
    expect(list.toString()).toContain(`${trial.prefix}${UNDER_PATH}`);
    await trial.succeed(['delete_backup', guest, TIMESTAMP]);
    trial.see('tenant', { value: 'yes' });
  },
};
