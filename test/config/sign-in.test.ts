import { describe, expect, test } from 'bun:test';
import { configOf, problemsOf } from './sample.ts';

const KEYS = { aws_access_key_id: 'id', aws_secret_access_key: 'secret' };
const ROLE = { role_arn: 'arn:aws:iam::123456789012:role/backup' };
const TOKEN = { web_identity_token_file: '/var/token' };
const PROCESS = { credential_process: '/opt/keys' };
const PROFILE = { aws_profile: 'work' };

type Options = Readonly<Record<string, string | undefined>>;

describe('the sign-in', () => {
  test.each<[Options, 'file' | 'host']>([
    [KEYS, 'file'],
    [{ ...KEYS, credential_source: 'keys' }, 'file'],
    [{ ...KEYS, ...ROLE }, 'host'],
    [{ ...KEYS, credential_source: 'instance' }, 'host'],
    [{}, 'host'],
  ])('with %p takes the keys of the %s', async (options, from) =>
    expect((await configOf(options)).connection.signIn.from).toBe(from),
  );

  test.each<Options>([
    { ...ROLE, ...TOKEN },
    { ...ROLE, ...PROCESS },
    {
      ...ROLE,
      ...PROFILE,
      role_external_id: 'ours',
      role_session_name: 'nightly',
      role_session_duration: '2h',
    },
    { ...ROLE, credential_source: 'web_identity' },
    { credential_source: 'web_identity' },
    { ...ROLE, ...TOKEN, ...PROCESS, credential_source: 'web_identity' },
    { ...PROFILE, ...PROCESS, credential_source: 'process' },
    { ...KEYS, ...ROLE, credential_source: 'role' },
    { aws_config_file: '/etc/aws', ...PROCESS },
  ])('takes %p', async (options) => expect(await problemsOf(options)).toEqual([]));

  test.each<[Options, string]>([
    [{ credential_source: 'role' }, 'option "credential_source" is "role": needs "role_arn"'],
    [{ credential_source: 'process' }, 'option "credential_source" is "process": needs "credential_process"'],
    [{ credential_source: 'keys' }, 'option "credential_source" is "keys": needs "aws_access_key_id"'],
    [TOKEN, '"web_identity_token_file" needs "role_arn"'],
    [
      { role_external_id: 'ours', role_session_name: 'nightly', role_session_duration: '2h' },
      '"role_external_id", "role_session_name" and "role_session_duration" need "role_arn"',
    ],
    [
      { ...ROLE, ...TOKEN, role_external_id: 'ours' },
      '"role_external_id" is not possible with a web identity: STS takes none then',
    ],
    [
      { ...PROFILE, ...PROCESS },
      '"credential_process" and "aws_profile" each say where the keys come from: keep one of them, or set "credential_source" to process or profile',
    ],
    [
      { ...KEYS, ...ROLE, ...TOKEN },
      '"aws_access_key_id" and "web_identity_token_file" each say where the keys come from: keep one of them, or set "credential_source" to keys or web_identity',
    ],
    [
      { credential_process: `a 'b` },
      `option "credential_process": must be a command line in which each ' is closed by another one`,
    ],
    [
      { sts_endpoint: 'ftp://x' },
      'option "sts_endpoint" is "ftp://x": must be http://host[:port] or https://host[:port], with a path at most',
    ],
  ])('with %p is refused', async (options, problem) => expect(await problemsOf(options)).toEqual([problem]));

  test.each<[Options, string]>([
    [{ sts_endpoint: 'minio:9000' }, 'https://minio:9000/'],
    [{ sts_endpoint: 'minio:9000', encryption: 'off' }, 'http://minio:9000/'],
    [{ sts_endpoint: ' http://minio/sts ' }, 'http://minio/sts'],
  ])('reaches STS with %p at %p', async (options, url) => {
    const { signIn } = (await configOf(options)).connection;
    expect(signIn.from === 'host' ? signIn.stsEndpoint?.href : undefined).toBe(url);
  });

  test('shows no user and password of an address', async () => {
    const problems = await problemsOf({ sts_endpoint: 'http://me:hunter2@minio/?x=1' });
    expect(problems).toEqual([
      'option "sts_endpoint": must be http://host[:port] or https://host[:port], with a path at most',
    ]);
  });

  test('shows all problems at once, and no secret', async () => {
    const problems = await problemsOf({
      credential_source: 'role',
      role_arn: 'backup',
      role_session_duration: '1m',
      credential_process: `get 'hunter2`,
      role_session_name: '?',
    });
    expect(problems).toHaveLength(5);
    expect(problems.join('\n')).not.toContain('hunter2');
  });

  test.each<[Options, string[]]>([
    [
      { ...KEYS, ...PROFILE, ...PROCESS },
      ['"credential_process" and "aws_profile" have no effect: the keys come from this file'],
    ],
    [
      { ...KEYS, credential_source: 'instance' },
      ['"aws_access_key_id" has no effect: the keys come from credential_source instance'],
    ],
    [{ ...PROFILE, credential_source: 'profile' }, []],
    [{ credential_process: `sh -c 'cat "/my keys"'` }, []],
  ])('with %p warns %p', async (options, warnings) =>
    expect((await configOf(options)).warnings).toEqual(warnings),
  );
});
