import { afterEach, describe, expect, test } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { BACKUP_DIR, PREFIX, someBytes, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';
import { MiB } from '../../src/base/bytes.ts';

let server: TestServer;
let place: Workplace;
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

const LARGE = `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}`;

async function start(bucket: string, base = ''): Promise<void> {
  server = await startTestServer({ buckets: [bucket], base });
  place = new Workplace();
}

async function succeed(args: readonly string[], stdin?: Uint8Array<ArrayBuffer>): Promise<Buffer> {
  const outcome = await place.run(args, stdin === undefined ? {} : { stdin });
  expect([args[0], outcome.exitCode, outcome.stderr]).toEqual([args[0], 0, '']);
  return outcome.stdout;
}

describe('a bucket of a tenant', () => {
  test.each([
    ['team:backups', '', '/team%3Abackups'],
    [':backups', '', '/%3Abackups'],
    ['team:backups', '/gateway/s3', '/gateway/s3/team%3Abackups'],
  ])('%s, behind the path %p, is signed and sent as %s by every command', async (bucket, base, path) => {
    await start(bucket, base);
    const config = place.config(server, { bucket, endpoint: `${server.url}${base}` });
    const data = someBytes(9 * MiB);
    const file = place.path(`backups/20260102/${TIMESTAMP}/gpbackup_${TIMESTAMP}_toc.yaml`);
    mkdirSync(dirname(file), { recursive: true });
    await Bun.write(file, 'content');
    await succeed(['setup_plugin_for_backup', config, BACKUP_DIR, 'coordinator', '-1']);
    await succeed(['backup_data', config, LARGE], data);
    await succeed(['backup_file', config, file]);
    await succeed(['setup_plugin_for_restore', config, BACKUP_DIR, 'coordinator', '-1']);
    expect((await succeed(['restore_data', config, LARGE])).equals(data)).toBe(true);
    expect((await succeed(['list_directory', config])).toString()).toContain(`${PREFIX}gpbackup_0_`);
    const deleted = (await succeed(['delete_backup', config, TIMESTAMP])).toString();
    expect(deleted).toContain(`s3://${bucket}/${PREFIX}`);
    expect(server.objects.keys(bucket)).toEqual([]);
    const paths = server.requests.map(({ rawPath }) => rawPath);
    expect(paths.filter((one) => one !== path && !one.startsWith(`${path}/`))).toEqual([]);
  });

  test('that is not there is told by its name', async () => {
    await start('team:backups');
    const config = place.config(server, { bucket: 'other:backups' });
    const { exitCode, stderr } = await place.run(['backup_data', config, LARGE], { stdin: 'data' });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('s3://other:backups/gp/test/backups/');
    expect(stderr).toContain('HINT: create the bucket other:backups on ');
  });
});
