import { afterAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redactConfig } from '../../../src/config/redaction/redact-config.ts';
import { loaded, told } from './loaded.ts';

const folder = mkdtempSync(join(tmpdir(), 'second-site-'));
afterAll(() => rmSync(folder, { recursive: true }));
const KEY = join(folder, 'key');
writeFileSync(KEY, 'key-of-the-file\n', { mode: 0o600 });

const KEYS = { aws_access_key_id: 'first', aws_secret_access_key: 'key-of-the-first' };
const SECOND = { ...KEYS, remote_bucket: 'copies', remote_aws_access_key_id: 'second' };

/** The secret key that the second site is signed in to with. */
async function keyOf(options: Record<string, string>, environment = {}): Promise<string | undefined> {
  const { second } = await loaded({ ...SECOND, ...options }, environment);
  const { signIn } = second?.connection ?? {};
  return signIn?.from === 'file' ? signIn.secretAccessKey.reveal() : undefined;
}

test.each([
  ['a file', { remote_aws_secret_access_key_file: KEY }, 'key-of-the-file'],
  ['a command', { remote_aws_secret_access_key_command: 'echo key-of-the-command' }, 'key-of-the-command'],
  ['the environment', { remote_aws_secret_access_key: '${KEY_2}' }, 'key-of-the-environment'],
])('the secret key of the second site may come from %s', async (_, options, key) => {
  expect(await keyOf(options, { KEY_2: 'key-of-the-environment' })).toBe(key);
});

test('what is missing is told by the name of the second site', async () => {
  const { problems } = await told({ ...SECOND, remote_aws_secret_access_key: '${KEY_2}' });
  expect(problems).toEqual([
    expect.stringMatching(/^option "remote_aws_secret_access_key" is "\$\{KEY_2\}": KEY_2 is not set/),
  ]);
});

test('two sources of the same secret are one too many', async () => {
  const { problems } = await told({
    ...SECOND,
    remote_aws_secret_access_key_file: KEY,
    remote_aws_secret_access_key_command: 'echo x',
  });
  expect(problems).toEqual([expect.stringContaining('are both set: keep one of them')]);
});

test("no copy of the file has the second site's secrets in it", async () => {
  const { secrets } = await loaded({
    ...SECOND,
    remote_aws_secret_access_key: 'key-of-the-second',
    remote_credential_process: '',
  });
  const text = [
    'executablepath: /x',
    'options:',
    '  remote_bucket: copies # not key-of-the-second',
    '  remote_aws_secret_access_key: key-of-the-second',
    '  remote_credential_process: /bin/x --password of-the-process',
    '  #remote_aws_session_token: of-the-session',
    '  remote_endpoint_source: https://host/?token=of-the-source',
    '',
  ].join('\n');
  const { text: redacted } = redactConfig(new TextEncoder().encode(text), secrets);
  expect(redacted).toContain('remote_bucket: copies');
  for (const secret of ['key-of-the', 'of-the-process', 'of-the-session', 'of-the-source']) {
    expect(redacted).not.toContain(secret);
  }
});
