import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { Workplace } from '../../lab/program/plugin.ts';
import { loadConfig } from '../../src/config/load.ts';
import { givesTemporaryKeys, type SignInFacts, signInId } from '../../src/session/sign-in-id.ts';

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => place[Symbol.dispose]());

type Options = Readonly<Record<string, string>>;

const NO_KEYS = { aws_access_key_id: undefined, aws_secret_access_key: undefined };
const KEYS = { aws_access_key_id: 'ID', aws_secret_access_key: 'secret' };
const ROLE = { role_arn: 'arn:aws:iam::123456789012:role/backup' };

async function factsOf(options: Options, environment: Options = {}): Promise<SignInFacts> {
  const path = place.config({ url: 'http://127.0.0.1:1' }, { ...NO_KEYS, ...options });
  const { signal } = new AbortController();
  const { connection } = await loadConfig(path, { environment, signal });
  const { signIn } = connection;
  if (signIn.from === 'file') throw new Error('the keys are in the file');
  return { signIn, connection, region: undefined, environment: { HOME: place.home, ...environment } };
}

async function idOf(options: Options, environment?: Options): Promise<string> {
  return signInId(await factsOf(options, environment));
}

const PROCESS = { credential_process: '/bin/give --keys' };

describe('the id of a sign-in', () => {
  test.each<readonly [string, Options, Options]>([
    ['source', {}, { credential_source: 'instance' }],
    ['role', ROLE, { role_arn: `${ROLE.role_arn}2` }],
    ['session name', ROLE, { ...ROLE, role_session_name: 'another' }],
    ['external id', ROLE, { ...ROLE, role_external_id: 'another' }],
    ['duration', ROLE, { ...ROLE, role_session_duration: '2h' }],
    ['address of STS', ROLE, { ...ROLE, sts_endpoint: 'https://sts.example.com' }],
    ['key', { ...ROLE, ...KEYS }, { ...ROLE, ...KEYS, aws_access_key_id: 'OTHER' }],
    ['secret', { ...ROLE, ...KEYS }, { ...ROLE, ...KEYS, aws_secret_access_key: 'other' }],
    [
      'session token',
      { ...ROLE, ...KEYS, aws_session_token: 'one' },
      { ...ROLE, ...KEYS, aws_session_token: 'other' },
    ],
    ['command', PROCESS, { credential_process: '/bin/give --other' }],
    ['profile', { aws_profile: 'one' }, { aws_profile: 'other' }],
    ['token file', ROLE, { ...ROLE, web_identity_token_file: '/var/token' }],
    ['region', { region: 'us-east-1' }, { region: 'eu-west-1' }],
    ['CA', {}, { ca_file: '/etc/ca.pem' }],
    ['proxy', {}, { http_proxy: 'http://proxy:3128' }],
  ])('is another one with another %s', async (_title, one, other) => {
    expect(await idOf(one)).toMatch(/^[0-9a-f]{32}$/);
    expect(await idOf(one)).not.toBe(await idOf(other));
  });

  test.each<readonly [string, Options]>([
    ['AWS_PROFILE', { AWS_PROFILE: 'another' }],
    ['AWS_ROLE_ARN', { AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/another' }],
    ['AWS_SESSION_TOKEN', { AWS_SESSION_TOKEN: 'another' }],
    ['AWS_EC2_METADATA_SERVICE_ENDPOINT', { AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://[::1]:1' }],
    ['a variable that no source reads yet', { AWS_SOMETHING: 'x' }],
    ['HTTPS_PROXY', { HTTPS_PROXY: 'http://proxy:3128' }],
    ['https_proxy', { https_proxy: 'http://proxy:3128' }],
    ['SSL_CERT_FILE', { SSL_CERT_FILE: '/etc/ca.pem' }],
    ['HOME', { HOME: '/home/another' }],
  ])('is another one with another %s in the environment', async (_title, environment) => {
    expect(await idOf({}, environment)).not.toBe(await idOf({}));
  });

  test.each<readonly [string, Options, string]>([
    ['the credentials file', {}, '.aws/credentials'],
    ['the config file', {}, '.aws/config'],
    ['the file that an option names', { aws_config_file: '~/mine' }, 'mine'],
  ])('is another one when %s changes', async (_title, options, name) => {
    const missing = await idOf(options);
    await Bun.write(place.path(name), '[default]\nrole_arn = x\n');
    const first = await idOf(options);
    await Bun.write(place.path(name), '[default]\nrole_arn = y\n');
    const second = await idOf(options);
    expect(new Set([missing, first, second]).size).toBe(3);
  });

  test('depends on PATH only where a command is searched for in it', async () => {
    const path = { PATH: '/opt/bin' };
    expect(await idOf({}, path)).toBe(await idOf({}));
    expect(await idOf(PROCESS, path)).toBe(await idOf(PROCESS));
    const searched = { credential_process: 'give --keys' };
    expect(await idOf(searched, path)).not.toBe(await idOf(searched));
    await Bun.write(place.path('.aws/config'), '[default]\ncredential_process = give\n');
    expect(await idOf({}, path)).not.toBe(await idOf({}));
  });

  test.each<readonly [string, Options, Options]>([
    ['what Greenplum sets', {}, { GP_SEGMENT_ID: '1', PGPORT: '6000', LD_LIBRARY_PATH: '/x' }],
    ['the bucket', { bucket: 'another' }, {}],
    ['the folder', { folder: 'another' }, {}],
    ['the log', { logger_verbosity: 'debug' }, {}],
  ])('is the same whatever %s is', async (_title, options, environment) => {
    expect(await idOf(options, environment)).toBe(await idOf({}));
  });
});

describe('keys can be temporary', () => {
  const own = { AWS_ACCESS_KEY_ID: 'ID', AWS_SECRET_ACCESS_KEY: 'secret' };

  test.each<readonly [string, boolean, Options, Options]>([
    ['of the host', true, {}, {}],
    ['of a role', true, { ...KEYS, ...ROLE }, {}],
    ['of a role, by keys of the environment', true, ROLE, own],
    ['of a profile', true, { aws_profile: 'one' }, own],
    ['of a command', true, PROCESS, own],
    ['of a token', true, { ...ROLE, web_identity_token_file: '/token' }, {}],
    ['of the environment by name', false, { credential_source: 'environment' }, {}],
    ['of the environment', false, {}, own],
    ['of the environment by its older names', false, {}, { AWS_ACCESS_KEY: 'ID', AWS_SECRET_KEY: 'secret' }],
    ['of half an environment', true, {}, { AWS_ACCESS_KEY_ID: 'ID', AWS_SECRET_ACCESS_KEY: '' }],
  ])('%s: %p', async (_title, expected, options, environment) => {
    expect(givesTemporaryKeys(await factsOf(options, environment))).toBe(expected);
  });
});
