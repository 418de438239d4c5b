import { afterEach, expect, test } from 'bun:test';
import { PREFIX, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import type { Lock } from '../../lab/s3-server/object-lock.ts';
import { type S3ServerOptions, startTestServer, type TestServer } from '../../lab/test-server.ts';

const UNTIL = new Date('2099-01-02T03:04:05Z');
const GOVERNED: Lock = { mode: 'GOVERNANCE', until: UNTIL, legalHold: false };
const COMPLIANT: Lock = { mode: 'COMPLIANCE', until: new Date('2098-01-02T03:04:05Z'), legalHold: false };
const HELD: Lock = { mode: undefined, until: undefined, legalHold: true };
const OVER: Lock = { mode: 'COMPLIANCE', until: new Date('2020-01-01T00:00:00Z'), legalHold: false };

let server: TestServer;
let place: Workplace;
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

async function start(options: S3ServerOptions, locks: readonly (Lock | undefined)[]): Promise<void> {
  server = await startTestServer(options);
  place = new Workplace();
  for (const [index, lock] of locks.entries()) {
    await server.objects.put(
      'backups',
      `${PREFIX}file${String(index).padStart(3, '0')}`,
      'x'.repeat(10),
      lock === undefined ? {} : { lock },
    );
  }
}

async function deleteBackup(
  options: Record<string, string> = {},
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const outcome = await place.run(['delete_backup', place.config(server, options), TIMESTAMP]);
  return { ...outcome, stdout: outcome.stdout.toString() };
}

const BYPASS = { bypass_governance_retention: 'on' };
const data = (): readonly string[] =>
  server.objects
    .versions('backups')
    .flatMap(({ key, isMarker }) => (isMarker ? [] : [key.slice(PREFIX.length)]));

test('in a bucket with versions the objects are hidden, and what remains is told', async () => {
  await start({ versioning: true }, [undefined, undefined]);
  await server.objects.put('backups', `${PREFIX}file000`, 'again');
  const place1 = `s3://backups/${PREFIX}`;
  expect(await deleteBackup()).toEqual({
    exitCode: 0,
    stdout: `deleted 2 objects, 15 B in ${place1}; the bucket keeps 3 versions, 25 B\n`,
    stderr: '',
  });
  expect([server.objects.keys('backups'), data().length]).toEqual([[], 3]);
  expect(await deleteBackup()).toEqual({
    exitCode: 0,
    stdout: `nothing to delete in ${place1}; the bucket keeps 3 versions, 25 B\n`,
    stderr: '',
  });
});

test.each([
  [
    'GOVERNANCE',
    GOVERNED,
    /locked until 2099-01-02T03:04:05Z \(GOVERNANCE\)\nHINT: bypass_governance_retention: on/,
  ],
  [
    'COMPLIANCE',
    COMPLIANT,
    /locked until 2098-01-02T03:04:05Z \(COMPLIANCE\)\nHINT: nobody can delete it before/,
  ],
  ['a legal hold', HELD, /remain, under a legal hold\nHINT: a legal hold ends when/],
] as const)('versions under %s are told with its end, and the status is 1', async (_, lock, message) => {
  await start({ lock: {} }, [undefined, lock, lock]);
  const { exitCode, stdout, stderr } = await deleteBackup();
  expect([exitCode, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(message);
  expect(stderr).toContain('deleted 3 objects, 30 B in');
  expect(stderr).toContain(', but 3 versions of 30 B remain, ');
  // The second time too, when nothing is listed any more.
  expect((await deleteBackup()).exitCode).toBe(1);
});

test('a lock whose time is over is none', async () => {
  await start({ lock: {} }, [OVER]);
  expect((await deleteBackup()).exitCode).toBe(0);
});

test('the lock that lasts longest is told, also of many', async () => {
  await start({ lock: {} }, [...Array.from({ length: 150 }, () => COMPLIANT), GOVERNED]);
  expect((await deleteBackup()).stderr).toContain('until 2099-01-02T03:04:05Z (GOVERNANCE)');
  expect(server.requests.filter(({ operation }) => operation === 'HeadObject').length).toBeLessThan(110);
});

test('bypass_governance_retention deletes all versions and markers for good', async () => {
  await start({ lock: {} }, [GOVERNED, undefined, GOVERNED]);
  expect((await deleteBackup()).exitCode).toBe(1);
  expect(await deleteBackup(BYPASS)).toEqual({
    exitCode: 0,
    stdout: `deleted 3 versions in s3://backups/${PREFIX}\n`,
    stderr: '',
  });
  expect(server.objects.versions('backups')).toEqual([]);
});

test('bypass_governance_retention deletes no version of another backup', async () => {
  await start({ lock: {} }, [GOVERNED]);
  await server.objects.put('backups', `${PREFIX.replace('030405', '030406')}other`, 'x', { lock: GOVERNED });
  expect((await deleteBackup(BYPASS)).exitCode).toBe(0);
  expect(server.objects.keys('backups')).toEqual([`${PREFIX.replace('030405', '030406')}other`]);
});

test('what bypassing does not unlock stays hidden and is told', async () => {
  await start({ lock: {} }, [GOVERNED, COMPLIANT, HELD]);
  const { exitCode, stderr } = await deleteBackup(BYPASS);
  expect(exitCode).toBe(1);
  expect(stderr).toContain(
    'but 2 versions remain, locked until 2098-01-02T03:04:05Z (COMPLIANCE) and under a legal hold',
  );
  expect([server.objects.keys('backups'), data()]).toEqual([[], ['file001', 'file002']]);
});

test('versions go one by one where the server has no DeleteObjects', async () => {
  await start({ lock: {} }, [GOVERNED, COMPLIANT, GOVERNED]);
  server.faults.add({
    when: { operation: 'DeleteObjects', times: Infinity },
    do: { kind: 'answer', status: 501, code: 'NotImplemented' },
  });
  expect((await deleteBackup(BYPASS)).exitCode).toBe(1);
  expect(data()).toEqual(['file001']);
});

test('versions are found on all pages of their list', async () => {
  await start(
    { lock: {} },
    Array.from({ length: 1100 }, () => GOVERNED),
  );
  expect((await deleteBackup(BYPASS)).exitCode).toBe(0);
  expect(server.objects.versions('backups')).toEqual([]);
});

test.each([
  ['of its own', {}, GOVERNED, /but 1 object remain, locked until 2099-01-02T03:04:05Z \(GOVERNANCE\)/],
  [
    'of the bucket that the server does not show',
    { byDefault: { mode: 'GOVERNANCE', days: 3 } },
    GOVERNED,
    /but 1 object remain, locked until 20\d\d-\d\d-\d\dT[\d:.]+Z \(GOVERNANCE\)/,
  ],
] as const)(
  'without versions a locked object stays, and the rest goes: a lock %s',
  async (name, settings, lock, message) => {
    await start({ lock: { ...settings, versions: false } }, [undefined, lock, undefined]);
    if (name !== 'of its own') {
      const set = { 'x-amz-object-lock-mode': undefined, 'x-amz-object-lock-retain-until-date': undefined };
      server.faults.add({ when: { operation: 'HeadObject', times: Infinity }, do: { kind: 'headers', set } });
    }
    const { exitCode, stderr } = await deleteBackup();
    expect([exitCode, server.objects.keys('backups')]).toEqual([1, [`${PREFIX}file001`]]);
    expect(stderr).toMatch(message);
    expect((await deleteBackup(BYPASS)).exitCode).toBe(0);
    expect(server.objects.keys('backups')).toEqual([]);
  },
);

test('without the permission to list versions deleting works as ever', async () => {
  await start(
    {
      versioning: true,
      credentials: [
        {
          accessKeyId: 'testkey',
          secretAccessKey: 'testsecret',
          deny: (operation) => operation === 'ListObjectVersions',
        },
      ],
    },
    [undefined],
  );
  expect(await deleteBackup()).toEqual({
    exitCode: 0,
    stdout: `deleted 1 object, 10 B in s3://backups/${PREFIX}\n`,
    stderr: '',
  });
});

test('delete_directory tells of locks too', async () => {
  await start({ lock: {} }, [GOVERNED]);
  const { exitCode, stderr } = await place.run([
    'delete_directory',
    place.config(server),
    'backups/20260102',
  ]);
  expect([exitCode, stderr.includes('(GOVERNANCE)')]).toEqual([1, true]);
});

test('a retention that HEAD does not show is asked for', async () => {
  await start({ lock: {} }, [GOVERNED]);
  const set = { 'x-amz-object-lock-mode': undefined, 'x-amz-object-lock-retain-until-date': undefined };
  server.faults.add({ when: { operation: 'HeadObject', times: Infinity }, do: { kind: 'headers', set } });
  const { exitCode, stderr } = await deleteBackup();
  expect([exitCode, stderr.includes('until 2099-01-02T03:04:05Z (GOVERNANCE)')]).toEqual([1, true]);
});
