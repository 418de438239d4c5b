import { afterEach, expect, test } from 'bun:test';
import { BACKUP_DIR, PREFIX, someBytes, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import type { LockSettings } from '../../lab/s3-server/object-lock.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

const LOCKED = { object_lock_mode: 'GOVERNANCE', object_lock_retention: '3650d' };
const UNTIL = '2035-12-31T03:04:05.000Z';

let server: TestServer;
let place: Workplace;
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

async function start(lock?: LockSettings): Promise<void> {
  server = await startTestServer(lock === undefined ? {} : { lock });
  place = new Workplace();
}

async function run(
  args: readonly string[],
  options: { stdin?: Uint8Array<ArrayBuffer>; zone?: string } = {},
): Promise<{ exitCode: number; stderr: string }> {
  const { exitCode, stderr } = await place.run(args, {
    stdin: options.stdin ?? new Uint8Array(0),
    env: { ...place.env, TZ: options.zone ?? 'UTC' },
  });
  return { exitCode, stderr };
}

const SUCCESS = { exitCode: 0, stderr: '' };
const setUp = (config: string, scope = 'coordinator'): readonly string[] => [
  'setup_plugin_for_backup',
  config,
  BACKUP_DIR,
  scope,
  ...(scope === 'coordinator' ? ['-1'] : []),
];

/** What gpbackup calls, in its order: hooks of the coordinator and of two hosts, data, files, and the report last. */
async function backUp(config: string): Promise<void> {
  expect(await run(setUp(config))).toEqual(SUCCESS);
  for (const _ of ['host1', 'host2']) expect(await run(setUp(config, 'segment_host'))).toEqual(SUCCESS);
  const data = ['backup_data', config, `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}_16384`];
  expect(await run(data, { stdin: someBytes(1000) })).toEqual(SUCCESS);
  for (const name of ['metadata.sql', 'toc.yaml', 'plugin_config.yaml', 'config.yaml', 'report']) {
    const path = `${place.folder}/backups/20260102/${TIMESTAMP}/gpbackup_${TIMESTAMP}_${name}`;
    await Bun.write(path, `the ${name}\n`);
    expect([name, await run(['backup_file', config, path])]).toEqual([name, SUCCESS]);
  }
  const report = await server.objects.get('backups', `${PREFIX}gpbackup_${TIMESTAMP}_report`);
  expect(report?.toString()).toBe('the report\n');
}

test.each([
  ['UTC', UNTIL],
  ['America/New_York', '2035-12-31T08:04:05.000Z'],
  ['XYZ-05:30', '2035-12-30T21:34:05.000Z'],
])('in the zone %s all objects of a backup are locked until the same time', async (zone, until) => {
  await start({});
  const config = place.config(server, { ...LOCKED, object_lock_legal_hold: 'on' });
  for (const [number, size] of [1000, 20 * 1024 * 1024].entries()) {
    const path = `${BACKUP_DIR}/gpbackup_${number}_${TIMESTAMP}`;
    expect(await run(['backup_data', config, path], { stdin: someBytes(size), zone })).toEqual(SUCCESS);
    expect(server.objects.head('backups', `${PREFIX}gpbackup_${number}_${TIMESTAMP}`)?.lock).toEqual({
      mode: 'GOVERNANCE',
      until: new Date(until),
      legalHold: true,
    });
  }
});

test('files of no backup are locked from now on', async () => {
  await start({});
  const config = place.config(server, {
    ...LOCKED,
    object_lock_mode: 'COMPLIANCE',
    object_lock_retention: '2h',
  });
  place.write('a.txt', 'a');
  const before = Date.now();
  expect(await run(['backup_directory', config, place.folder])).toEqual(SUCCESS);
  const until = server.objects.head('backups', `${place.folder}/a.txt`)?.lock?.until?.getTime() ?? 0;
  expect([until >= before + 7_200_000, until <= Date.now() + 7_200_000]).toEqual([true, true]);
});

test.each([{}, { checksum: 'crc32' }])('every body has a checksum at the first try: %j', async (options) => {
  await start({});
  const config = place.config(server, { ...LOCKED, ...options });
  const path = `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}`;
  expect(await run(['backup_data', config, path], { stdin: someBytes(20 * 1024 * 1024) })).toEqual(SUCCESS);
  expect(server.requests.filter(({ status }) => (status ?? 0) >= 400)).toEqual([]);
});

test('a backup whose time is over is not stored', async () => {
  await start({});
  const config = place.config(server, { ...LOCKED, object_lock_retention: '1h' });
  const { exitCode, stderr } = await run(setUp(config));
  expect(exitCode).toBe(1);
  expect(stderr.replaceAll('\n', ' ')).toMatch(
    /_set_up_\w+ can't be locked: its time, 60 min from the timestamp 20260102030405, ended at 2026-01-02T04:04:05\.000Z HINT: set a longer object_lock_retention/,
  );
  expect(server.requests.filter(({ method }) => method === 'PUT')).toEqual([]);
});

test.each([
  ['under a lock', {}, LOCKED],
  ['where every object is locked', { byDefault: { mode: 'COMPLIANCE', days: 9 } }, {}],
  ['where a locked key is not written again', { versions: false }, LOCKED],
  [
    'where every object is locked and no key written again',
    { byDefault: { mode: 'COMPLIANCE', days: 9 }, versions: false },
    {},
  ],
] as const)('a whole backup is stored %s', async (_, lock, options) => {
  await start(lock);
  await backUp(place.config(server, options));
  // What the set-ups left is no file of the backup.
  expect(server.objects.keys('backups').filter((key) => !/_set_up_[0-9a-f]{16}$/.test(key)).length).toBe(6);
  expect(
    await run(['setup_plugin_for_restore', place.config(server), BACKUP_DIR, 'coordinator', '-1']),
  ).toEqual(SUCCESS);
});

test('without a lock the set-up leaves the empty report and nothing else', async () => {
  await start();
  expect(await run(setUp(place.config(server)))).toEqual(SUCCESS);
  expect(server.objects.keys('backups')).toEqual([`${PREFIX}gpbackup_${TIMESTAMP}_report`]);
});

test('a server that does not say whether it locks is written to as any other', async () => {
  await start();
  server.faults.add({
    when: { operation: 'GetObjectLockConfiguration', times: Infinity },
    do: { kind: 'answer', status: 403, code: 'AccessDenied' },
  });
  expect(await run(setUp(place.config(server)))).toEqual(SUCCESS);
  expect(server.objects.keys('backups')).toEqual([`${PREFIX}gpbackup_${TIMESTAMP}_report`]);
});

test('the set-up removes what it stored, where it may', async () => {
  await start({});
  expect(await run(setUp(place.config(server, LOCKED)))).toEqual(SUCCESS);
  expect(server.objects.keys('backups')).toEqual([]);
});

test('a bucket without Object Lock is told at the set-up', async () => {
  await start();
  const { exitCode, stderr } = await run(
    setUp(place.config(server, { ...LOCKED, object_lock_legal_hold: 'on' })),
  );
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(
    /failed: Bucket is missing Object Lock Configuration \(HTTP 400 InvalidRequest[^)]*\)\nHINT: use a bucket that was made with Object Lock, or leave out object_lock_mode and object_lock_retention and object_lock_legal_hold; with it the keys need s3:PutObjectRetention and s3:PutObjectLegalHold for these\n$/,
  );
});

