import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { startContainer, startMetadata } from '../../lab/aws/metadata.ts';
import type { Service, ServiceFault } from '../../lab/aws/service.ts';
import { outcomeOf, PREFIX } from '../../lab/program/plugin.ts';
import { until } from '../../lab/program/until.ts';
import { containerEnv, keys, metadataEnv, PATH, SECRET, SignIn, TOKEN } from './sign-in-stage.ts';

let stage: SignIn;
beforeEach(async () => {
  stage = await SignIn.start();
});
afterEach(async () => await stage[Symbol.asyncDispose]());

describe('instance metadata', () => {
  const FAULTS: readonly (readonly [string, readonly (ServiceFault | undefined)[]])[] = [
    ['one 429', [{ status: 429 }]],
    ['one 500', [{ status: 500 }]],
    ['one 500 to the question for the keys', [undefined, undefined, { status: 500 }]],
    ['one reset', ['reset']],
    ['a reset of the question for the role', [undefined, 'reset']],
    ['silence to the first question', ['silence']],
  ];

  test.each(FAULTS)('%s is got over', async (_name, faults) => {
    const service = await stage.serving(startMetadata(keys));
    service.faults.push(...faults);
    stage.expectStored(await stage.backup(metadataEnv(service)));
    expect(service.calls.length).toBeGreaterThan(3);
  });

  test('that takes longer for each answer than the first wait is waited for', async () => {
    const service = await stage.serving(startMetadata(keys, { latency: 1500 }));
    stage.expectStored(await stage.backup(metadataEnv(service)));
  });

  test('that has forgotten its token is asked for another one', async () => {
    const asked = (): number => service.calls.length;
    const token = (): string => (asked() < 2 ? 'one' : 'another');
    const service: Service = await stage.serving(startMetadata(keys, { token }));
    stage.expectStored(await stage.backup(metadataEnv(service)));
    expect(service.calls.map(({ method }) => method)).toEqual(['PUT', 'GET', 'PUT', 'GET', 'GET']);
  });

  test('32 processes at once get keys of one that takes four requests at a time', async () => {
    const service = await stage.serving(startMetadata(keys, { mostAtOnce: 4, latency: 20 }));
    const config = stage.config();
    const env = { ...stage.place.env, ...metadataEnv(service) };
    const outcomes = await Promise.all(
      Array.from({ length: 32 }, (_, index) =>
        stage.place.run(['backup_data', config, `${PATH}${index}`], { stdin: 'data', env }),
      ),
    );
    expect(outcomes.filter(({ exitCode, stderr }) => exitCode !== 0 || stderr !== '')).toEqual([]);
    expect(stage.server.objects.keys('backups', PREFIX)).toHaveLength(32);
  });

  test('that has no tokens is asked without (IMDSv1)', async () => {
    const service = await stage.serving(startMetadata(keys, { speaks: 'v1' }));
    stage.expectStored(await stage.backup(metadataEnv(service)));
    expect(service.calls.map(({ method }) => method)).toEqual(['PUT', 'GET', 'GET']);
  });

  test('that has no tokens is asked no further where that is forbidden', async () => {
    const service = await stage.serving(startMetadata(keys, { speaks: 'v1' }));
    const env = { ...metadataEnv(service), AWS_EC2_METADATA_V1_DISABLED: 'true' };
    await stage.expectRefused(await stage.backup(env), 'HTTP 404', 'AWS_EC2_METADATA_V1_DISABLED');
    expect(service.calls.map(({ method }) => method)).toEqual(['PUT']);
  });

  test('that answers the token with silence: the hint names the hop limit, nothing is asked without', async () => {
    const service = await stage.serving(startMetadata(keys, { speaks: 'v1 and v2' }));
    service.faults.push(...Array.from({ length: 50 }, () => 'silence' as const));
    const outcome = await stage.backup(metadataEnv(service), { retry_timeout: '2s' });
    await stage.expectRefused(
      outcome,
      `instance: instance metadata at ${service.url} failed`,
      'ESTALLED',
      'hop limit',
    );
    expect(new Set(service.calls.map(({ method }) => method))).toEqual(new Set(['PUT']));
  });

  test('without a role says so', async () => {
    const service = await stage.serving(startMetadata(keys));
    service.faults.push(undefined, { status: 404 });
    await stage.expectRefused(
      await stage.backup(metadataEnv(service)),
      'HTTP 404',
      'HINT: set aws_access_key_id',
      'attach an IAM role',
    );
  });

  test('is never asked through a proxy', async () => {
    const service = await stage.serving(startMetadata(keys));
    const env = {
      ...metadataEnv(service),
      http_proxy: 'http://127.0.0.1:1',
      HTTP_PROXY: 'http://127.0.0.1:1',
    };
    await stage.backup({ ...env, NO_PROXY: 'none' }, { retry_timeout: '1s' });
    await stage.backup(metadataEnv(service), { http_proxy: 'http://127.0.0.1:1', retry_timeout: '1s' });
    expect(service.calls.map(({ path }) => path).filter((path) => path === '/latest/api/token')).toHaveLength(
      2,
    );
  });
});

