import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { type AnyHostProxy, startAnyHostProxy } from '../../lab/aws/any-host-proxy.ts';
import { startSts } from '../../lab/aws/sts.ts';
import { PREFIX } from '../../lab/program/plugin.ts';
import { makeCertificate } from '../../lab/s3-server/certificate.ts';
import { keys, SignIn } from './sign-in-stage.ts';

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
  ])(
    'is asked in the region of the option (%s, dual_stack: %s), through http_proxy, by ca_file',
    async (region, dual_stack, s3Host, stsHost) => {
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
      stage.expectStored(await stage.backup(env, optionsOf(region, { ca_file, dual_stack })));
      expect([...new Set(proxy.asked)]).toEqual([`${stsHost}:443`, `backups.${s3Host}:80`]);
      // Without the authority it is not trusted: nothing is sent to it.
      const asked = sts.calls.length;
      stage.server.requests.length = 0;
      const refused = await stage.backup(env, optionsOf(region, { dual_stack }));
      await stage.expectRefused(refused, `STS at ${stsHost}, AssumeRole of`);
      expect(sts.calls).toHaveLength(asked);
      expect(stage.server.objects.keys('backups', PREFIX)).toHaveLength(1);
    },
  );
});
