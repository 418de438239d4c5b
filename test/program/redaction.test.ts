import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { PREFIX, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { type S3Server, startS3Server } from '../../lab/s3-server/server.ts';

const NAME = `gpbackup_${TIMESTAMP}_plugin_config.yaml`;
const MARK = '"[redacted by gpbackup_s3_plugin]"';
const NOTHING_LEFT = /^# gpbackup_s3_plugin: the config file is not stored here, because .*\n$/;

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server({
    credentials: [{ accessKeyId: 'testkey', secretAccessKey: 'testsecret', sessionToken: '${a}$&token' }],
  });
});
afterAll(() => server.stop());

/** gpbackup's copy of the user's config file, with a comment, odd spacing and CRLF in it. */
const COPY = [
  '# our backups',
  '# aws_secret_access_key: of-last-year',
  'executablepath: /usr/local/bin/gpbackup_s3_plugin',
  'options:',
  '  aws_access_key_id:   testkey # the id is no secret',
  "  aws_secret_access_key: 'the-secret/of+ours='   ",
  '  aws_session_token: a-token\r',
  '  bucket: backups',
  '  http_proxy: http://user:proxy-password@proxy:3128',
  '',
].join('\n');

/** What is in the bucket, and in the log, after gpbackup has handed over this copy. */
async function stored(
  copy: string | Uint8Array,
  options: Record<string, string> = {},
): Promise<{ readonly text: string; readonly warnings: readonly string[] }> {
  using place = new Workplace();
  mkdirSync(place.path(`backups/20260102/${TIMESTAMP}`), { recursive: true });
  const file = place.write(`backups/20260102/${TIMESTAMP}/${NAME}`, copy);
  const outcome = await place.run([
    'backup_file',
    place.config(server, { aws_session_token: '${a}$&token', ...options }),
    file,
  ]);
  expect(outcome).toEqual({ exitCode: 0, stdout: Buffer.alloc(0), stderr: '' });
  expect(Buffer.from(await Bun.file(file).bytes())).toEqual(Buffer.from(copy));
  return {
    text: Buffer.from((await server.objects.get('backups', PREFIX + NAME)) ?? []).toString(),
    warnings: (await place.logLines()).filter((line) => line.includes('-[WARNING]:-')),
  };
}

test("the bucket's copy of the config file has no secret in it, every other byte is as it was", async () => {
  const expected = COPY.replace("'the-secret/of+ours='", MARK)
    .replace('of-last-year', MARK.slice(1, -1))
    .replace('a-token', MARK)
    .replace('http://user:proxy-password@proxy:3128', MARK);
  expect(await stored(COPY)).toEqual({ text: expected, warnings: [] });
});

test('upload_secrets: on stores it as it is', async () => {
  expect(await stored(COPY, { upload_secrets: 'on' })).toEqual({ text: COPY, warnings: [] });
});

describe('a copy in a form that gpbackup reads, with the secret of the config file, is stored without it', () => {
  const forms: readonly (readonly [string, string])[] = [
    ['an alias', 'x: &k testsecret\noptions:\n  aws_secret_access_key: *k\n'],
    ['a name that is an alias', 'x: &k aws_secret_access_key\noptions:\n  *k : testsecret\n'],
    ['an end of the document', 'options:\n  aws_secret_access_key: testsecret\n---\n'],
    ['a second document', 'options:\n  aws_secret_access_key: testsecret\n---\nx: testsecret\n'],
    ['a comment after a quote', 'options:\n  aws_secret_access_key: "testsecret"# c\n'],
    ['CR line ends', '# c\roptions:\r  aws_secret_access_key: testsecret\r'],
    ['a comment that ends with CR', 'options:\n  # c\r  aws_secret_access_key: testsecret\n  bucket: b\n'],
    ['tabs', 'options:\t# c\n  aws_secret_access_key:\ttestsecret\t\n'],
    ['a byte order mark', '\ufeffoptions:\n  aws_secret_access_key: testsecret\n'],
    ['a comment', 'options:\n  bucket: b\n  # aws_secret_access_key: testsecret\n'],
    ['another option', 'options:\n  folder: x/testsecret/y\n'],
  ];
  test.each(forms)('%s', async (_, copy) => {
    const { text, warnings } = await stored(copy);
    expect(text).not.toInclude('testsecret');
    expect(text).toInclude(MARK.slice(1, -1));
    expect(warnings.filter((line) => !line.endsWith('only the first is used'))).toEqual([]);
  });
});

describe('a copy whose secrets can not be replaced one by one never fails the backup', () => {
  const forms: readonly (readonly [string, string | Uint8Array, string])[] = [
    ['no YAML', 'options:\n  aws_secret_access_key: "testsecret\n', 'it is not valid YAML'],
    ['NUL', 'aws_secret_access_key: testsecret\0\n', 'it contains control characters'],
    ['Latin-1', Buffer.from('# \xe4\naws_secret_access_key: testsecret\n', 'latin1'), 'it is not UTF-8'],
    ['a list', 'aws_secret_access_key: [testsecret]\n', 'the value of a secret is not a single text'],
    ['a name', 'options:\n  testsecret: x\n', 'it contains a secret at an unexpected place'],
  ];
  test.each(forms)('%s', async (_, copy, why) => {
    const { text, warnings } = await stored(copy);
    expect(text).toMatch(NOTHING_LEFT);
    expect(text).toInclude(why);
    expect(text).not.toInclude('testsecret');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toInclude(`${NAME}: a comment is stored in place of this copy of the config file`);
    expect(warnings[0]).toInclude(why);
  });
});

test('no secret of the config file can be read out of the copy, whatever its option, in no encoding', async () => {
  const lookup = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response('127.0.0.1') });
  const options = {
    gpbackup_s3_plugin: 'added-by-gpbackup',
    endpoint_source: `http://user:p%40ss-word@127.0.0.1:${lookup.port}/9f8e7d6c5b4a/host?token=of-lookup`,
  };
  const secrets = [
    'testsecret',
    '${a}$&token',
    'added-by-gpbackup',
    'p@ss-word',
    '9f8e7d6c5b4a',
    'of-lookup',
  ];
  for (const secret of secrets) {
    const encodings = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')];
    for (const written of [...encodings, `"\\x${secret.charCodeAt(0).toString(16)}${secret.slice(1)}"`]) {
      const { text } = await stored(
        `options:\n  bucket: b\n# ${written}\n  folder: x # ${written}\n`,
        options,
      );
      expect([secret, text.includes(secret), text.includes(written)]).toEqual([secret, false, false]);
      expect(text.length).toBeGreaterThan(20);
    }
  }
  await lookup.stop();
});

test("a secret that ends at a # in the user's own text is told in the log", async () => {
  const { warnings } = await stored(
    'options:\n  bucket: b # the bucket\n  aws_secret_access_key: abc #def\n',
  );
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toEndWith(
    'the value of "aws_secret_access_key" ends at " #", where a comment begins: put it in quotes if the # is part of it',
  );
});
