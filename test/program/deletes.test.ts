import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { type Outcome, PREFIX, someBytes, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

let server: TestServer;
let place: Workplace;
let denied: (operation: string, key: string) => boolean;
beforeEach(async () => {
  denied = () => false;
  const deny = (operation: string, key: string): boolean => denied(operation, key);
  server = await startTestServer({
    credentials: [{ accessKeyId: 'testkey', secretAccessKey: 'testsecret', deny }],
  });
  place = new Workplace();
});
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

/** Nothing on stderr, which managers of backups log as an error. */
const QUIET = { exitCode: 0, stderr: '' };

/** One line on stdout, nothing on stderr, which managers of backups log as an error; the log has the same line. */
async function expectResult(outcome: Outcome, line: string): Promise<void> {
  expect([outcome.exitCode, outcome.stderr, outcome.stdout.toString()]).toEqual([0, '', `${line}\n`]);
  expect((await place.logLines()).at(-1)).toEndWith(`]:-${line}`);
}

describe('delete_backup', () => {
  test('deletes everything of the backup, unfinished uploads too, and nothing else', async () => {
    const config = place.config(server);
    for (let index = 0; index < 2500; index += 1)
      await server.objects.put('backups', `${PREFIX}gpbackup_0_${TIMESTAMP}_${index}`, 'x');
    const others = [
      `${PREFIX.slice(0, -1)}0/gpbackup_x`,
      `gp/test/backups/20260102/20260102030406/gpbackup_y`,
      'gp/test2/z',
    ];
    for (const key of others) await server.objects.put('backups', key, 'x');
    server.faults.add({
      when: { operation: 'UploadPart', times: Infinity },
      do: { kind: 'stallRequest', afterBytes: 1 },
    });
    const killed = place.start(
      ['backup_data', config, `/a/backups/20260102/${TIMESTAMP}/gpbackup_1_${TIMESTAMP}_1`],
      { stdin: someBytes(20_000_000) },
    );
    while (!server.requests.some(({ operation }) => operation === 'UploadPart'))
      await new Promise((resolve) => setImmediate(resolve));
    killed.kill('SIGKILL');
    await killed.exited;
    expect(server.objects.uploads('backups').length).toBe(1);
    const outcome = await place.run(['delete_backup', config, TIMESTAMP]);
    await expectResult(
      outcome,
      `deleted 2500 objects, 2.4 KB and 1 unfinished upload in s3://backups/${PREFIX}`,
    );
    expect(server.objects.keys('backups')).toEqual(others.toSorted((a, b) => (a < b ? -1 : 1)));
    expect(server.objects.uploads('backups')).toEqual([]);
  });

  test('a key outside the backup that a server lists is not deleted', async () => {
    await server.objects.put('backups', 'precious', 'x');
    const body = `<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>precious</Key><Size>1</Size></Contents></ListBucketResult>`;
    server.faults.add({
      when: { operation: 'ListObjectsV2', times: Infinity },
      do: { kind: 'answer', status: 200, body },
    });
    const { exitCode, stderr } = await place.run(['delete_backup', place.config(server), TIMESTAMP]);
    expect([exitCode, stderr.includes('a key outside')]).toEqual([1, true]);
    expect(server.objects.keys('backups')).toEqual(['precious']);
  });

  test('a backup that is not there is deleted already, and its place is told', async () => {
    const outcome = await place.run(['delete_backup', place.config(server), TIMESTAMP]);
    await expectResult(outcome, `nothing to delete in s3://backups/${PREFIX}`);
  });

  test.each(['20260230030405', '20261302030405', '20260102240000', '20260002030405', '00000000000000'])(
    'a timestamp that no clock shows (%s): nothing is there, and the slip is told',
    async (timestamp) => {
      const outcome = await place.run(['delete_backup', place.config(server), timestamp]);
      const where = `s3://backups/gp/test/backups/${timestamp.slice(0, 8)}/${timestamp}/`;
      await expectResult(outcome, `nothing to delete in ${where} (${timestamp} is not a date and time)`);
    },
  );

  test('what is stored under a timestamp that no clock shows is deleted all the same', async () => {
    const prefix = 'gp/test/backups/20260230/20260230030405/';
    await server.objects.put('backups', `${prefix}a`, someBytes(300_000_000 / 100));
    const outcome = await place.run(['delete_backup', place.config(server), '20260230030405']);
    await expectResult(outcome, `deleted 1 object, 2.9 MB in s3://backups/${prefix}`);
  });

  test.each(['', '2026010203040', '202601020304055', '2026010203040x', '../20260102030405', '*'])(
    '"%s" is not a valid timestamp',
    async (timestamp) => {
      const { exitCode, stderr } = await place.run(['delete_backup', place.config(server), timestamp]);
      expect([exitCode, stderr.includes('(expected YYYYMMDDHHMMSS)'), server.requests.length]).toEqual([
        1,
        true,
        0,
      ]);
    },
  );

  test.each([
    [405, 'MethodNotAllowed'],
    [501, 'NotImplemented'],
    [400, 'InvalidRequest'],
  ])('a server without DeleteObjects (%d %s) gets single deletes', async (status, code) => {
    for (const name of ['a', 'b', 'c']) await server.objects.put('backups', PREFIX + name, 'x');
    server.faults.add({
      when: { operation: 'DeleteObjects', times: Infinity },
      do: { kind: 'answer', status, code },
    });
    expect(await place.run(['delete_backup', place.config(server), TIMESTAMP])).toMatchObject(QUIET);
    expect(server.objects.keys('backups')).toEqual([]);
  });

  test('a server that can not list uploads: a warning in the log, the objects are deleted', async () => {
    await server.objects.put('backups', `${PREFIX}a`, 'x');
    server.faults.add({
      when: { operation: 'ListMultipartUploads', times: Infinity },
      do: { kind: 'answer', status: 501, code: 'NotImplemented' },
    });
    expect(await place.run(['delete_backup', place.config(server), TIMESTAMP])).toMatchObject(QUIET);
    expect(server.objects.keys('backups')).toEqual([]);
    expect((await place.logLines()).join('\n')).toContain('[WARNING]:-unfinished uploads below');
  });

  test('a server that lists uploads by their exact key only: the log says what was not looked up', async () => {
    await server.objects.put('backups', `${PREFIX}a`, 'x');
    server.faults.add({
      when: { operation: 'ListMultipartUploads', times: Infinity },
      do: { kind: 'headers', set: { server: 'MinIO' } },
    });
    expect(await place.run(['delete_backup', place.config(server), TIMESTAMP])).toMatchObject(QUIET);
    expect(server.objects.keys('backups')).toEqual([]);
    const told = (await place.logLines()).filter((line) => line.includes('could not be looked up'));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(`[WARNING]:-unfinished uploads below s3://backups/${PREFIX}`);
  });

  test('keys that can not be deleted are an error that names the first', async () => {
    for (const name of ['a', 'b', 'c']) await server.objects.put('backups', PREFIX + name, 'x');
    denied = (operation, key) => operation === 'DeleteObject' && key.endsWith('/b');
    const { exitCode, stderr } = await place.run(['delete_backup', place.config(server), TIMESTAMP]);
    expect([exitCode, stderr.includes(`DeleteObject s3://backups/${PREFIX}b failed`)]).toEqual([1, true]);
    expect(server.objects.keys('backups')).toEqual([`${PREFIX}b`]);
  });
});

describe('delete_directory', () => {
  test.each(['run-1', 'run-1/', 'gp/test/run-1', 'gp/test/run-1/'])(
    '%s deletes run-1 and not run-10',
    async (directory) => {
      for (const key of ['gp/test/run-1/a', 'gp/test/run-1/b/c', 'gp/test/run-10/a', 'gp/test/run-1'])
        await server.objects.put('backups', key, 'x');
      const outcome = await place.run(['delete_directory', place.config(server), directory]);
      await expectResult(outcome, 'deleted 2 objects, 2 B in s3://backups/gp/test/run-1/');
      expect(server.objects.keys('backups')).toEqual(['gp/test/run-1', 'gp/test/run-10/a']);
    },
  );

  test.each(['..', 'a/../b', '/gp/test/a', 'gp/test', 'gp/test/', '', '.', 'a//b', 'a/./b'])(
    '"%s" is refused',
    async (directory) => {
      await server.objects.put('backups', 'gp/test/a/x', 'x');
      const { exitCode, stderr } = await place.run(['delete_directory', place.config(server), directory]);
      expect([exitCode, stderr.includes("can't be deleted")]).toEqual([1, true]);
      expect(server.objects.keys('backups')).toEqual(['gp/test/a/x']);
    },
  );

  const SETS = [
    'gp/test/backups/20260102/20260102030405/a',
    'gp/test/backups/20260102/20260102030405/b',
    'gp/test/backups/20260103/20260103030405/a',
  ];
  const OTHERS = ['gp/test/other/x', 'gp/test/sub/backups/20260102/20260102030405/a'];

  test.each(['backups', 'backups/', 'gp/test/backups', 'gp/test/backups/'])(
    '"%s" is all backups: refused with their number, deleted by an explicit word',
    async (directory) => {
      for (const key of [...SETS, ...OTHERS]) await server.objects.put('backups', key, 'x');
      const config = place.config(server);
      const refused = await place.run(['delete_directory', config, directory]);
      expect([refused.exitCode, refused.stdout.length]).toEqual([1, 0]);
      expect(refused.stderr).toContain(
        's3://backups/gp/test/backups/ contains all backups of a folder: 2 backups in 3 objects',
      );
      expect(refused.stderr).toMatch(/HINT: .*--all-backups/);
      expect(server.objects.keys('backups')).toEqual([...SETS, ...OTHERS]);
      const outcome = await place.run(['delete_directory', config, directory, '--all-backups']);
      await expectResult(outcome, 'deleted 3 objects, 3 B in s3://backups/gp/test/backups/');
      expect(server.objects.keys('backups')).toEqual(OTHERS);
    },
  );

  test.each(['sub', 'sub/backups'])(
    'all backups of another folder (%s) need the word too',
    async (directory) => {
      for (const key of [...SETS, ...OTHERS]) await server.objects.put('backups', key, 'x');
      const config = place.config(server);
      const { exitCode, stderr } = await place.run(['delete_directory', config, directory]);
      expect([exitCode, stderr.includes('1 backup in 1 object')]).toEqual([1, true]);
      expect((await place.run(['delete_directory', config, '--all-backups', directory])).exitCode).toBe(0);
      expect(server.objects.keys('backups')).toEqual([...SETS, OTHERS[0] ?? '']);
    },
  );

  test.each(['backups', 'backups/'])(
    'of a config without a folder: %s needs the word too',
    async (directory) => {
      const keys = SETS.map((key) => key.replace('gp/test/', ''));
      for (const key of keys) await server.objects.put('backups', key, 'x');
      const config = place.config(server, { folder: '/' });
      const { exitCode, stderr } = await place.run(['delete_directory', config, directory]);
      expect([exitCode, stderr.includes('contains all backups of a folder: 2 backups in 3 objects')]).toEqual(
        [1, true],
      );
      expect(server.objects.keys('backups')).toEqual(keys);
    },
  );

  test.each([
    ['backups/20260102', 2],
    ['gp/test/backups/20260102/', 2],
    ['backups/20260103/20260103030405', 1],
    ['sub/backups/20260102', 1],
    ['other', 1],
  ])('%s is not all backups', async (directory, count) => {
    for (const key of [...SETS, ...OTHERS]) await server.objects.put('backups', key, 'x');
    const { exitCode } = await place.run(['delete_directory', place.config(server), directory]);
    expect([exitCode, server.objects.keys('backups').length]).toEqual([0, 5 - count]);
  });

  test('an empty "backups" is nothing to delete', async () => {
    const outcome = await place.run(['delete_directory', place.config(server), 'backups']);
    await expectResult(outcome, 'nothing to delete in s3://backups/gp/test/backups/');
  });

  test.each(['scripts', 'scripts/', 'scripts/a', 'gp'])(
    'what is stored outside the folder (%s) is not deleted, and that is told',
    async (directory) => {
      for (const key of ['scripts/a', 'gp/x']) await server.objects.put('backups', key, 'x');
      const { exitCode, stdout, stderr } = await place.run([
        'delete_directory',
        place.config(server),
        directory,
      ]);
      expect([exitCode, stdout.length]).toEqual([1, 0]);
      expect(stderr).toContain("can't be deleted: it is not below the configured folder gp/test");
      expect(stderr).toContain(`s3://backups/${directory} `);
      expect(stderr).toContain('HINT: ');
      expect(server.objects.keys('backups')).toEqual(['gp/x', 'scripts/a']);
    },
  );

  test('a place outside the folder that may not be listed: nothing to delete', async () => {
    denied = (operation) =>
      operation === 'ListObjectsV2' &&
      server.requests.at(-1)?.query.get('prefix')?.startsWith('gp/test/') === false;
    const outcome = await place.run(['delete_directory', place.config(server), 'scripts']);
    await expectResult(outcome, 'nothing to delete in s3://backups/gp/test/scripts/');
  });
});