test('a server that takes no notice of locks is told at the set-up', async () => {
  await start({});
  server.faults.add({
    when: { operation: 'GetObjectLockConfiguration' },
    do: { kind: 'answer', status: 501, code: 'NotImplemented' },
  });
  server.faults.add({
    when: { operation: 'HeadObject' },
    do: {
      kind: 'rewrite',
      headers: { 'x-amz-object-lock-mode': undefined, 'x-amz-object-lock-retain-until-date': undefined },
    },
  });
  const { exitCode, stderr } = await run(setUp(place.config(server, LOCKED)));
  expect([exitCode, stderr.includes('with a lock and does not lock it')]).toEqual([1, true]);
});

test('options that contradict each other are told together', async () => {
  await start();
  const config = place.config(server, {
    object_lock_mode: 'COMPLIANCE',
    object_lock_legal_hold: 'on',
    checksum: 'off',
  });
  const { exitCode, stderr } = await run(setUp(config));
  expect([exitCode, stderr.includes('go together'), stderr.includes('contradicts Object Lock')]).toEqual([
    1,
    true,
    true,
  ]);
});

test('keys that may not lock are told at the set-up', async () => {
  await start({});
  server.faults.add({
    when: { operation: 'PutObject', times: Infinity },
    do: { kind: 'answer', status: 403, code: 'AccessDenied' },
  });
  const { exitCode, stderr } = await run(setUp(place.config(server, LOCKED)));
  expect([exitCode, stderr.includes('s3:PutObjectRetention (for object_lock_mode)')]).toEqual([1, true]);
});

test('a server that shows a lock and deletes the object all the same is told at the set-up', async () => {
  await start();
  const unlock = ['x-amz-object-lock-mode', 'x-amz-object-lock-retain-until-date'];
  server.faults.add({
    when: { operation: 'PutObject' },
    do: { kind: 'answer', status: 200, headers: { etag: '"d41d8cd98f00b204e9800998ecf8427e"' } },
  });
  server.faults.add({
    when: { operation: 'HeadObject' },
    do: {
      kind: 'answer',
      status: 200,
      headers: { 'content-length': '0', [unlock[0] ?? '']: 'GOVERNANCE', [unlock[1] ?? '']: UNTIL },
    },
  });
  const { exitCode, stderr } = await run(setUp(place.config(server, LOCKED)));
  expect([exitCode, stderr.includes('with a lock and does not lock it')]).toEqual([1, true]);
});

test('an object of parts is locked afterwards where the server forgets it', async () => {
  await start({ inParts: false });
  const config = place.config(server, { ...LOCKED, object_lock_legal_hold: 'on' });
  const path = `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}`;
  expect(await run(['backup_data', config, path], { stdin: someBytes(20 * 1024 * 1024) })).toEqual(SUCCESS);
  expect(server.objects.head('backups', `${PREFIX}gpbackup_0_${TIMESTAMP}`)?.lock).toEqual({
    mode: 'GOVERNANCE',
    until: new Date(UNTIL),
    legalHold: true,
  });
});
