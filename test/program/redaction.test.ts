import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { PREFIX, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { type S3Server, startS3Server } from '../../lab/s3-server/server.ts';

const NAME = `gpbackup_${TIMESTAMP}_plugin_config.yaml`;
const MARK = '"[redacted by gpbackup_s3_plugin]"';

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server.stop());

/** gpbackup's copy of the user's config file, with a comment, odd spacing and CRLF in it. */
const COPY = [
  '# our backups',
  'executablepath: /usr/local/bin/gpbackup_s3_plugin',
  'options:',
  '  aws_access_key_id:   testkey # the id is no secret',
  "  aws_secret_access_key: 'the-secret/of+ours='   ",
  '  aws_session_token: a-token\r',
  '  bucket: backups',
  '  http_proxy: http://user:proxy-password@proxy:3128',
  '',
].join('\n');

async function stored(options: Record<string, string>): Promise<string> {
  using place = new Workplace();
  mkdirSync(place.path(`backups/20260102/${TIMESTAMP}`), { recursive: true });
  const file = place.write(`backups/20260102/${TIMESTAMP}/${NAME}`, COPY);
  const outcome = await place.run(['backup_file', place.config(server, options), file]);
  expect(outcome).toEqual({ exitCode: 0, stdout: Buffer.alloc(0), stderr: '' });
  expect(await Bun.file(file).text()).toBe(COPY);
  return Buffer.from((await server.objects.get('backups', PREFIX + NAME)) ?? []).toString();
}

test("the bucket's copy of the config file has no secret in it, every other byte is as it was", async () => {
  const expected = COPY.replace("'the-secret/of+ours='", MARK)
    .replace('a-token', MARK)
    .replace('http://user:proxy-password@proxy:3128', MARK);
  expect(await stored({})).toBe(expected);
});

test('upload_secrets: on stores it as it is', async () => {
  expect(await stored({ upload_secrets: 'on' })).toBe(COPY);
});
