import { afterEach, expect, test } from 'bun:test';
import { expectJson } from '../../lab/program/json-output.ts';
import { type Outcome, Workplace } from '../../lab/program/plugin.ts';
import type { S3ServerOptions } from '../../lab/s3-server/server.ts';
import { keyInSet, putSets } from '../../lab/sets-in-server.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

let server: TestServer;
let place: Workplace;
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

async function start(options: S3ServerOptions = {}): Promise<void> {
  server = await startTestServer(options);
  place = new Workplace();
  await putSets(server);
}

async function preview(timestamp: string, options: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  const config = place.config(server, { folder: 'warehouse', ...options });
  return await place.run(['delete_backup', config, timestamp, '--dry-run']);
}

const BASE = '20261125025319';
const WHERE = `s3://backups/warehouse/backups/20261125/${BASE}/`;

test('tells what would be deleted and what is built on it, and changes nothing', async () => {
  await start();
  await server.objects.beginUpload('backups', keyInSet(BASE, 'x'), { initiated: new Date() });
  const { exitCode, stderr, stdout } = await preview(BASE);
  expect([exitCode, stderr, stdout.toString()]).toEqual([
    0,
    '',
    `would delete 25 objects, 57.2 KB and 1 unfinished upload in ${WHERE}\n` +
      '2 backups built on it: 20261125025328, 20261125025323\n',
  ]);
  expect(server.objects.keys('backups').filter((key) => key.includes(`/${BASE}/`)).length).toBe(25);
  expect(server.objects.uploads('backups').length).toBe(1);
  const config = place.config(server, { folder: 'warehouse' });
  const json = await place.run(['delete_backup', config, BASE, '--dry-run', '--json']);
  expect(expectJson('delete_backup', json.stdout).result).toMatchObject({
    dry_run: true,
    objects: 25,
    dependents: ['20261125025328', '20261125025323'],
  });
  expect(server.requests.every(({ method }) => method === 'GET' || method === 'HEAD')).toBeTrue();
});

test('a backup that is being written may be built on it', async () => {
  await start();
  await server.objects.beginUpload('backups', keyInSet('20261125025420', 'x'), { initiated: new Date() });
  expect((await preview('20261125025354')).stdout.toString().split('\n')[1]).toBe(
    '1 backup may be built on it, which do not say: 20261125025420',
  );
});

test('what is not there is nothing to delete', async () => {
  await start();
  const { exitCode, stdout } = await preview('20270101000000');
  expect([exitCode, stdout.toString()]).toEqual([
    0,
    'nothing to delete in s3://backups/warehouse/backups/20270101/20270101000000/\n',
  ]);
});

test('in a bucket with versions it tells what the bucket would keep, and until when', async () => {
  await start({ versioning: true });
  const lock = { mode: 'COMPLIANCE', until: new Date('2099-01-02T03:04:05Z'), legalHold: true } as const;
  await server.objects.put('backups', keyInSet(BASE, 'report'), 'x', { lock });
  const { stdout } = await preview(BASE);
  expect(stdout.toString().split('\n').slice(0, 3)).toEqual([
    `would delete 25 objects, 55.2 KB in ${WHERE}; the bucket would keep 26 versions, 57.2 KB`,
    "locked until 2099-01-02T03:04:05.000Z: its versions can't be deleted before",
    "under a legal hold: its versions can't be deleted",
  ]);
  const bypassed = await preview(BASE, { bypass_governance_retention: 'on' });
  expect(bypassed.stdout.toString()).toStartWith(
    `would delete 25 objects, 55.2 KB and 26 versions in ${WHERE}\n`,
  );
});
