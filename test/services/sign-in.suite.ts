import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { type OidcIssuer, startOidcIssuer } from '../../lab/aws/oidc.ts';
import { BACKUP_DIR, type Outcome, PREFIX, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { type S3Server, startS3Server } from '../../lab/s3-server/server.ts';
import { ceph } from '../../lab/servers/ceph.ts';
import { installMetadataMock, startMetadataMock } from '../../lab/servers/ec2-metadata-mock.ts';
import { minio, startMinio } from '../../lab/servers/minio.ts';
import { addUser } from '../../lab/servers/minio-users.ts';
import { moto } from '../../lab/servers/moto.ts';
import type { RunningServer } from '../../lab/servers/server.ts';
import { sdkClient } from '../compatibility/trial.ts';
import { installed } from './installed.ts';

/** Signing in on real services: STS of MinIO, Ceph and moto, instance metadata of moto and of AWS's own program. */
const STARTING = 200_000;
const PATH = `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}_1`;

type Texts = Readonly<Record<string, string | undefined>>;

const NO_KEYS = { aws_access_key_id: undefined, aws_secret_access_key: undefined };

/** A backup and its restore. @returns both outcomes, the restored text and the access key ids in the log */
async function roundTrip(
  server: { readonly url: string },
  options: Texts,
  env: Readonly<Record<string, string>> = {},
): Promise<{ backup: Outcome; restore: Outcome; log: string }> {
  using place = new Workplace();
  const config = place.config(server, { logger_verbosity: 'debug', ...options });
  const all = { ...place.env, AWS_EC2_METADATA_DISABLED: 'true', ...env };
  const backup = await place.run(['backup_data', config, PATH], { stdin: '1,one\n', env: all });
  const restore = await place.run(['restore_data', config, PATH], { env: all });
  return { backup, restore, log: (await place.logLines()).join('\n') };
}

function expectWhole({ backup, restore }: { backup: Outcome; restore: Outcome }): void {
  expect([backup.exitCode, backup.stderr]).toEqual([0, '']);
  expect([restore.exitCode, restore.stderr, restore.stdout.toString()]).toEqual([0, '', '1,one\n']);
}

async function withBucket(server: RunningServer): Promise<RunningServer> {
  const client = sdkClient({ ...server, title: '' } as never);
  await client.send(new CreateBucketCommand({ Bucket: 'backups' }));
  client.destroy();
  return server;
}

function urlOf(server: RunningServer | undefined): { url: string } {
  if (server === undefined) throw new Error('it did not start');
  return { url: server.endpoint };
}

describe.skipIf(!(await installed(() => minio.install())))(minio.title, () => {
  const client = 'gpbackup';
  let server: RunningServer | undefined;
  let issuer: OidcIssuer | undefined;
  beforeAll(async () => {
    issuer = await startOidcIssuer();
    server = await withBucket(
      await startMinio({
        MINIO_IDENTITY_OPENID_CONFIG_URL: issuer.discovery,
        MINIO_IDENTITY_OPENID_CLIENT_ID: client,
        MINIO_IDENTITY_OPENID_ROLE_POLICY: 'readwrite',
      }),
    );
  }, STARTING);
  afterAll(async () => {
    await server?.stop();
    await issuer?.stop();
  });

  // MinIO takes any ARN: the session has the rights of its user.
  const role = { role_arn: 'arn:minio:iam:::role/any', role_session_duration: '15m' };

  test('AssumeRole with the keys of a user, at its own address', async () => {
    const at = urlOf(server);
    if (server === undefined) return;
    const { accessKeyId, secretAccessKey } = await addUser(server, 'gpbackup', [
      's3:PutObject',
      's3:GetObject',
      's3:ListBucket',
    ]);
    const keys = { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey };
    expectWhole(await roundTrip(at, { ...role, ...keys, sts_endpoint: at.url }));
  });

  test('AssumeRole with the keys of a process, and a wrong secret is refused in words', async () => {
    const at = urlOf(server);
    const answer = `{"Version":1,"AccessKeyId":"testkey","SecretAccessKey":"SECRET"}`;
    const options = (secret: string): Texts => ({
      ...role,
      ...NO_KEYS,
      sts_endpoint: at.url,
      credential_process: `printf %s '${answer.replace('SECRET', secret).replaceAll('"', '\\"')}'`,
    });
    expectWhole(await roundTrip(at, options('testsecret')));
    const { backup } = await roundTrip(at, options('wrong-secret'));
    expect(backup.stderr).toMatch(/role_arn: STS at 127.0.0.1:\d+, AssumeRole of .* failed: HTTP 403 \w+/);
    expect(backup.stderr).not.toContain('wrong-secret');
  });

  test('AssumeRoleWithWebIdentity with a token of an OpenID issuer', async () => {
    const at = urlOf(server);
    if (issuer === undefined) return;
    using place = new Workplace();
    const id = createHash('sha1').update(client).digest('base64url');
    const options = {
      ...NO_KEYS,
      role_arn: `arn:minio:iam:::role/${id}`,
      sts_endpoint: at.url,
      web_identity_token_file: place.write('token', issuer.token(client, 3600)),
    };
    expectWhole(await roundTrip(at, options));
    place.write('token', issuer.token('somebody-else', 3600));
    const { backup } = await roundTrip(at, options);
    expect(backup.stderr).toMatch(
      /web identity: STS at .* AssumeRoleWithWebIdentity .* failed: HTTP 4\d\d \w+/,
    );
  });
});

describe.skipIf(!(await installed(() => ceph.install())))(ceph.title, () => {
  let server: RunningServer | undefined;
  beforeAll(async () => {
    server = await withBucket(await ceph.start());
  }, STARTING);
  afterAll(async () => await server?.stop());

  test('AssumeRole of a role made by radosgw-admin, at its own address', async () => {
    const at = urlOf(server);
    const role = { role_arn: server?.roleArn, role_session_duration: '15m' };
    const { backup, restore, log } = await roundTrip(at, { ...role, sts_endpoint: at.url });
    expectWhole({ backup, restore });
    expect(log).toContain('HTTP 200');
    const other = { ...role, role_arn: 'arn:aws:iam:::role/nobody' };
    const refused = await roundTrip(at, { ...other, sts_endpoint: at.url });
    expect(refused.backup.stderr).toMatch(/role_arn: STS at .* failed: HTTP 4\d\d/);
  });
});

describe.skipIf(!(await installed(() => moto.install())))(moto.title, () => {
  let server: RunningServer | undefined;
  beforeAll(async () => {
    server = await withBucket(await moto.start());
  }, STARTING);
  afterAll(async () => await server?.stop());

  const role = { role_arn: 'arn:aws:iam::123456789012:role/backup', role_session_name: 'nightly' };

  test('AssumeRole and AssumeRoleWithWebIdentity', async () => {
    const at = urlOf(server);
    expectWhole(await roundTrip(at, { ...role, sts_endpoint: at.url }));
    using place = new Workplace();
    const web_identity_token_file = place.write('token', 'any-token');
    expectWhole(await roundTrip(at, { ...NO_KEYS, ...role, sts_endpoint: at.url, web_identity_token_file }));
  });

  test('instance metadata, and a role assumed with its keys', async () => {
    const at = urlOf(server);
    const env = { AWS_EC2_METADATA_DISABLED: 'false', AWS_EC2_METADATA_SERVICE_ENDPOINT: at.url };
    const options = { ...NO_KEYS, credential_source: 'instance' };
    expectWhole(await roundTrip(at, options, env));
    expectWhole(await roundTrip(at, { ...options, ...role, sts_endpoint: at.url }, env));
  });
});

describe.skipIf(!(await installed(installMetadataMock)))('amazon-ec2-metadata-mock', () => {
  const keys = {
    AccessKeyId: 'OFTHEROLE',
    SecretAccessKey: 'a-secret/of+the/role',
    Token: 'a-session-token/of+the/role==',
    Expiration: '2099-01-01T00:00:00Z',
  };
  let store: S3Server;
  beforeAll(async () => {
    store = await startS3Server({
      credentials: [
        { accessKeyId: keys.AccessKeyId, secretAccessKey: keys.SecretAccessKey, sessionToken: keys.Token },
      ],
    });
  });
  afterAll(async () => await store?.stop());

  test.each([
    ['both versions', false],
    ['version 2 alone', true],
  ])('gives keys by %s', async (_name, onlyV2) => {
    const mock = await startMetadataMock(keys, onlyV2);
    try {
      const env = { AWS_EC2_METADATA_DISABLED: 'false', AWS_EC2_METADATA_SERVICE_ENDPOINT: mock.url };
      expectWhole(await roundTrip(store, { ...NO_KEYS, credential_source: 'instance' }, env));
      expect(store.objects.keys('backups', PREFIX)).toHaveLength(1);
    } finally {
      await mock.stop();
    }
  });
});
