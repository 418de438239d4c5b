import { expect, test } from 'bun:test';
import { BACKUP_DIR, someBytes, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { startS3Server } from '../../lab/s3-server/server.ts';
import { ScriptedStore } from './scripted-store.ts';

/** Backs up in parts with the keys of a container; how often they were asked for. */
async function askedFor(lifetime: number): Promise<number> {
  using place = new Workplace();
  const server = await startS3Server({
    credentials: [{ accessKeyId: 'testkey', secretAccessKey: 'testsecret', sessionToken: 'of-the-role' }],
  });
  await using source = new ScriptedStore(() =>
    Response.json({
      AccessKeyId: 'testkey',
      SecretAccessKey: 'testsecret',
      Token: 'of-the-role',
      Expiration: new Date(Date.now() + lifetime).toISOString(),
    }),
  );
  try {
    const config = place.config(server, {
      aws_access_key_id: undefined,
      aws_secret_access_key: undefined,
      backup_multipart_chunksize: '5MB',
    });
    const path = `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}_1`;
    const env = { ...place.env, AWS_CONTAINER_CREDENTIALS_FULL_URI: `${source.url}/credentials` };
    const outcome = await place.run(['backup_data', config, path], { stdin: someBytes(16_000_000), env });
    expect([outcome.exitCode, outcome.stderr]).toEqual([0, '']);
    return source.requests.length;
  } finally {
    await server.stop();
  }
}

test('temporary credentials are replaced before they expire', async () => {
  expect(await askedFor(60_000)).toBeGreaterThan(1);
});

test('temporary credentials that last are asked for once', async () => {
  expect(await askedFor(3_600_000)).toBe(1);
});
