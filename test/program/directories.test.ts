import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdirSync, symlinkSync } from 'node:fs';
import { PREFIX, someBytes, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import type { FaultAction } from '../../lab/test-server.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

const SILENT = { exitCode: 0, stdout: Buffer.alloc(0), stderr: '' };

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

describe('backup_directory and restore_directory', () => {
  test.each([
    ['backup_directory', 'restore_directory', ''],
    ['backup_directory_parallel', 'restore_directory_parallel', '2'],
  ])('%s and %s keep the tree; keys are the paths as given', async (backup, restore, files) => {
    const root = await tree();
    const config = place.config(server);
    expect(await place.shell(`$PLUGIN ${backup} ${config} ${root} ${files}`)).toEqual(SILENT);
    expect(server.objects.keys('backups')).toEqual(
      [
        `${root}/a/b c/größe`,
        `${root}/a/b c/nothing`,
        `${root}/a/one+two%20(3)'*!.txt`,
        `${root}/top`,
      ].toSorted((a, b) => (a < b ? -1 : 1)),
    );
    await Bun.$`cp -r ${root} ${root}.before && rm -r ${root} ${root}.before/empty`.quiet();
    expect(await place.shell(`$PLUGIN ${restore} ${config} ${root} ${files}`)).toEqual(SILENT);
    expect(await Bun.$`diff -r ${root} ${root}.before`.nothrow().text()).toBe('');
  });

  test.each(['./d', 'd/', 'a//d', 'a/./d'])(
    'a relative path (%s) is found again by the same argument',
    async (directory) => {
      await Bun.$`mkdir -p ${place.path(directory)}`.quiet();
      await Bun.write(place.path(`${directory}/file`), 'hello');
      const config = place.config(server);
      expect(await place.run(['backup_directory', config, directory])).toEqual(SILENT);
      await Bun.$`rm ${place.path(`${directory}/file`)}`.quiet();
      expect(await place.run(['restore_directory', config, directory])).toEqual(SILENT);
      expect(await Bun.file(place.path(`${directory}/file`)).text()).toBe('hello');
    },
  );

  test('keys of servers that drop the leading slash are found', async () => {
    const root = await tree();
    await server.objects.put('backups', `${root.slice(1)}/x/y`, 'hello');
    expect(await place.run(['restore_directory', place.config(server), root])).toEqual(SILENT);
    expect(await Bun.file(`${root}/x/y`).text()).toBe('hello');
  });

  test('keys of servers that drop the leading slash of the prefix too are found', async () => {
    const root = place.path('dropped');
    const key = `${root.slice(1)}/x/y`;
    await server.objects.put('backups', key, 'hello');
    const body = `<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>${key}</Key><Size>5</Size></Contents></ListBucketResult>`;
    server.faults.add({
      when: { operation: 'ListObjectsV2', times: Infinity },
      do: { kind: 'answer', status: 200, body },
    });
    const config = place.config(server);
    expect(await place.run(['restore_directory', config, root])).toEqual(SILENT);
    expect(await Bun.file(`${root}/x/y`).text()).toBe('hello');
    expect((await place.run(['list_directory', config, root])).stdout.toString()).toContain(key);
  });

  test('files at once that do not fit into max_memory are fewer', async () => {
    const root = place.path('large');
    for (const name of ['a', 'b', 'c', 'd'])
      await server.objects.put('backups', `${root}/${name}`, someBytes(20_000_000));
    const config = place.config(server, { restore_multipart_chunksize: '32MB', max_memory: '96MB' });
    server.faults.add({ when: { operation: 'GetObject', times: Infinity }, do: { kind: 'delay', ms: 50 } });
    expect(await place.run(['restore_directory', config, root])).toEqual(SILENT);
    const starts = server.requests
      .filter(({ operation }) => operation === 'GetObject')
      .map(({ startedAt }) => startedAt.getTime());
    expect(starts.every((start, index) => index === 0 || start - (starts[index - 1] ?? 0) >= 50)).toBe(true);
  });

  test('more than 1,000 files come back', async () => {
    const root = place.path('many');
    for (let index = 0; index < 1100; index += 1)
      await server.objects.put('backups', `${root}/${index % 7}/${index}`, String(index));
    expect(await place.run(['restore_directory', place.config(server), root, '20'])).toEqual(SILENT);
    expect((await Bun.$`find ${root} -type f | wc -l`.text()).trim()).toBe('1100');
  });

  test('a neighbour whose name begins the same is not touched', async () => {
    await server.objects.put('backups', `${place.path('run-1')}/a`, '1');
    await server.objects.put('backups', `${place.path('run-10')}/a`, '10');
    await place.run(['restore_directory', place.config(server), place.path('run-1')]);
    expect((await Bun.$`ls ${place.folder}`.text()).split('\n')).not.toContain('run-10');
  });

  test.each(['../outside', 'a/../../outside', 'a//b', './x'])(
    'a key that leads elsewhere (%s) is refused',
    async (rest) => {
      const root = place.path('in');
      await server.objects.put('backups', `${root}/${rest}`, 'x');
      const { exitCode, stderr } = await place.run(['restore_directory', place.config(server), root]);
      expect([exitCode, stderr.includes('would be written outside')]).toEqual([1, true]);
      expect(await Bun.$`find ${place.folder} -name outside -o -name x`.text()).toBe('');
    },
  );

  test('nothing below the directory is an error', async () => {
    const { exitCode, stderr } = await place.run(['restore_directory', place.config(server), '/no/such']);
    expect([exitCode, stderr.includes('there is nothing below')]).toEqual([1, true]);
  });

  test('a file that can not be stored ends the command with its cause', async () => {
    const root = await tree();
    denied = (operation, key) => operation === 'PutObject' && key.endsWith('/top');
    const { exitCode, stderr } = await place.run(['backup_directory', place.config(server), root]);
    expect([exitCode, stderr.includes('AccessDenied')]).toEqual([1, true]);
  });

  test.each(['n'.repeat(255), 'ß'.repeat(127), '\u{1f600}'.repeat(63)])(
    'a name as long as Linux has it comes back: %s',
    async (name) => {
      const root = place.path('long');
      await Bun.write(`${root}/${name}`, 'hello');
      const config = place.config(server);
      expect(await place.run(['backup_directory', config, root])).toEqual(SILENT);
      await Bun.$`rm ${root}/${name}`.quiet();
      expect(await place.run(['restore_directory', config, root])).toEqual(SILENT);
      expect(await Bun.file(`${root}/${name}`).text()).toBe('hello');
    },
  );

  test('things that are no files are left out, and the log says so', async () => {
    const root = await tree();
    await Bun.$`mkfifo ${root}/fifo`.quiet();
    symlinkSync(`${root}/top`, `${root}/link`);
    symlinkSync('nowhere', `${root}/dangling`);
    expect(await place.run(['backup_directory', place.config(server), root])).toEqual(SILENT);
    expect(server.objects.keys('backups')).toContain(`${root}/link`);
    const log = (await place.logLines()).join('\n');
    expect(log).toContain('fifo is no regular file: left out');
    expect(log).toContain('dangling is no regular file: left out');
    expect(log).toContain(`stored 5 files below ${root}: ${10 + 10 + 100 + 9_000_000} bytes`);
  });
});

describe('list_directory', () => {
  test('a table of all keys below the folder, over pages', async () => {
    for (let index = 0; index < 1005; index += 1)
      await server.objects.put('backups', `gp/test/${String(index).padStart(4, '0')}`, 'abc');
    await server.objects.put('backups', 'gp/test2/x', 'other');
    const { stdout, stderr, exitCode } = await place.run(['list_directory', place.config(server)]);
    const lines = stdout.toString().trimEnd().split('\n');
    expect([exitCode, stderr, lines.length]).toEqual([0, '', 1006]);
    expect(lines[0]).toMatch(/^NAME +SIZE\(bytes\)$/);
    expect(lines[1]).toMatch(/^gp\/test\/0000 +3$/);
    expect(lines.at(-1)).toMatch(/^gp\/test\/1004 +3$/);
  });

  test('a server that knows version 1 of the list only is asked on by it', async () => {
    server.faults.add({
      when: { operation: 'ListObjectsV2' },
      do: page(true, ['gp/test/a', 'gp/test/b'], ''),
    });
    server.faults.add({ when: { operation: 'ListObjects' }, do: page(false, ['gp/test/c'], 'gp/test/b') });
    const { stdout, exitCode } = await place.run(['list_directory', place.config(server)]);
    expect([exitCode, stdout.toString().match(/gp\/test\/./g)]).toEqual([
      0,
      ['gp/test/a', 'gp/test/b', 'gp/test/c'],
    ]);
    expect(server.requests.at(-1)?.query.get('marker')).toBe('gp/test/b');
  });

  test('a prefix of the caller; an empty list has its head', async () => {
    await server.objects.put('backups', 'elsewhere/a', 'x');
    const config = place.config(server);
    expect((await place.run(['list_directory', config, 'elsewhere'])).stdout.toString()).toContain(
      'elsewhere/a',
    );
    expect((await place.run(['list_directory', config, 'nothing'])).stdout.toString()).toMatch(
      /^NAME +SIZE\(bytes\)\n$/,
    );
  });

  test('a reader that has seen enough is no error', async () => {
    for (let index = 0; index < 3000; index += 1)
      await server.objects.put('backups', `gp/test/${'long'.repeat(50)}${index}`, '');
    const { stdout, stderr } = await place.shell(
      `$PLUGIN list_directory ${place.config(server)} | head -n 2 | wc -l; echo \${PIPESTATUS[0]}`,
    );
    expect([stdout.toString(), stderr]).toEqual(['2\n0\n', '']);
  });
});

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
    expect(await place.run(['delete_backup', config, TIMESTAMP])).toEqual(SILENT);
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

  test('a backup that is not there is deleted already', async () => {
    expect(await place.run(['delete_backup', place.config(server), TIMESTAMP])).toEqual(SILENT);
    expect((await place.logLines()).join('\n')).toContain('nothing to delete');
  });

  test.each(['', '2026010203040', '202601020304055', '2026010203040x', '../20260102030405', '*'])(
    '"%s" is no timestamp',
    async (timestamp) => {
      const { exitCode, stderr } = await place.run(['delete_backup', place.config(server), timestamp]);
      expect([exitCode, stderr.includes('it must be 14 digits'), server.requests.length]).toEqual([
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
    expect(await place.run(['delete_backup', place.config(server), TIMESTAMP])).toEqual(SILENT);
    expect(server.objects.keys('backups')).toEqual([]);
  });

  test('a server that can not list uploads: a warning in the log, the objects are deleted', async () => {
    await server.objects.put('backups', `${PREFIX}a`, 'x');
    server.faults.add({
      when: { operation: 'ListMultipartUploads', times: Infinity },
      do: { kind: 'answer', status: 501, code: 'NotImplemented' },
    });
    expect(await place.run(['delete_backup', place.config(server), TIMESTAMP])).toEqual(SILENT);
    expect(server.objects.keys('backups')).toEqual([]);
    expect((await place.logLines()).join('\n')).toContain('[WARNING]:-unfinished uploads below');
  });

  test('a server that lists uploads by their exact key only: the log says what was not looked up', async () => {
    await server.objects.put('backups', `${PREFIX}a`, 'x');
    server.faults.add({
      when: { operation: 'ListMultipartUploads', times: Infinity },
      do: { kind: 'headers', set: { server: 'MinIO' } },
    });
    expect(await place.run(['delete_backup', place.config(server), TIMESTAMP])).toEqual(SILENT);
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
      expect(await place.run(['delete_directory', place.config(server), directory])).toEqual(SILENT);
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
});

/** Files with names that URLs, shells and XML treat specially, an empty file, a large one and an empty folder. */
async function tree(): Promise<string> {
  const root = place.path('tree');
  mkdirSync(`${root}/a/b c`, { recursive: true });
  mkdirSync(`${root}/empty`);
  await Bun.write(`${root}/top`, someBytes(10));
  await Bun.write(`${root}/a/one+two%20(3)'*!.txt`, someBytes(100, 2));
  await Bun.write(`${root}/a/b c/größe`, someBytes(9_000_000, 3));
  await Bun.write(`${root}/a/b c/nothing`, '');
  return root;
}

const page = (truncated: boolean, keys: string[], marker: string): FaultAction => ({
  kind: 'answer',
  status: 200,
  body: `<?xml version="1.0"?><ListBucketResult><Marker>${marker}</Marker><IsTruncated>${truncated}</IsTruncated>${keys.map((key) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`).join('')}</ListBucketResult>`,
});
