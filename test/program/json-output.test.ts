import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdirSync, symlinkSync } from 'node:fs';
import { expectJson } from '../../lab/program/json-output.ts';
import { type Outcome, Workplace } from '../../lab/program/plugin.ts';
import { SETS_FOLDER, setFiles } from '../../lab/sets.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

let server: TestServer;
let place: Workplace;
let config: string;
beforeAll(async () => {
  server = await startTestServer({ buckets: ['backups'] });
  place = new Workplace();
  config = place.config(server, { folder: SETS_FOLDER });
});
afterAll(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

const run = async (...words: string[]): Promise<Outcome> => {
  const [command = '', ...args] = words;
  const outcome = await place.run([command, config, ...args, '--json'], {
    env: { ...place.env, COORDINATOR_DATA_DIRECTORY: place.folder },
    stdin: 'a secret\n',
  });
  expect([outcome.exitCode, outcome.stderr]).toEqual([0, '']);
  return outcome;
};

describe('--json, compared with docs/json', () => {
  test('list_directory', async () => {
    const files = setFiles('20261125025319');
    for (const { key, content } of files) await server.objects.put('backups', key, content);
    await server.objects.put('backups', 'other/a "quoted"\n<b>\u202e', new Uint8Array(3));
    const { result } = expectJson<{ key: string; size: number }[]>(
      'list_directory',
      (await run('list_directory')).stdout,
    );
    expect(result).toEqual(files.map(({ key, content }) => ({ key, size: content.length })));
    const { stdout } = await run('list_directory', 'other/');
    expect(expectJson('list_directory', stdout).result).toEqual([
      { key: 'other/a "quoted"\n<b>\u202e', size: 3 },
    ]);
  });

  test('list_directory of nothing says where it looked', async () => {
    const { result, warnings } = expectJson('list_directory', (await run('list_directory', 'none')).stdout);
    expect([result, warnings]).toEqual([
      [],
      [`nothing found in s3://backups/${SETS_FOLDER}/none or s3://backups/none`],
    ]);
  });

  test('delete_backup and delete_directory', async () => {
    const files = setFiles('20261125025323');
    for (const { key, content } of files) await server.objects.put('backups', key, content);
    const { result } = expectJson('delete_backup', (await run('delete_backup', '20261125025323')).stdout);
    expect(result).toEqual({
      where: `s3://backups/${SETS_FOLDER}/backups/20261125/20261125025323/`,
      objects: files.length,
      bytes: files.reduce((sum, { content }) => sum + content.length, 0),
      uploads: 0,
      versions: 0,
      remaining: null,
    });
    const again = expectJson<{ objects: number }>(
      'delete_directory',
      (await run('delete_directory', 'backups/20261125/20261125025323')).stdout,
    );
    expect(again.result.objects).toBe(0);
  });

  test('delete_backup in a bucket with versioning', async () => {
    const versioned = await startTestServer({ buckets: ['backups'], versioning: true });
    const other = place.config(versioned, { folder: SETS_FOLDER }, 'versioned.yaml');
    const [file] = setFiles('20261125025328');
    if (file === undefined) throw new Error('the set is empty');
    await versioned.objects.put('backups', file.key, file.content);
    const { stdout } = await place.run(['delete_backup', other, '20261125025328', '--json']);
    const { result } = expectJson<{ remaining: unknown }>('delete_backup', stdout);
    expect(result.remaining).toEqual({ versions: 1, bytes: file.content.length });
    await versioned.stop();
  });

  test.each(['', '_parallel'])('backup_directory%s and restore_directory', async (form) => {
    const folder = place.path(`tree${form}`);
    mkdirSync(folder);
    place.write(`tree${form}/a`, 'four');
    place.write(`tree${form}/b`, 'five!');
    symlinkSync('/dev/null', `${folder}/device`);
    const stored = expectJson(
      `backup_directory${form}`,
      (await run(`backup_directory${form}`, folder)).stdout,
    );
    expect(stored).toMatchObject({
      result: { directory: folder, files: 2, bytes: 9 },
      warnings: [`${folder}/device is not a regular file: skipped`],
    });
    const fetched = expectJson(
      `restore_directory${form}`,
      (await run(`restore_directory${form}`, folder, '2')).stdout,
    );
    expect(fetched).toMatchObject({ result: { directory: folder, files: 2, bytes: 9 }, warnings: [] });
  });

  test('encrypt_secret, without the secret', async () => {
    const { stdout } = await run('encrypt_secret');
    const { result, warnings } = expectJson<{ lines: string[] }>('encrypt_secret', stdout);
    expect(result.lines).toHaveLength(2);
    expect(warnings.length).toBeGreaterThan(1);
    expect(stdout.toString()).not.toContain('a secret');
  });
});

test('without --json backup_directory and restore_directory print nothing', async () => {
  const folder = place.path('quiet');
  mkdirSync(folder);
  place.write('quiet/a', 'four');
  symlinkSync('/dev/null', `${folder}/device`);
  for (const command of ['backup_directory', 'restore_directory']) {
    const { exitCode, stdout, stderr } = await place.run([command, config, folder]);
    expect([exitCode, stdout.toString(), stderr]).toEqual([0, '', '']);
  }
});
