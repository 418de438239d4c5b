import { afterEach, expect, test } from 'bun:test';
import { BACKUP_DIR, PREFIX, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { type S3ServerOptions, startTestServer, type TestServer } from '../../lab/test-server.ts';

let server: TestServer;
let place: Workplace;
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

const inClass = (name: string): { headers: Record<string, string> } => ({
  headers: { 'content-type': 'binary/octet-stream', 'x-amz-storage-class': name },
});
const nameOf = (segment: number): string => `gpbackup_${segment}_${TIMESTAMP}_16384`;

/** A backup whose files of segments are in these classes. */
async function start(classes: readonly string[], options: S3ServerOptions = {}): Promise<void> {
  server = await startTestServer(options);
  place = new Workplace();
  await server.objects.put('backups', `${PREFIX}gpbackup_${TIMESTAMP}_report`, 'report');
  for (const [segment, name] of classes.entries()) {
    await server.objects.put('backups', PREFIX + nameOf(segment), `data ${segment}`, inClass(name));
  }
}

interface Ended {
  readonly exitCode: number;
  readonly stderr: string;
}

async function setUp(restore_from_archive?: string, scope = 'coordinator'): Promise<Ended> {
  const config = place.config(server, { restore_from_archive });
  const { exitCode, stderr } = await place.run(['setup_plugin_for_restore', config, BACKUP_DIR, scope]);
  return { exitCode, stderr };
}

async function restore(segment: number): Promise<Ended> {
  const { exitCode, stderr } = await place.run([
    'restore_data',
    place.config(server),
    `${BACKUP_DIR}/${nameOf(segment)}`,
  ]);
  return { exitCode, stderr };
}

const SUCCESS = { exitCode: 0, stderr: '' };
const HOURS = 12 * 3_600_000;
const asked = (): readonly string[] =>
  server.requests
    .filter(({ operation, status }) => operation === 'RestoreObject' && status === 202)
    .map(({ key }) => key);
const looked = (): number => server.requests.filter(({ operation }) => operation === 'HeadObject').length;

test.each(['coordinator', 'segment_host'])(
  'objects in an archive are named by the set-up at scope %s, and nothing is asked for',
  async (scope) => {
    await start(['STANDARD', 'GLACIER', 'GLACIER_IR', 'DEEP_ARCHIVE']);
    const { exitCode, stderr } = await setUp(undefined, scope);
    expect(exitCode).toBe(1);
    expect(stderr).toStartWith(
      `gpbackup_s3_plugin: 2 objects of the backup ${TIMESTAMP} can't be read, being in an archive (GLACIER, DEEP_ARCHIVE): ${nameOf(1)}; ${nameOf(3)}\nHINT: set restore_from_archive: standard`,
    );
    expect(asked()).toEqual([]);
  },
);

test('a backup that is in no archive costs no request more', async () => {
  await start(['STANDARD', 'GLACIER_IR', 'STANDARD_IA']);
  expect(await setUp('standard')).toEqual(SUCCESS);
  expect(server.requests.map(({ operation }) => operation)).toEqual(['ListObjectsV2']);
});

test.each([
  ['standard', ['Standard', 'Standard'], 'readable in about 12 hours'],
  ['bulk', ['Bulk', 'Bulk'], 'readable in about 48 hours'],
] as const)('%s asks for all, and ends with the time to come back', async (tier, tiers, words) => {
  await start(['GLACIER', 'STANDARD', 'DEEP_ARCHIVE'], { restoreDelay: HOURS });
  const first = await setUp(tier);
  expect(first.exitCode).toBe(1);
  expect(first.stderr).toContain(
    `2 objects of the backup ${TIMESTAMP} can't be read yet: 2 asked for now from the archive (${tier}), ${words}, at 20`,
  );
  expect(asked().toSorted()).toEqual([PREFIX + nameOf(0), PREFIX + nameOf(2)]);
  expect(asked().length).toBe(tiers.length);
  // Again before they are there: nothing is asked twice.
  const second = await setUp(tier);
  expect([second.exitCode, second.stderr.includes(': 0 asked for now'), asked().length]).toEqual([
    1,
    true,
    2,
  ]);
  const off = await setUp();
  expect(off.stderr).toContain(', 2 of them on the way back: ');
  expect(off.stderr).toContain('HINT: run gprestore again when they are back');
  const now = server.clock;
  server.clock = () => new Date(now().getTime() + HOURS + 1000);
  expect(await setUp(tier)).toEqual(SUCCESS);
  expect(await setUp()).toEqual(SUCCESS);
  expect(await restore(2)).toEqual(SUCCESS);
});

test('where they are back at once the restore goes on', async () => {
  await start(['GLACIER', 'DEEP_ARCHIVE']);
  expect(await setUp('bulk')).toEqual(SUCCESS);
  for (const segment of [0, 1]) expect(await restore(segment)).toEqual(SUCCESS);
});

test('expedited waits until they are there', async () => {
  await start(['GLACIER', 'GLACIER'], { restoreDelay: 2500 });
  expect(await setUp('expedited')).toEqual(SUCCESS);
  for (const segment of [0, 1]) expect(await restore(segment)).toEqual(SUCCESS);
});

test('expedited asks for DEEP_ARCHIVE in the tier that it has, and does not wait', async () => {
  await start(['GLACIER', 'DEEP_ARCHIVE'], { restoreDelay: HOURS });
  const { exitCode, stderr } = await setUp('expedited');
  expect([exitCode, stderr.includes('in about 12 hours'), asked().length]).toEqual([1, true, 2]);
});

test('an archive tier of INTELLIGENT_TIERING is found, and left for good', async () => {
  await start(['INTELLIGENT_TIERING', 'INTELLIGENT_TIERING']);
  await server.objects.put('backups', PREFIX + nameOf(1), 'data', {
    headers: { 'x-amz-storage-class': 'INTELLIGENT_TIERING', 'x-amz-archive-status': 'ARCHIVE_ACCESS' },
  });
  const { exitCode, stderr } = await setUp();
  expect([exitCode, stderr.includes(`(INTELLIGENT_TIERING): ${nameOf(1)}`)]).toEqual([1, true]);
  expect(await setUp('standard')).toEqual(SUCCESS);
  expect(asked()).toEqual([PREFIX + nameOf(1)]);
});

test('of many objects in INTELLIGENT_TIERING that are no archive a few are looked at', async () => {
  await start(Array.from({ length: 300 }, () => 'INTELLIGENT_TIERING'));
  expect(await setUp()).toEqual(SUCCESS);
  expect(looked()).toBe(32);
});

test('a host of segments looks at some, the coordinator at all', async () => {
  await start(Array.from({ length: 300 }, () => 'GLACIER'));
  expect(await setUp('standard')).toEqual(SUCCESS);
  const before = looked();
  expect(await setUp('standard', 'segment_host')).toEqual(SUCCESS);
  expect([before >= 300, looked() - before]).toEqual([true, 64]);
});

test('what an incremental backup builds on is brought back too', async () => {
  await start(['STANDARD'], { restoreDelay: HOURS });
  const base = '20251231000000';
  const key = `gp/test/backups/20251231/${base}/gpbackup_0_${base}_16384`;
  await server.objects.put('backups', key, 'data', inClass('GLACIER'));
  const plan = `segmentcount: 1\ntimestamp: "${TIMESTAMP}"\nrestoreplan:\n- timestamp: "${base}"\n  tablefqns:\n  - public.a\n- timestamp: "${TIMESTAMP}"\n  tablefqns: []\n`;
  await server.objects.put('backups', `${PREFIX}gpbackup_${TIMESTAMP}_config.yaml`, plan);
  const toc = 'dataentries:\n- schema: public\n  name: a\n  oid: 16384\n  rowscopied: 1\n';
  await server.objects.put('backups', `${PREFIX}gpbackup_${TIMESTAMP}_toc.yaml`, toc);
  const { exitCode, stderr } = await setUp('standard');
  expect([exitCode, stderr.includes(`1 object of the backup ${base} can't be read yet`), asked()]).toEqual([
    1,
    true,
    [key],
  ]);
});

test('without the permission to ask, the error names it', async () => {
  await start(['GLACIER'], {
    credentials: [
      {
        accessKeyId: 'testkey',
        secretAccessKey: 'testsecret',
        deny: (operation) => operation === 'RestoreObject',
      },
    ],
  });
  const { exitCode, stderr } = await setUp('standard');
  expect([exitCode, stderr.includes('RestoreObject s3://backups/')]).toEqual([1, true]);
});

test('a store that reads what it calls GLACIER is believed', async () => {
  await start(['GLACIER', 'GLACIER']);
  server.faults.add({
    when: { operation: 'GetObject', key: PREFIX + nameOf(0) },
    do: { kind: 'answer', status: 206, headers: { etag: '"x"', 'content-range': 'bytes 0-0/6' }, body: 'd' },
  });
  expect(await setUp()).toEqual(SUCCESS);
});

test('a failing moment is tried again', async () => {
  await start(['GLACIER']);
  server.faults.add({
    when: { operation: 'RestoreObject' },
    do: { kind: 'answer', status: 503, code: 'SlowDown' },
  });
  expect(await setUp('standard')).toEqual(SUCCESS);
});

test('an archived object that is read all the same is told with what to do', async () => {
  await start(['GLACIER']);
  const { exitCode, stderr } = await restore(0);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('(HTTP 403 InvalidObjectState');
  expect(stderr).toContain('HINT: the object is in an archive class');
});
