import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { type AnyHostProxy, startAnyHostProxy } from '../../lab/aws/any-host-proxy.ts';
import { startSts } from '../../lab/aws/sts.ts';
import { BACKUP_DIR, PREFIX, TIMESTAMP } from '../../lab/program/plugin.ts';
import { makeCertificate } from '../../lab/s3-server/certificate.ts';
import { keys, PATH, SignIn } from './sign-in-stage.ts';

/** Everything goes through this proxy, which leads each name to this machine: so it shows which hosts are asked. */
let proxy: AnyHostProxy;
const ports = new Map<string, number>();
beforeEach(async () => {
  ports.clear();
  proxy = await startAnyHostProxy((host) => ports.get(host));
});
afterEach(async () => await proxy.stop());

/** AWS in one region: S3 by http, since the store's options say so. */
async function awsIn(region: string, host: string): Promise<SignIn> {
  const stage = await SignIn.start({ region, domain: host });
  ports.set(`backups.${host}`, stage.server.port);
  ports.set(host, stage.server.port);
  return stage;
}

const LASTING = { AWS_ACCESS_KEY_ID: 'LASTING', AWS_SECRET_ACCESS_KEY: 'lasting-secret' };

function optionsOf(region: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { endpoint: '', region, encryption: 'off', http_proxy: proxy.url, retry_timeout: '60s', ...more };
}

describe('without an endpoint S3 is asked at', () => {
  test.each([
    ['eu-central-1', 'auto', 's3.dualstack.eu-central-1.amazonaws.com'],
    ['cn-north-1', 'auto', 's3.dualstack.cn-north-1.amazonaws.com.cn'],
    ['us-gov-west-1', 'auto', 's3.dualstack.us-gov-west-1.amazonaws.com'],
    ['us-iso-east-1', 'auto', 's3.us-iso-east-1.c2s.ic.gov'],
    ['eusc-de-east-1', 'auto', 's3.eusc-de-east-1.amazonaws.eu'],
    ['eu-central-1', 'off', 's3.eu-central-1.amazonaws.com'],
    ['us-iso-east-1', 'on', 's3.dualstack.us-iso-east-1.c2s.ic.gov'],
  ])('the region %s, dual_stack: %s: %s', async (region, dual_stack, host) => {
    await using stage = await awsIn(region, host);
    stage.expectStored(await stage.backup(LASTING, optionsOf(region, { dual_stack })));
    expect([...new Set(proxy.asked)]).toEqual([`backups.${host}:80`]);
  });

  test.each([
    ['us-east-1', { fips: 'on' }, 's3-fips.dualstack.us-east-1.amazonaws.com'],
    ['us-gov-west-1', { fips: 'on', dual_stack: 'off' }, 's3-fips.us-gov-west-1.amazonaws.com'],
    ['eu-central-1', { accelerate: 'on' }, 's3-accelerate.dualstack.amazonaws.com'],
    ['us-east-1', { accelerate: 'on', dual_stack: 'off' }, 's3-accelerate.amazonaws.com'],
  ])('the region %s, %p: %s', async (region, options, host) => {
    await using stage = await awsIn(region, host);
    stage.expectStored(await stage.backup(LASTING, optionsOf(region, options)));
    expect([...new Set(proxy.asked)]).toEqual([`backups.${host}:80`]);
    const [request, ...others] = stage.server.requests;
    expect(request?.headers.get('authorization')).toContain(`/${region}/s3/aws4_request`);
    expect(others).toEqual([]);
  });
});

test('an accelerated bucket in another region is found by one more request to the same host', async () => {
  const host = 's3-accelerate.dualstack.amazonaws.com';
  await using stage = await awsIn('ap-south-1', host);
  stage.expectStored(await stage.backup(LASTING, optionsOf('eu-central-1', { accelerate: 'on' })));
  expect([...new Set(proxy.asked)]).toEqual([`backups.${host}:80`]);
  expect(stage.server.requests.map(({ status }) => status)).toEqual([400, 200]);
});