test('SIGTERM ends the wait for instance metadata', async () => {
  const service = await stage.serving(startMetadata(keys));
  service.faults.push(...Array.from({ length: 50 }, () => 'silence' as const));
  const env = { ...stage.place.env, ...metadataEnv(service) };
  const child = stage.place.start(['backup_data', stage.config(), PATH], { stdin: 'data', env });
  await until(() => service.calls.length > 0);
  child.kill('SIGTERM');
  expect((await outcomeOf(child)).exitCode).toBe(143);
});

describe('container credentials', () => {
  test('with a token of a file, after one 500 and one reset', async () => {
    const service = await stage.serving(startContainer(keys, () => 'a-container-token'));
    service.faults.push({ status: 500 }, 'reset');
    const file = stage.place.write('token', 'a-container-token\n');
    stage.expectStored(
      await stage.backup({ ...containerEnv(service), AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file }),
    );
  });

  test('that refuse the token say why, and the token is not in it', async () => {
    const service = await stage.serving(startContainer(keys, () => 'another'));
    const env = { ...containerEnv(service), AWS_CONTAINER_AUTHORIZATION_TOKEN: 'a-container-token' };
    const outcome = await stage.backup(env);
    await stage.expectRefused(
      outcome,
      'container: container credentials at',
      'HTTP 403',
      'the token is not valid',
    );
    expect(outcome.stderr).not.toContain('a-container-token');
  });

  test('that have expired are refused with the time', async () => {
    const service = await stage.serving(
      startContainer(() => ({ ...keys(), Expiration: '2020-01-01T00:00:00Z' })),
    );
    await stage.expectRefused(
      await stage.backup(containerEnv(service)),
      'expired on 2020-01-01T00:00:00.000Z',
    );
  });

  test('of an http address elsewhere are not asked for', async () => {
    const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://192.0.2.1/x' };
    await stage.expectRefused(await stage.backup(env), 'http://192.0.2.1 must be https');
  });
});

describe('no source at all', () => {
  test('the message says what each said, in AWS order', async () => {
    const outcome = await stage.backup({});
    const order = [
      'environment: AWS_ACCESS_KEY_ID not set',
      'profile: "default" is not in',
      'web identity: AWS_WEB_IDENTITY_TOKEN_FILE not set',
      'container: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and _FULL_URI not set',
      'instance: switched off by AWS_EC2_METADATA_DISABLED',
    ];
    await stage.expectRefused(outcome, ...order, 'HINT: set aws_access_key_id');
    const places = order.map((words) => outcome.stderr.indexOf(words));
    expect(places).toEqual(places.toSorted((left, right) => left - right));
  });

  test('half of the keys in the environment is said', async () => {
    const outcome = await stage.backup({ AWS_ACCESS_KEY_ID: 'LASTING' });
    await stage.expectRefused(outcome, 'environment: AWS_ACCESS_KEY_ID set without AWS_SECRET_ACCESS_KEY');
  });

  test('the environment comes before the profile', async () => {
    const file = stage.place.write(
      'aws-config',
      '[default]\naws_access_key_id=WRONG\naws_secret_access_key=x\n',
    );
    const env = { AWS_ACCESS_KEY_ID: 'LASTING', AWS_SECRET_ACCESS_KEY: 'lasting-secret' };
    stage.expectStored(await stage.backup({ ...env, AWS_CONFIG_FILE: file }));
  });

  test('temporary keys of the environment are sent with their token', async () => {
    const env = { AWS_ACCESS_KEY_ID: 'OFTHEROLE', AWS_SECRET_ACCESS_KEY: SECRET };
    stage.expectStored(await stage.backup({ ...env, AWS_SESSION_TOKEN: TOKEN }));
  });

  test('keys of the environment that have expired are refused with the time', async () => {
    const env = {
      AWS_ACCESS_KEY_ID: 'LASTING',
      AWS_SECRET_ACCESS_KEY: 'lasting-secret',
      AWS_CREDENTIAL_EXPIRATION: '2020-01-01T00:00:00Z',
    };
    const words = 'AWS_CREDENTIAL_EXPIRATION: keys that expired on 2020-01-01T00:00:00.000Z';
    await stage.expectRefused(await stage.backup(env), words);
  });
});
