import { afterAll, describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encrypt } from '../../../src/config/openpgp/encrypt.ts';
import { NOT_READ, OF_GPG, OF_PGCRYPTO, PASSPHRASE } from '../openpgp/messages.ts';
import { keysOf, loaded, told } from './loaded.ts';

const folder = mkdtempSync(join(tmpdir(), 'decrypt-values-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ON = { password_encryption: 'on', aws_access_key_id: 'AKIA' };
const WITH_KEY = { ...ON, gpbackup_s3_plugin: PASSPHRASE };
const MESSAGE = OF_PGCRYPTO['cipher-algo=aes256'] ?? '';

const hexOf = async (text: string, key = PASSPHRASE): Promise<string> =>
  Buffer.from(await encrypt(text, key)).toString('hex');

test.each([
  ['of pgcrypto', MESSAGE, 's3cr3t/of+pgcrypto='],
  ['in capitals', MESSAGE.toUpperCase(), 's3cr3t/of+pgcrypto='],
  ["with PostgreSQL's mark of hexadecimal", `\\x${MESSAGE}`, 's3cr3t/of+pgcrypto='],
  ['broken into lines', MESSAGE.replaceAll(/.{60}/g, '$& '), 's3cr3t/of+pgcrypto='],
  ['without a salt', OF_PGCRYPTO['cipher-algo=aes256,s2k-mode=0'] ?? '', 's3cr3t/of+pgcrypto='],
  ['with a key of its own', OF_PGCRYPTO['cipher-algo=aes256,sess-key=1'] ?? '', 's3cr3t/of+pgcrypto='],
  ['of gpg', OF_GPG['no options'] ?? '', 's3cr3t/of+gpg='],
])('an encrypted value is decrypted: %s', async (_, aws_secret_access_key, plain) => {
  const config = await loaded({ ...WITH_KEY, aws_secret_access_key });
  expect(await keysOf({ ...WITH_KEY, aws_secret_access_key })).toEqual(['AKIA', plain, undefined]);
  expect([config.warnings, config.setUpWarnings]).toEqual([[], []]);
  expect(config.secrets.map((secret) => secret.reveal())).toContain(plain);
});

test("every secret can be encrypted, the proxy's password too", async () => {
  const config = await loaded({
    ...WITH_KEY,
    aws_secret_access_key: await hexOf('the-key'),
    aws_session_token: await hexOf('the-token'),
    http_proxy: `http://user:${await hexOf('p@ss:/w%rd')}@proxy:3128`,
  });
  const { signIn, proxy } = config.connection;
  expect(signIn.from === 'file' && [signIn.secretAccessKey.reveal(), signIn.sessionToken?.reveal()]).toEqual([
    'the-key',
    'the-token',
  ]);
  expect(proxy?.reveal()).toBe('http://user:p%40ss%3A%2Fw%25rd@proxy:3128/');
  expect(config.secrets.map((secret) => secret.reveal())).toContain('p@ss:/w%rd');
});

test('the line break that echo adds is no part of the secret', async () => {
  for (const end of ['\n', '\r\n']) {
    const aws_secret_access_key = await hexOf(`secret${end}`);
    expect(await keysOf({ ...WITH_KEY, aws_secret_access_key })).toEqual(['AKIA', 'secret', undefined]);
  }
});

test('the key is used exactly as it is given', async () => {
  for (const key of [' key ', '66706c6c6e67', 'k"e$y']) {
    const options = { ...ON, gpbackup_s3_plugin: key, aws_secret_access_key: await hexOf('secret', key) };
    expect(await keysOf(options)).toEqual(['AKIA', 'secret', undefined]);
  }
});

test('an encrypted value may be in the environment or in a file', async () => {
  const path = join(folder, 'encrypted');
  writeFileSync(path, `${MESSAGE}\n`, { mode: 0o600 });
  const plain = ['AKIA', 's3cr3t/of+pgcrypto=', undefined];
  expect(await keysOf({ ...WITH_KEY, aws_secret_access_key_file: path })).toEqual(plain);
  expect(await keysOf({ ...WITH_KEY, aws_secret_access_key: '${E}' }, { E: MESSAGE })).toEqual(plain);
});

test('a value in clear is used as it is, which the set-up warns of', async () => {
  const options = { ...WITH_KEY, aws_secret_access_key: 'in/clear' };
  expect(await keysOf(options)).toEqual(['AKIA', 'in/clear', undefined]);
  const { setUpWarnings, warnings } = await loaded(options);
  expect(setUpWarnings).toEqual([
    'password_encryption is on, but "aws_secret_access_key" is not encrypted: it is used as it is written',
  ]);
  expect(warnings).toEqual([]);
  expect((await loaded({ ...WITH_KEY, aws_secret_access_key: '${A}' }, { A: 'x' })).setUpWarnings).toEqual(
    [],
  );
  expect((await loaded({ ...WITH_KEY, aws_access_key_id: undefined })).setUpWarnings).toEqual([]);
});

test('without password_encryption nothing is decrypted', async () => {
  const options = { ...WITH_KEY, password_encryption: 'off', aws_secret_access_key: MESSAGE };
  expect(await keysOf(options)).toEqual(['AKIA', MESSAGE, undefined]);
  expect((await loaded(options)).setUpWarnings).toEqual([
    '"aws_secret_access_key" looks encrypted, but password_encryption is off: it is used as it is',
  ]);
});

describe('a value that can’t be decrypted is told, and nothing of it is shown', () => {
  const DENIED = 'the value of "aws_secret_access_key" was encrypted with another key, or is damaged';
  test.each([
    ['with another key', { ...WITH_KEY, gpbackup_s3_plugin: 'another' }, MESSAGE, DENIED],
    ['damaged', WITH_KEY, `${MESSAGE.slice(0, -2)}00`, DENIED],
    [
      'cut',
      WITH_KEY,
      MESSAGE.slice(0, -2),
      'the value of "aws_secret_access_key" is not a whole OpenPGP message',
    ],
    [
      'with CAST5',
      WITH_KEY,
      NOT_READ.CAST5,
      'the value of "aws_secret_access_key" is encrypted with CAST5, not with AES',
    ],
  ])('%s', async (_, options, aws_secret_access_key, problem) => {
    const { problems, hint } = await told({ ...options, aws_secret_access_key, colour: 'red' });
    expect(problems).toEqual([problem, 'unknown option "colour"']);
    expect(hint).toContain('encrypt_secret');
  });

  test.each([
    ['empty', '\n', 'contains an empty text'],
    ['of two lines', 'one\ntwo', 'contains a text with control characters'],
  ])('%s', async (_, text, why) => {
    const { problems } = await told({ ...WITH_KEY, aws_secret_access_key: await hexOf(text) });
    expect(problems).toEqual([`the value of "aws_secret_access_key" ${why}`]);
  });
});

/** A data folder of the coordinator. @param keys what its file of keys contains */
function dataFolder(name: string, keys: string | undefined): string {
  const path = join(folder, name);
  mkdirSync(path);
  if (keys !== undefined) writeFileSync(join(path, '.encrypt'), keys);
  return path;
}

describe('without gpbackup the key is in .encrypt of the coordinator’s data folder', () => {
  const options = { ...ON, aws_secret_access_key: MESSAGE };
  const good = dataFolder('good', `other_plugin: x\ngpbackup_s3_plugin: ${PASSPHRASE}\n`);
  const plain = ['AKIA', 's3cr3t/of+pgcrypto=', undefined];

  test('which either variable names', async () => {
    expect(await keysOf(options, { COORDINATOR_DATA_DIRECTORY: good })).toEqual(plain);
    expect(await keysOf(options, { MASTER_DATA_DIRECTORY: good })).toEqual(plain);
    const both = { COORDINATOR_DATA_DIRECTORY: good, MASTER_DATA_DIRECTORY: '/other' };
    expect(await keysOf(options, both)).toEqual(plain);
  });

  test('and is not looked at when gpbackup has added it', async () => {
    const given = { ...options, gpbackup_s3_plugin: PASSPHRASE };
    expect(await keysOf(given, { COORDINATOR_DATA_DIRECTORY: '/none' })).toEqual(plain);
  });

  test.each<readonly [string, string | undefined, string]>([
    ['no variable', undefined, 'neither COORDINATOR_DATA_DIRECTORY nor MASTER_DATA_DIRECTORY is set'],
    ['no file', dataFolder('none', undefined), '.encrypt: there is no such file'],
    ['no entry', dataFolder('other', 'other_plugin: x\n'), '.encrypt has no entry "gpbackup_s3_plugin"'],
    ['an empty entry', dataFolder('empty', 'gpbackup_s3_plugin:\n'), 'has no entry "gpbackup_s3_plugin"'],
    ['no map', dataFolder('text', 'some text'), 'has no entry "gpbackup_s3_plugin"'],
  ])('%s is one problem for all values', async (_, path, why) => {
    const { problems } = await told(
      { ...options, aws_session_token: MESSAGE },
      { COORDINATOR_DATA_DIRECTORY: path },
    );
    expect(problems).toHaveLength(1);
    expect(problems[0]).toStartWith(
      'there is no key to decrypt "aws_secret_access_key", "aws_session_token" with: gpbackup adds the option',
    );
    expect(problems[0]).toEndWith(why);
  });
});