describe('an access point is asked at a host of its own, by its', () => {
  const ARN = 'arn:aws:s3:us-west-2:123456789012:accesspoint/name';
  const ALIAS = 'name-hrzrlukc5m36ft7okagglf3gmwluquse1b-s3alias';

  test.each([
    [ARN, {}, 's3-accesspoint.dualstack.us-west-2.amazonaws.com', 'name-123456789012'],
    [ARN, { dual_stack: 'off' }, 's3-accesspoint.us-west-2.amazonaws.com', 'name-123456789012'],
    [ARN, { fips: 'on' }, 's3-accesspoint-fips.dualstack.us-west-2.amazonaws.com', 'name-123456789012'],
    [ARN, { endpoint: 'gw.example' }, 'gw.example', 'name-123456789012'],
    [ALIAS, { region: 'us-west-2' }, 's3.dualstack.us-west-2.amazonaws.com', ALIAS],
  ])('name %s, %p: %s', async (bucket, options, domain, label) => {
    await using stage = await SignIn.start({ region: 'us-west-2', domain, buckets: [label] });
    ports.set(`${label}.${domain}`, stage.server.port);
    const all = { ...optionsOf('', options), bucket };
    const file = stage.place.path('backups/20260102/20260102030405/gpbackup_20260102030405_toc.yaml');
    mkdirSync(dirname(file), { recursive: true });
    const run = async (...args: string[]): Promise<string> => {
      const [command = '', ...rest] = args;
      const env = { ...stage.place.env, ...LASTING };
      const outcome = await stage.place.run([command, stage.config(all), ...rest], { env, stdin: 'data' });
      expect([command, outcome.exitCode, outcome.stderr]).toEqual([command, 0, '']);
      return outcome.stdout.toString();
    };
    await run('setup_plugin_for_backup', BACKUP_DIR, 'coordinator', '-1');
    await run('backup_data', PATH);
    await Bun.write(file, 'content');
    await run('backup_file', file);
    await run('setup_plugin_for_restore', BACKUP_DIR, 'coordinator', '-1');
    expect(await run('restore_data', PATH)).toBe('data');
    expect(await run('list_directory')).toContain('gpbackup_20260102030405_toc.yaml');
    expect(await run('delete_backup', TIMESTAMP)).toContain(TIMESTAMP);
    expect(stage.server.objects.keys(label)).toEqual([]);
    expect([...new Set(proxy.asked)]).toEqual([`${label}.${domain}:80`]);
    const scopes = stage.server.requests.map(({ headers }) => headers.get('authorization') ?? '');
    expect(scopes.filter((scope) => !scope.includes('/us-west-2/s3/aws4_request'))).toEqual([]);
  });

  test('messages name it as the AWS CLI does, and its region is not looked for elsewhere', async () => {
    const domain = 's3-accesspoint.us-west-2.amazonaws.com';
    await using stage = await SignIn.start({ region: 'eu-west-1', domain, buckets: ['name-123456789012'] });
    ports.set(`name-123456789012.${domain}`, stage.server.port);
    const options = { ...optionsOf('', { dual_stack: 'off' }), bucket: ARN };
    const { exitCode, stderr } = await stage.backup(LASTING, options);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`s3://${ARN}/gp/test/backups/`);
    expect(stage.server.requests).toHaveLength(1);
  });
});

test('an endpoint that is a host of AWS stays as it is written', async () => {
  const host = 's3.eu-central-1.amazonaws.com';
  await using stage = await awsIn('eu-central-1', host);
  const options = { ...optionsOf('eu-central-1'), endpoint: `http://${host}` };
  stage.expectStored(await stage.backup(LASTING, options));
  expect([...new Set(proxy.asked)]).toEqual([`${host}:80`]);
});

describe('STS', () => {
  const CALLER = { id: 'CALLER', secret: 'secret-of-the-caller' };

  test.each([
    ['cn-north-1', 'auto', 's3.dualstack.cn-north-1.amazonaws.com.cn', 'sts.cn-north-1.amazonaws.com.cn'],
    ['us-gov-west-1', 'auto', 's3.dualstack.us-gov-west-1.amazonaws.com', 'sts.us-gov-west-1.amazonaws.com'],
    ['eu-central-1', 'off', 's3.eu-central-1.amazonaws.com', 'sts.eu-central-1.amazonaws.com'],
    ['eu-central-1', 'on', 's3.dualstack.eu-central-1.amazonaws.com', 'sts.eu-central-1.api.aws'],
    ['us-west-2', 'off', 's3-fips.us-west-2.amazonaws.com', 'sts-fips.us-west-2.amazonaws.com'],
    ['us-gov-west-1', 'off', 's3-fips.us-gov-west-1.amazonaws.com', 'sts.us-gov-west-1.amazonaws.com'],
  ])(
    'is asked in the region of the option (%s, dual_stack: %s, S3 at %s), through http_proxy, by ca_file',
    async (region, dual_stack, s3Host, stsHost) => {
      const fips = s3Host.includes('fips') ? 'on' : 'off';
      await using stage = await awsIn(region, s3Host);
      const certificate = await makeCertificate(stsHost, []);
      const sts = await stage.serving(startSts({ keys, caller: CALLER, region, certificate }));
      ports.set(stsHost, sts.port);
      const role = 'role_arn=arn:aws-cn:iam::123456789012:role/backup\nsource_profile=base';
      const base = `[profile base]\naws_access_key_id=${CALLER.id}\naws_secret_access_key=${CALLER.secret}`;
      const env = {
        AWS_REGION: 'us-east-1',
        AWS_CONFIG_FILE: stage.place.write('aws-config', `[default]\n${role}\nregion=us-east-1\n${base}\n`),
      };
      const ca_file = stage.place.write('ca.pem', certificate.certificate);
      stage.expectStored(await stage.backup(env, optionsOf(region, { ca_file, dual_stack, fips })));
      expect([...new Set(proxy.asked)]).toEqual([`${stsHost}:443`, `backups.${s3Host}:80`]);
      // Without the authority it is not trusted: nothing is sent to it.
      const asked = sts.calls.length;
      stage.server.requests.length = 0;
      const refused = await stage.backup(env, optionsOf(region, { dual_stack, fips }));
      await stage.expectRefused(refused, `STS at ${stsHost}, AssumeRole of`);
      expect(sts.calls).toHaveLength(asked);
      expect(stage.server.objects.keys('backups', PREFIX)).toHaveLength(1);
    },
  );

  test('is not asked at all where the region has no FIPS host for it', async () => {
    await using stage = await awsIn('ca-central-1', 's3-fips.dualstack.ca-central-1.amazonaws.com');
    const role = '[default]\nrole_arn=arn:aws:iam::123456789012:role/backup\nsource_profile=base';
    const base = '[profile base]\naws_access_key_id=CALLER\naws_secret_access_key=secret-of-the-caller';
    const env = { AWS_CONFIG_FILE: stage.place.write('aws-config', `${role}\n${base}\n`) };
    const refused = await stage.backup(env, optionsOf('ca-central-1', { fips: 'on' }));
    await stage.expectRefused(refused, 'STS has no FIPS host in the region "ca-central-1"', 'sts_endpoint');
    expect(proxy.asked).toEqual([]);
  });
});
