import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdirSync, symlinkSync } from 'node:fs';
import { someBytes, Workplace } from '../../lab/program/plugin.ts';
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

  test.each([
    'new\nline',
    'tab\tbed',
    'bell\u0007',
    'del\u007f',
    'nel\u0085',
    'non\uffff',
    `${'d'.repeat(200)}/`.repeat(5),
  ])(
    'a name that could not be listed and restored (%j) is refused before anything is stored',
    async (name) => {
      const root = place.path('unfit');
      await Bun.write(`${root}/a`, 'x');
      await Bun.write(`${root}/sub/${name.replace(/\/$/, '/x')}`, 'x');
      await Bun.write(`${root}/z`, 'x');
      const { exitCode, stdout, stderr } = await place.run(['backup_directory', place.config(server), root]);
      expect([exitCode, stdout.length, server.objects.keys('backups')]).toEqual([1, 0, []]);
      expect(stderr).toContain(`${root} can't be stored`);
      expect(stderr).toContain(`"${root}/sub/${name.slice(0, 3)}`);
      expect(stderr).not.toContain(`${root}/z"`);
      expect(stderr.trimEnd().split('\n')).toHaveLength(2);
      expect(stderr).toMatch(/HINT: rename .*nothing was stored/);
    },
  );

  test('names that are not UTF-8 are refused, of files and folders; U+FFFD itself is a name', async () => {
    const root = place.path('bytes');
    await place.shell(
      `mkdir -p ${root} && cd ${root} && printf x > $'\\xef\\xbf\\xbd' && printf x > $'bad\\xff' && mkdir $'dir\\xc3' && printf x > $'dir\\xc3/x'`,
    );
    const config = place.config(server);
    const { exitCode, stderr } = await place.run(['backup_directory', config, root]);
    expect([exitCode, server.objects.keys('backups')]).toEqual([1, []]);
    expect(stderr.match(/is not UTF-8/g)).toHaveLength(2);
    await place.shell(`rm -r ${root}/bad* ${root}/dir*`);
    expect(await place.run(['backup_directory', config, root])).toEqual(SILENT);
    expect(server.objects.keys('backups')).toEqual([`${root}/\ufffd`]);
  });

  test('many unfit names: the first few, and how many more', async () => {
    const root = place.path('unfit');
    for (let index = 0; index < 12; index += 1) await Bun.write(`${root}/a\n${index}`, 'x');
    const { stderr } = await place.run(['backup_directory', place.config(server), root]);
    expect([stderr.match(/control characters/g)?.length, stderr.includes('and 7 more')]).toEqual([5, true]);
  });

  test.each([
    [
      ['a', 'a/b'],
      ['a', 'a/b'],
    ],
    [
      ['a', 'a-1', 'a.b', 'a/b/c'],
      ['a', 'a/b/c'],
    ],
    [
      ['x/y', 'x/y/z', 'top'],
      ['x/y', 'x/y/z'],
    ],
  ])(
    'keys that can not be files side by side (%j) are both named, and nothing is written',
    async (keys, named) => {
      const root = place.path('tree');
      for (const key of keys) await server.objects.put('backups', `${root}/${key}`, 'x');
      const { exitCode, stderr } = await place.run(['restore_directory', place.config(server), root]);
      expect(exitCode).toBe(1);
      for (const key of named) expect(stderr).toContain(`s3://backups/${root}/${key} `);
      expect(stderr).toMatch(/HINT: .*nothing was written/);
      expect(await Bun.$`find ${place.folder} -path '*tree*'`.text()).toBe('');
    },
  );

  test('a folder in the place of a file, and a file in the place of a folder, are named', async () => {
    const root = place.path('tree');
    for (const key of ['f', 'd/x/y', 'other']) await server.objects.put('backups', `${root}/${key}`, 'x');
    mkdirSync(`${root}/f`, { recursive: true });
    await Bun.write(`${root}/d`, 'mine');
    const { exitCode, stderr } = await place.run(['restore_directory', place.config(server), root]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`${root}/f is a folder, and s3://backups/${root}/f would be a file`);
    expect(stderr).toContain(`${root}/d is a file, and s3://backups/${root}/d/x/y needs a folder`);
    expect((await Bun.$`ls ${root}`.text()).trim().split('\n').toSorted()).toEqual(['d', 'f']);
    expect(await Bun.file(`${root}/d`).text()).toBe('mine');
  });

  test('a directory that is a file, and a name that no disk takes, are named', async () => {
    const config = place.config(server);
    const root = place.write('plain', 'x');
    await server.objects.put('backups', `${root}/a`, 'x');
    expect((await place.run(['restore_directory', config, root])).stderr).toContain(`${root} is a file, and`);
    expect((await place.run(['backup_directory', config, root])).stderr).toContain(
      'a part of the path is a file, not a folder',
    );
    const long = place.path('long');
    await server.objects.put('backups', `${long}/${'n'.repeat(256)}`, 'x');
    await server.objects.put('backups', `${long}/a`, 'x');
    expect((await place.run(['restore_directory', config, long])).stderr).toContain('longer than 255 bytes');
    expect(await Bun.file(`${long}/a`).exists()).toBe(false);
  });

  test.each(['x', '0', '-1', '1000', '5.5', ''])(
    '"%s" files at once are taken as 5, with a warning, as WarehousePG takes it',
    async (files) => {
      const root = place.path('some');
      await Bun.write(`${root}/a`, 'x');
      const config = place.config(server);
      expect(await place.run(['backup_directory', config, root, files])).toEqual(SILENT);
      expect(await place.run(['restore_directory_parallel', config, root, files])).toEqual(SILENT);
      const warnings = (await place.logLines()).filter((line) => line.includes('[WARNING]'));
      expect(warnings).toHaveLength(2);
      expect(warnings[0]).toContain(
        `"${files}" is not a valid number of files in parallel (expected 1 to 999)`,
      );
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
    expect(log).toContain('fifo is not a regular file: skipped');
    expect(log).toContain('dangling is not a regular file: skipped');
    expect(log).toContain(`stored 5 files below ${root}: 8.6MB (${10 + 10 + 100 + 9_000_000} bytes) in `);
  });
});

