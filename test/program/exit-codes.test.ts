import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type Outcome, outcomeOf, Workplace } from '../../lab/program/plugin.ts';
import { until } from '../../lab/program/until.ts';
import { SETS_FOLDER, setFiles } from '../../lab/sets.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';
import { allCommands } from '../../src/cli/all-commands.ts';
import { exitTexts } from '../../src/cli/exit-texts.ts';

const SET = '20261125025319';

let server: TestServer;
let place: Workplace;
beforeAll(async () => {
  server = await startTestServer({ buckets: ['backups', 'empty', 'second'] });
  place = new Workplace();
  for (const { key, content } of setFiles(SET)) await server.objects.put('backups', key, content);
});
afterAll(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

const config = (options: Record<string, string> = {}, from: Pick<TestServer, 'url'> = server): string =>
  // The second site is a bucket of the same server.
  place.config(from, { folder: SETS_FOLDER, remote_bucket: 'second', ...options });

const COMMANDS = Object.entries(await allCommands())
  .filter(([, { kind }]) => kind === 'catalogue')
  .map(([name]) => name);

/** A command with what it needs. */
async function run(name: string, file: string, ...more: readonly string[]): Promise<Outcome> {
  return await place.run(await wordsOf(name, file, ...more));
}

async function wordsOf(name: string, file: string, ...more: readonly string[]): Promise<string[]> {
  const { arguments: all } = (await allCommands())[name] ?? { arguments: [] };
  const values: Readonly<Record<string, string>> = {
    config: file,
    timestamp: SET,
    table: 'public.orders',
    file: place.path('file.db'),
  };
  // Without a rule it does not look.
  const rule = name === 'expire_backups' ? ['--keep-full', '1'] : [];
  return [name, ...all.map((one) => values[one.name] ?? ''), ...rule, ...more];
}

describe.each(COMMANDS)('%s', (name) => {
  test('2: the command line is wrong', async () => {
    const { exitCode, stdout, stderr } = await run(name, config(), '--no-such-option');
    expect([exitCode, stdout.toString()]).toEqual([2, '']);
    expect(stderr).toContain('--no-such-option');
    expect((await place.run([name])).exitCode).toBe(2);
  });

  test('2: the config file is wrong', async () => {
    // log reads nothing of the options.
    const wrong = [place.path('none.yaml'), ...(name === 'log' ? [] : [config({ no_such_option: '1' })])];
    for (const file of wrong) {
      const { exitCode, stdout, stderr } = await run(name, file, '--json');
      expect(exitCode).toBe(2);
      // Its result is what is wrong.
      if (name === 'check') continue;
      expect(stdout.toString()).toBe('');
      expect(stderr).toStartWith('gpbackup_s3_plugin: ');
    }
  });
});

test('there are commands to try', () => {
  expect(COMMANDS.length).toBeGreaterThan(15);
});

const OF_BUCKET = COMMANDS.filter((name) => !['log', 'policy'].includes(name));
describe.each(OF_BUCKET)('%s', (name) => {
  test.each([
    ['nobody answers', { url: 'http://127.0.0.1:1' }, { retry_timeout: '1s' }],
    ['access is denied', undefined, { aws_secret_access_key: 'wrong' }],
  ])('4: %s', async (_title, from, options) => {
    const { exitCode, stderr } = await run(name, config(options, from));
    expect([exitCode, name === 'check' || stderr.startsWith('gpbackup_s3_plugin: ')]).toEqual([4, true]);
  });

  test('130: Ctrl-C', async () => {
    server.faults.add({ when: { times: Infinity }, do: { kind: 'stallResponse', afterBytes: 0 } });
    const child = place.start(await wordsOf(name, config()));
    const asked = server.requests.length;
    await until(() => server.requests.length > asked);
    child.kill('SIGINT');
    const { exitCode } = await outcomeOf(child);
    server.faults.clear();
    expect(exitCode).toBe(130);
  });
});

const codeOf = async (...args: readonly string[]): Promise<number> => (await place.run(args)).exitCode;

describe('of commands of the catalogue', () => {
  test('0: success', async () => {
    expect(await codeOf('list_backups', config())).toBe(0);
  });

  test('1: a failure', async () => {
    expect(await codeOf('metrics', config(), '--textfile', place.path('none/gpbackup.prom'))).toBe(1);
  });

  test('3: findings', async () => {
    // The lab's bucket removes no unfinished uploads by itself.
    expect(await codeOf('check', config())).toBe(3);
  });

  test('5: nothing found', async () => {
    const { exitCode, stdout } = await place.run(['list_backups', config({ bucket: 'empty' }), '--json']);
    expect([exitCode, JSON.parse(stdout.toString())]).toEqual([
      5,
      expect.objectContaining({ command: 'list_backups', result: [] }) as unknown,
    ]);
  });
});

describe('of the commands of the plugin interface: 0 and 1 alone', () => {
  test.each<readonly [string, readonly string[], Record<string, string>]>([
    ['a wrong command line', ['delete_backup', '--no-such-option'], {}],
    ['a wrong timestamp', ['delete_backup', 'x'], {}],
    ['a wrong config file', ['list_directory'], { no_such_option: '1' }],
    ['access denied', ['list_directory'], { aws_secret_access_key: 'wrong' }],
    ['nothing there', ['restore_directory', '/none'], {}],
  ])('1: %s', async (_title, [command = '', ...args], options) => {
    const { exitCode, stdout, stderr } = await place.run([command, config(options), ...args, '--json']);
    expect([exitCode, stdout.toString()]).toEqual([1, '']);
    expect(stderr).toStartWith('gpbackup_s3_plugin: ');
  });

  test('0: nothing to list or to delete', async () => {
    for (const words of [
      ['list_directory', config({ bucket: 'empty' })],
      ['delete_backup', config({ bucket: 'empty' }), SET],
    ])
      expect((await place.run(words)).exitCode).toBe(0);
  });
});

describe('of a folder without backups', () => {
  test.each(COMMANDS)('%s ends with a code that its help explains', async (name) => {
    const entry = (await allCommands())[name];
    if (entry === undefined) throw new Error(`there is no ${name}`);
    const { exitCode, stderr } = await run(name, config({ bucket: 'empty', remote_bucket: 'second' }));
    const known = exitTexts(name, entry).map(([code]) => code);
    expect([known.includes(String(exitCode)) ? 'explained' : exitCode, stderr]).toEqual([
      'explained',
      expect.not.stringContaining('internal error') as string,
    ]);
    // Where the help says that nothing may be found, nothing is; the log knows of the other tests.
    if (known.includes('5') && name !== 'log') expect(exitCode).toBe(5);
  });

  test.each(COMMANDS)('the help of %s stays within 80 columns', async (name) => {
    const { stdout } = await place.run([name, '--help']);
    const lines = stdout.toString().split('\n');
    expect(
      lines.filter((line) => line.length > 80 && !/^(?:usage:|  gpbackup_s3_plugin) /.test(line)),
    ).toEqual([]);
    expect(lines).toContain('Exit codes:');
  });
});
