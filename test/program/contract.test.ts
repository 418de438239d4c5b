import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { BACKUP_DIR, PREFIX, someBytes, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { type S3Server, startS3Server } from '../../lab/s3-server/server.ts';

/** CONTRACT: how the callers start the plugin, row by row, through a shell as they do. */
let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server.stop());

describe('versions', () => {
  test('plugin_api_version answers 0.5.0 and nothing else', async () => {
    using place = new Workplace();
    expect(await place.shell('$PLUGIN plugin_api_version')).toEqual({
      exitCode: 0,
      stdout: Buffer.from('0.5.0\n'),
      stderr: '',
    });
  });

  test('--version answers exactly three words', async () => {
    using place = new Workplace();
    const { stdout, stderr, exitCode } = await place.shell('$PLUGIN --version');
    expect(stdout.toString()).toMatch(/^gpbackup_s3_plugin version \d+\.\d+\.\d+\n$/);
    expect([exitCode, stderr]).toEqual([0, '']);
  });
});

describe('set-up hooks', () => {
  for (const scope of ['master', 'coordinator', 'segment_host']) {
    test(`setup_plugin_for_backup at scope ${scope} puts an empty report`, async () => {
      using place = new Workplace();
      await server.objects.delete('backups', `${PREFIX}gpbackup_${TIMESTAMP}_report`);
      const content = scope === 'segment_host' ? '' : ` '"-1"'`;
      const outcome = await place.shell(
        `$PLUGIN setup_plugin_for_backup ${place.config(server)} ${BACKUP_DIR} ${scope}${content}`,
      );
      expect(outcome).toEqual({ exitCode: 0, stdout: Buffer.alloc(0), stderr: '' });
      const report = await server.objects.get('backups', `${PREFIX}gpbackup_${TIMESTAMP}_report`);
      expect(report?.length).toBe(0);
    });
  }

  test('setup_plugin_for_backup at scope segment sends nothing', async () => {
    using place = new Workplace();
    const before = server.requests.length;
    const outcome = await place.shell(
      `$PLUGIN setup_plugin_for_backup ${place.config(server)} ${BACKUP_DIR} segment 3`,
    );
    expect([outcome.exitCode, outcome.stderr, server.requests.length - before]).toEqual([0, '', 0]);
  });

  test('gpbackup replaces the empty report by its own', async () => {
    using place = new Workplace();
    const config = place.config(server);
    await place.run(['setup_plugin_for_backup', config, BACKUP_DIR, 'coordinator', '-1']);
    mkdirSync(place.path(`backups/20260102/${TIMESTAMP}`), { recursive: true });
    const report = place.write(
      `backups/20260102/${TIMESTAMP}/gpbackup_${TIMESTAMP}_report`,
      'the real report',
    );
    await place.run(['backup_file', config, report]);
    const stored = await server.objects.get('backups', `${PREFIX}gpbackup_${TIMESTAMP}_report`);
    expect(Buffer.from(stored ?? []).toString()).toBe('the real report');
  });

  test.each(['cleanup_plugin_for_backup', 'cleanup_plugin_for_restore'])(
    '%s succeeds at every scope, even when config file and server are gone',
    async (command) => {
      using place = new Workplace();
      for (const scope of ['master "-1"', 'coordinator -1', 'segment_host', 'segment "3"']) {
        const outcome = await place.shell(`$PLUGIN ${command} /nowhere.yaml ${BACKUP_DIR} ${scope}`);
        expect(outcome).toEqual({ exitCode: 0, stdout: Buffer.alloc(0), stderr: '' });
      }
    },
  );

  test('an unknown scope is an error', async () => {
    using place = new Workplace();
    const { exitCode, stderr } = await place.shell(
      `$PLUGIN setup_plugin_for_backup ${place.config(server)} ${BACKUP_DIR} segments`,
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain('"segments" is not a valid scope');
  });
});

describe('files', () => {
  test('backup_file keeps the local file, restore_file brings its bytes back', async () => {
    using place = new Workplace();
    const name = `backups/20260102/${TIMESTAMP}/gpbackup_${TIMESTAMP}_metadata.sql`;
    mkdirSync(place.path(`backups/20260102/${TIMESTAMP}`), { recursive: true });
    const file = place.write(name, someBytes(12_345));
    const config = place.config(server);
    expect(await place.shell(`$PLUGIN backup_file ${config} ${file} && chmod 0755 ${file}`)).toEqual({
      exitCode: 0,
      stdout: Buffer.alloc(0),
      stderr: '',
    });
    await Bun.file(file).delete();
    const restored = await place.shell(
      `mkdir -p $(dirname ${file}) && $PLUGIN restore_file ${config} ${file}`,
    );
    expect(restored).toEqual({ exitCode: 0, stdout: Buffer.alloc(0), stderr: '' });
    expect(await Bun.file(file).bytes()).toEqual(someBytes(12_345));
  });

  test('the key is FOLDER and the last four components of the path', async () => {
    using place = new Workplace();
    const path = `/any/where/backups/20250304/20250304050607/gpbackup_20250304050607_toc.yaml`;
    await place.run(['backup_data', place.config(server), path], { stdin: 'x' });
    expect(server.objects.keys('backups', 'gp/test/backups/20250304/')).toEqual([
      'gp/test/backups/20250304/20250304050607/gpbackup_20250304050607_toc.yaml',
    ]);
  });
});

describe('COPY PROGRAM', () => {
  const pipes = [
    { name: 'gzip', into: 'gzip -c -1', out: 'gzip -d -c', extension: '.gz' },
    { name: 'no compression', into: 'cat -', out: 'cat -', extension: '' },
  ];
  for (const { name, into, out, extension } of pipes) {
    test(`a table goes through backup_data and comes back through restore_data (${name})`, async () => {
      using place = new Workplace();
      const rows = Array.from({ length: 20_000 }, (_, row) => `${row},"name ${row * 7}",${row * 1.5}`).join(
        '\n',
      );
      const table = place.write('table.csv', rows);
      const config = place.config(server);
      const path = `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}_16385${extension}`;
      const backup = await place.shell(`${into} < ${table} | $PLUGIN backup_data ${config} ${path}`);
      expect([backup.exitCode, backup.stderr]).toEqual([0, '']);
      const restore = await place.shell(`$PLUGIN restore_data ${config} ${path} | ${out}`);
      expect([restore.exitCode, restore.stderr]).toEqual([0, '']);
      expect(restore.stdout.toString()).toBe(rows);
    });
  }

  test('the log names the table that GP_QUERY_STRING tells', async () => {
    using place = new Workplace();
    const query = `COPY public.orders TO PROGRAM 'gzip -c -1 | x' WITH CSV DELIMITER ',' ON SEGMENT`;
    await place.run(['backup_data', place.config(server), `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}_7`], {
      stdin: 'x',
      env: { ...place.env, GP_QUERY_STRING: query, GP_SEGMENT_ID: '0' },
    });
    expect((await place.logLines()).at(-1)).toContain('(table public.orders)');
  });
});

describe('arguments', () => {
  const counts: readonly (readonly [string, readonly number[]])[] = [
    ['setup_plugin_for_backup', [3, 4]],
    ['setup_plugin_for_restore', [3, 4]],
    ['cleanup_plugin_for_backup', [3, 4]],
    ['cleanup_plugin_for_restore', [3, 4]],
    ['backup_file', [2]],
    ['restore_file', [2]],
    ['backup_data', [2]],
    ['restore_data', [2]],
    ['delete_backup', [2]],
    ['delete_directory', [2]],
    ['restore_data_subset', [3]],
    ['backup_directory', [2, 3]],
    ['restore_directory', [2, 3]],
    ['backup_directory_parallel', [2, 3]],
    ['restore_directory_parallel', [2, 3]],
    ['list_directory', [1, 2]],
    ['plugin_api_version', [0]],
  ];
  test.each(counts)('%s takes %p arguments and refuses any other number', async (command, allowed) => {
    using place = new Workplace();
    for (let count = 0; count <= 5; count += 1) {
      const args = Array.from({ length: count }, () => '/nowhere');
      const { exitCode, stderr } = await place.run([command, ...args]);
      if (allowed.includes(count)) expect(stderr).not.toContain('arguments');
      else expect([exitCode, stderr.includes('arguments')]).toEqual([1, true]);
    }
  });

  test('a misspelt command names the right one on stderr, exit 1', async () => {
    using place = new Workplace();
    const { exitCode, stdout, stderr } = await place.run(['backup_dta', 'a', 'b']);
    expect([exitCode, stdout.length]).toEqual([1, 0]);
    expect(stderr).toContain('did you mean "backup_data"?');
  });

  test('COMMAND --help prints its usage on stdout', async () => {
    using place = new Workplace();
    const { exitCode, stdout } = await place.run(['restore_data_subset', '--help']);
    expect(exitCode).toBe(0);
    expect(stdout.toString()).toContain(
      'usage: gpbackup_s3_plugin restore_data_subset CONFIG PATH OFFSETS_FILE',
    );
  });
});