/** The keys that `list_directory` shows for an argument. */
async function listed(...args: string[]): Promise<string[]> {
  const { exitCode, stdout, stderr } = await place.run(['list_directory', place.config(server), ...args]);
  expect([exitCode, stderr]).toEqual([0, '']);
  return stdout
    .toString()
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.replace(/ +\d+$/, ''));
}

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

  test('a folder is a folder, given with or without the configured one in front, or a whole key', async () => {
    const keys = [
      'elsewhere/a',
      'gp/test/run',
      'gp/test/run-1/a',
      'gp/test/run/a',
      'gp/test/run/b',
      'gp/test2',
    ];
    for (const key of keys) await server.objects.put('backups', key, 'x');
    for (const name of ['run', 'gp/test/run'])
      expect(await listed(name)).toEqual(['gp/test/run', 'gp/test/run/a', 'gp/test/run/b']);
    for (const name of ['run/', 'gp/test/run/', 'run//'])
      expect(await listed(name)).toEqual(['gp/test/run/a', 'gp/test/run/b']);
    for (const name of ['run/b', 'gp/test/run/b']) expect(await listed(name)).toEqual(['gp/test/run/b']);
    for (const name of ['elsewhere', 'elsewhere/', 'elsewhere/a'])
      expect(await listed(name)).toEqual(['elsewhere/a']);
    for (const name of ['gp/test', 'gp/test/'])
      expect(await listed(name)).toEqual(keys.filter((key) => key.startsWith('gp/test/')));
    expect(await listed('gp')).toEqual(keys.filter((key) => key.startsWith('gp/')));
    expect(await listed('')).toEqual(keys);
  });

  test('a folder beside more neighbours of its name than a page has', async () => {
    for (let index = 0; index < 1100; index += 1)
      await server.objects.put('backups', `gp/test/run-${index}/x`, '');
    for (const key of ['gp/test/run', 'gp/test/run/a']) await server.objects.put('backups', key, 'x');
    expect(await listed('run')).toEqual(['gp/test/run', 'gp/test/run/a']);
  });

  test('keys with a slash in front, also where the server stores them without it', async () => {
    await server.objects.put('backups', '/data/a', 'x');
    await server.objects.put('backups', 'srv/b', 'x');
    expect(await listed('/data')).toEqual(['/data/a']);
    expect(await listed('/srv')).toEqual(['srv/b']);
  });

  test('nothing in the configured folder, which nobody has named: stderr stays empty', async () => {
    const { exitCode, stdout, stderr } = await place.run(['list_directory', place.config(server)]);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout.toString()).toMatch(/^NAME +SIZE\(bytes\)\n$/);
  });

  test('nothing found: the table has its head alone, stderr says what was looked for, exit 0', async () => {
    await server.objects.put('backups', 'gp/test/run-1/a', 'x');
    const config = place.config(server);
    for (const [name, places] of [
      ['run', 's3://backups/gp/test/run or s3://backups/run'],
      ['gp/test/run/', 's3://backups/gp/test/run/'],
      ['/run', 's3://backups//run or s3://backups/run'],
    ] as const) {
      const { exitCode, stdout, stderr } = await place.run(['list_directory', config, name]);
      expect([exitCode, stderr]).toEqual([0, `gpbackup_s3_plugin: nothing found in ${places}\n`]);
      expect(stdout.toString()).toMatch(/^NAME +SIZE\(bytes\)\n$/);
    }
  });

  test('what a policy forbids to list is not looked at, unless all is forbidden', async () => {
    await server.objects.put('backups', 'gp/test/run/a', 'x');
    const forbid = (pattern: RegExp): void => {
      server.faults.clear();
      for (const nth of [1, 2, 3, 4])
        server.faults.add({
          when: { operation: 'ListObjectsV2', nth },
          do: {
            kind: 'before',
            run: () => {
              const prefix = server.requests.at(-1)?.query.get('prefix') ?? '';
              if (pattern.test(prefix)) mayList = false;
            },
          },
        });
    };
    let mayList = true;
    denied = (operation) => {
      const refused = operation === 'ListObjectsV2' && !mayList;
      mayList = true;
      return refused;
    };
    forbid(/^(run|gp\/test\/run$)/);
    expect(await listed('run')).toEqual(['gp/test/run/a']);
    forbid(/./);
    const { exitCode, stderr } = await place.run(['list_directory', place.config(server), 'run']);
    expect([exitCode, stderr.includes('AccessDenied')]).toEqual([1, true]);
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
