import { afterAll, describe, expect, test } from 'bun:test';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keysOf, loaded, told } from './loaded.ts';

const folder = mkdtempSync(join(tmpdir(), 'from-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

const ID = file('id', 'AKIA\n');
const KEY = file('key', 'of/the+file=\r\nnot this\r\n');
const TOKEN = file('token', 'the-token');
const PASSWORD = file('password', 'p@ss:w%rd/1\n');

test('the first line of each file is the value', async () => {
  const files = {
    aws_access_key_id_file: ID,
    aws_secret_access_key_file: KEY,
    aws_session_token_file: TOKEN,
  };
  expect(await keysOf(files)).toEqual(['AKIA', 'of/the+file=', 'the-token']);
  expect(await keysOf({ ...files, aws_session_token_file: '' })).toEqual(['AKIA', 'of/the+file=', undefined]);
  expect((await loaded(files)).hasOwnSecrets).toBe(false);
});

test('the path may be in the environment, and the id in the file', async () => {
  const files = { aws_access_key_id: 'AKIA', aws_secret_access_key_file: '${KEY_FILE}' };
  expect(await keysOf(files, { KEY_FILE: KEY })).toEqual(['AKIA', 'of/the+file=', undefined]);
});

describe("the proxy's password", () => {
  test.each([
    ['http://user@proxy:3128', 'http://user:p%40ss%3Aw%25rd%2F1@proxy:3128/'],
    ['user@proxy:3128', 'http://user:p%40ss%3Aw%25rd%2F1@proxy:3128/'],
    ['https://us%40er@proxy', 'https://us%40er:p%40ss%3Aw%25rd%2F1@proxy/'],
    [' http://user@[::1]:3128', 'http://user:p%40ss%3Aw%25rd%2F1@[::1]:3128/'],
  ])('goes to the user of %s', async (http_proxy, url) => {
    const { connection, secrets } = await loaded({
      http_proxy: http_proxy.trim(),
      http_proxy_password_file: PASSWORD,
    });
    expect(connection.proxy?.reveal()).toBe(url);
    expect(secrets.map((secret) => secret.reveal())).toContain('p@ss:w%rd/1');
  });

  test.each([[undefined], ['http://proxy:3128'], ['proxy:3128'], ['http://@proxy:3128']])(
    'needs a user: %p',
    async (http_proxy) => {
      const { problems } = await told({ http_proxy, http_proxy_password_file: PASSWORD });
      expect(problems).toEqual([
        '"http_proxy_password_file" needs "http_proxy" with a user: http://user@host:port',
      ]);
    },
  );

  test('that is in the address as well is a problem, and not shown', async () => {
    const { problems } = await told({
      http_proxy: 'http://user:s3cr3t@proxy',
      http_proxy_password_file: PASSWORD,
    });
    expect(problems).toEqual([
      '"http_proxy" has a password, and "http_proxy_password_file" is set: keep one of them',
    ]);
  });
});

test('a value and a file for it are a problem; each pair is told', async () => {
  const both = {
    aws_access_key_id: 'AKIA',
    aws_access_key_id_file: ID,
    aws_secret_access_key: 's3cr3t',
    aws_secret_access_key_file: KEY,
    aws_session_token: 't0k3n',
    aws_session_token_file: TOKEN,
    colour: 'red',
  };
  expect((await told(both)).problems).toEqual([
    '"aws_access_key_id" and "aws_access_key_id_file" are both set: keep one of them',
    '"aws_secret_access_key" and "aws_secret_access_key_file" are both set: keep one of them',
    '"aws_session_token" and "aws_session_token_file" are both set: keep one of them',
    'unknown option "colour"',
  ]);
});

test('a file that can’t be used is told with its option and path; nothing of it is shown', async () => {
  const missing = join(folder, 'none');
  const binary = file('binary', Buffer.from('s3cr3t\0\n'));
  const { problems } = await told({
    aws_access_key_id_file: missing,
    aws_secret_access_key_file: binary,
    aws_session_token_file: folder,
    http_proxy: 'http://user@proxy',
    http_proxy_password_file: file('empty', ''),
  });
  expect(problems).toEqual([
    `option "aws_access_key_id_file": ${missing} can't be used: there is no such file or folder`,
    `option "aws_secret_access_key_file": ${binary} can't be used: its first line contains control characters`,
    `option "aws_session_token_file": ${folder} can't be used: it is a folder`,
    `option "http_proxy_password_file": ${join(folder, 'empty')} can't be used: its first line is empty`,
  ]);
});

test('an id that no header can have is told without being shown', async () => {
  const files = { aws_access_key_id_file: file('bad-id', 'AK IA\n'), aws_secret_access_key_file: KEY };
  expect((await told(files)).problems).toEqual([
    'option "aws_access_key_id" must be ASCII letters, digits and punctuation, without spaces',
  ]);
});

test('a file that every user can read is a warning for the set-up; one for a group is none', async () => {
  const open = file('open', 'secret\n', 0o644);
  const files = { aws_access_key_id: 'AKIA', aws_secret_access_key_file: open };
  const config = await loaded(files);
  expect(config.setUpWarnings).toEqual([
    `every user of this host can read ${open} (aws_secret_access_key_file): chmod 600 it`,
  ]);
  expect(config.warnings).toEqual([]);
  chmodSync(open, 0o640);
  expect((await loaded(files)).setUpWarnings).toEqual([]);
});
