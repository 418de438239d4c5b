import { describe, expect, test } from 'bun:test';
import { hostname } from 'node:os';
import { OPTION_NAMES } from '../../../src/config/options.ts';
import { pointsOutside } from '../../../src/config/outside/points-outside.ts';
import { raw } from '../sample.ts';
import { keysOf, loaded, told } from './loaded.ts';

const KEYS = { aws_access_key_id: '${ID}', aws_secret_access_key: '${KEY}' };

test('a whole value ${NAME} is the variable of the environment, whatever signs it has', async () => {
  const environment = { ID: 'AKIA', KEY: 'a b"$&${X}\'\t#=', TOKEN: 'of-the-session' };
  expect(
    await keysOf({ ...KEYS, aws_session_token: '${TOKEN}' }, { ...environment, KEY: 'a"$&${X}' }),
  ).toEqual(['AKIA', 'a"$&${X}', 'of-the-session']);
});

test('options of every kind take one', async () => {
  const config = await loaded(
    {
      bucket: '${BUCKET}',
      retry_timeout: '${TIMEOUT}',
      verify_tls: '${VERIFY}',
      http_proxy: '${PROXY}',
      max_memory: '${_M2}',
      request_headers: '${HEADERS}',
    },
    {
      BUCKET: 'of-the-host',
      TIMEOUT: '90s',
      VERIFY: 'Off',
      PROXY: 'http://user:pw@proxy:3128',
      _M2: '100MB',
      HEADERS: 'x-auth=token-of-the-host',
    },
  );
  expect([config.bucket, config.connection.retry.timeout, config.connection.tls.verifyTls]).toEqual([
    'of-the-host',
    90_000,
    false,
  ]);
  expect(config.connection.proxy?.reveal()).toBe('http://user:pw@proxy:3128/');
  expect(config.connection.requests.headers.get('x-auth')?.reveal()).toBe('token-of-the-host');
});

test('a value of a map takes one as well, in each of its forms', async () => {
  for (const request_headers of ['x-a=${A},x-b=plain', '{"x-a":"${A}","x-b":"plain"}']) {
    const { connection, secrets } = await loaded({ request_headers }, { A: 'of, the=host' });
    const headers = [...connection.requests.headers].map(([name, value]) => [name, value.reveal()]);
    expect(headers).toEqual([
      ['x-a', 'of, the=host'],
      ['x-b', 'plain'],
    ]);
    expect(secrets.map((secret) => secret.reveal())).toEqual(['of, the=host']);
  }
});

test.each(['a${KEY}', '${KEY}b', '$KEY', '${}', '${1A}', '${A-b}', '{KEY}', ' ${KEY}', '${KEY}\n'])(
  'anything else is a text as it is: %j',
  async (aws_secret_access_key) => {
    const keys = { aws_access_key_id: 'AKIA', aws_secret_access_key };
    expect(await keysOf(keys, { KEY: 'x' })).toEqual(['AKIA', aws_secret_access_key, undefined]);
  },
);

test('a value is not read again', async () => {
  expect(await keysOf(KEYS, { ID: 'AKIA', KEY: '${ID}' })).toEqual(['AKIA', '${ID}', undefined]);
});

describe('a variable that gives nothing', () => {
  const advice =
    'what COPY starts on segments has the environment of the database server (postmaster), not that of your shell';

  test.each<readonly [string, string | undefined, string]>([
    ['unset', undefined, 'KEY is not set in the environment'],
    ['empty', '', 'KEY is empty in the environment'],
    ['of blanks', '  ', 'KEY is empty in the environment'],
  ])('%s is told with option, variable and host, and nothing that comes of it', async (_, KEY, why) => {
    const { problems } = await told({ ...KEYS, colour: 'red' }, { ID: 'AKIA', KEY });
    expect(problems).toEqual([
      `option "aws_secret_access_key" is "\${KEY}": ${why} of this process on host ${hostname()}; ${advice}`,
      'unknown option "colour"',
    ]);
  });

  test('all at once, required options too', async () => {
    const { problems } = await told({ bucket: '${B}', region: '${R}', tags: 'a=${T}', folder: '${F}' });
    expect(problems.map((problem) => problem.slice(0, 25))).toEqual(
      [
        'option "bucket" is "${B}":',
        'option "folder" is "${F}":',
        'option "region" is "${R}":',
        'option "tags" is "${T}": T',
      ].map((text) => text.slice(0, 25)),
    );
  });

  test('with a line break in it is refused without being shown', async () => {
    const { problems } = await told(KEYS, { ID: 'AKIA', KEY: 'first-line\nsecond-line' });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('KEY contains control characters (such as a line break)');
    expect(problems[0]).not.toContain('-line\n');
    expect(problems[0]).not.toContain('first-line');
  });
});

test('a problem or a warning shows the name of the variable, and never what is in it', async () => {
  const value = 'not-to-be-seen!/x?';
  for (const name of OPTION_NAMES) {
    const { problems } = await told({ [name]: '${VALUE}' }, { VALUE: value });
    expect([name, problems.filter((problem) => problem.includes(value))]).toEqual([name, []]);
  }
  expect((await told({ folder: '${VALUE}' }, { VALUE: '../up' })).problems).toEqual([
    'option "folder" is "${VALUE}": must be a path without ".." parts and control characters',
  ]);
  const { warnings } = await loaded(
    { max_request_retries: '3', backup_max_concurrent_requests: '${N}' },
    { N: '5000' },
  );
  expect(warnings).toEqual(['option "backup_max_concurrent_requests" is "${N}": 1000 is used']);
});

const points = (options: Record<string, string>): boolean => pointsOutside(raw(options));

test('only a file that points outside is looked at closer', () => {
  expect(points({ aws_access_key_id: 'a', aws_secret_access_key: '$b{c}', password_encryption: 'off' })).toBe(
    false,
  );
  expect(points({ aws_secret_access_key_file: '' })).toBe(false);
  for (const options of [
    { aws_secret_access_key: '${A}' },
    { tags: 'a=${A}' },
    { aws_access_key_id_file: '/a' },
    { aws_session_token_file: '/a' },
    { http_proxy_password_file: '/a' },
    { aws_secret_access_key_command: 'a' },
    { password_encryption: ' ON' },
  ]) {
    expect([options, points(options)]).toEqual([options, true]);
  }
});
