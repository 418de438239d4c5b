import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { chmodSync, cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import {
  BACKUP_DIR,
  type Outcome,
  outcomeOf,
  PLUGIN,
  someBytes,
  TIMESTAMP,
  Workplace,
} from '../../lab/program/plugin.ts';
import { type S3Server, startS3Server } from '../../lab/s3-server/server.ts';
import { CATALOGUE_COMMANDS } from '../../src/cli/catalogue-commands.ts';
import { COMMANDS } from '../../src/cli/command-table.ts';

const PATH = `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}_16385`;
const DATA = someBytes(100_000);

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server.stop());

/** The shells that are /bin/sh somewhere and are on this machine: Debian's, Red Hat's, Alpine's. */
const SHELLS = [
  ['dash', '/bin/dash'],
  ['bash', '/bin/bash'],
  ['busybox', '/bin/busybox'],
].filter(([, path = '']) => existsSync(path)) as [string, string][];

/** The launcher run by a shell that is called `sh`, as bash must be to behave as one. */
class Launch implements Disposable {
  readonly place = new Workplace();
  readonly #shell = this.place.path('sh');

  constructor(shell: string) {
    symlinkSync(shell, this.#shell);
  }

  async run(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    launcher = PLUGIN,
  ): Promise<Outcome> {
    const child = Bun.spawn([this.#shell, launcher, ...args], {
      cwd: this.place.folder,
      env: { ...this.place.env, ...env },
      stdin: DATA,
      stdout: 'pipe',
      stderr: 'pipe',
    });
    return await outcomeOf(child);
  }

  /** A launcher next to another program. */
  launcherWith(make: (program: string) => void): string {
    const folder = this.place.path('other');
    mkdirSync(folder);
    cpSync(PLUGIN, `${folder}/gpbackup_s3_plugin`);
    make(`${folder}/gpbackup_s3_plugin.bin`);
    return `${folder}/gpbackup_s3_plugin`;
  }

  [Symbol.dispose](): void {
    this.place[Symbol.dispose]();
  }
}

/** Variables of the runtime, its allocator and the shell, some of which would end the program or make it talk. */
const FOREIGN: Readonly<Record<string, string>> = {
  BUN_JSC_useConcurrentGC: 'nonsense',
  BUN_JSC_dumpOptions: '3',
  BUN_JSC_structureHeapSizeInKB: '1',
  BUN_JSC_: '',
  BUN_GC_TIMER_DISABLE: '1',
  BUN_FEATURE_FLAG_FORCE_WAITER_THREAD: '1',
  BUN_OF_NEXT_YEAR: 'x',
  'BUN_odd-name': 'x',
  BUN_LINES: 'a\nb\nexport NOT_A_VARIABLE=1',
  BUN_OPTIONS: '--preload=/nowhere',
  JSC_dumpOptions: '3',
  MIMALLOC_VERBOSE: '1',
  MIMALLOC_SHOW_STATS: '1',
  mimalloc_show_stats: '1',
  Mimalloc_Verbose: '1',
  NODE_OPTIONS: '--require /nowhere',
  NODE_CHANNEL_FD: '0',
  NODE_DEBUG: 'fs',
  UV_THREADPOOL_SIZE: 'x',
  ICU_DATA: '/nowhere',
  SHELLOPTS: 'xtrace:nounset:errexit:noglob:noclobber:allexport',
  BASHOPTS: 'nullglob:extglob:expand_aliases',
  BASH_ENV: '/nowhere',
  ENV: '/nowhere',
  PS4: '$(echo traced >&2)',
  CDPATH: '/:/tmp',
  GPBACKUP_S3_PLUGIN_MESSAGES: '9',
  ...Object.fromEntries(
    ['echo', 'exec', 'cd', 'command', 'read', 'ulimit', 'export', 'unset', 'a-b'].map((name) => [
      `BASH_FUNC_${name}%%`,
      '() { printf hacked; printf hacked >&2; exit 7; }',
    ]),
  ),
  'BASH_FUNC_old()': '() { printf hacked; }',
};
const OWN = {
  BUN_JSC_structureHeapSizeInKB: '65536',
  BUN_JSC_useJIT: '0',
  BUN_ENABLE_CRASH_REPORTING: '0',
  MIMALLOC_ARENA_EAGER_COMMIT: '0',
  GPBACKUP_S3_PLUGIN_MESSAGES: '3',
};

describe.each(SHELLS)('with %s as sh', (_, shell) => {
  test('variables of the runtime and the shell change nothing', async () => {
    using launch = new Launch(shell);
    const config = launch.place.config(server);
    const backup = await launch.run(['backup_data', config, PATH], FOREIGN);
    expect([backup.exitCode, backup.stdout.toString(), backup.stderr]).toEqual([0, '', '']);
    const restore = await launch.run(['restore_data', config, PATH], FOREIGN);
    expect([restore.exitCode, restore.stderr, Bun.hash(restore.stdout)]).toEqual([0, '', Bun.hash(DATA)]);
    const version = await launch.run(['--version'], FOREIGN);
    expect(version.stdout.toString()).toMatch(/^gpbackup_s3_plugin version \d+\.\d+\.\d+\n$/);
    expect([version.exitCode, version.stderr]).toEqual([0, '']);
  });

  test('the program gets those that are the launcher’s own, and all others as they were', async () => {
    using launch = new Launch(shell);
    const launcher = launch.launcherWith((program) => symlinkSync('/bin/cat', program));
    const others = {
      AWS_ACCESS_KEY_ID: 'x',
      NODE_EXTRA_CA_CERTS: '/x',
      LD_LIBRARY_PATH: '/nowhere',
      MY_BUN_X: '1',
      LINES_: 'a\nexport BUN_X=1\nb',
      EMPTY: '',
      HTTPS_PROXY: 'http://proxy',
    };
    const { stdout } = await launch.run(
      ['restore_file', '/proc/self/environ'],
      { ...FOREIGN, ...others },
      launcher,
    );
    const variables = Object.fromEntries(
      stdout
        .toString()
        .split('\0')
        .filter((text) => text !== '')
        .map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
    );
    // Shells set these themselves.
    for (const name of ['PWD', 'OLDPWD', 'SHLVL', '_', 'POSIXLY_CORRECT']) delete variables[name];
    expect(variables).toEqual({ ...launch.place.env, ...others, ...OWN });
  });

  test('a current folder that is gone is no obstacle', async () => {
    using launch = new Launch(shell);
    const { place } = launch;
    const config = place.config(server);
    const data = place.write('data', DATA);
    for (const [index, env] of ['', 'env -i'].entries()) {
      const line = `mkdir gone && cd gone && rmdir ../gone && ${env} ${place.path('sh')} "$PLUGIN" backup_data ${config} ${PATH}gone${index} <${data}`;
      const { exitCode, stdout } = await place.shell(line);
      expect([env, exitCode, stdout.toString()]).toEqual([env, 0, '']);
      const key = `gp/test/${PATH.split('/').slice(-4).join('/')}gone${index}`;
      expect(Bun.hash((await server.objects.get('backups', key)) ?? '')).toBe(Bun.hash(DATA));
    }
  });

  test('relative paths are still those of the current folder', async () => {
    using launch = new Launch(shell);
    launch.place.config(server);
    expect((await launch.run(['backup_data', 'config.yaml', PATH])).exitCode).toBe(0);
  });
});

describe('a program that can not be started is told in one line', () => {
  const WHY = /^gpbackup_s3_plugin: the program can't be started: is it .*\?\n$/;
  // The header of a program for another processor.
  const foreignProgram = Buffer.from('7f454c4602010100000000000000000002000000010000000a', 'hex');
  const programs: readonly (readonly [string, (launch: Launch, program: string) => void])[] = [
    [
      'of another processor',
      (launch, program) => {
        cpSync(launch.place.write('foreign', foreignProgram), program);
        chmodSync(program, 0o755);
      },
    ],
    [
      'without its loader',
      (launch, program) => {
        cpSync(launch.place.write('loader', '#!/nowhere/ld-linux.so\n'), program);
        chmodSync(program, 0o755);
      },
    ],
    ['that is a folder', (_, program) => mkdirSync(program)],
  ];
  const shells = SHELLS.filter(([name]) => name !== 'busybox');
  const cases = programs.flatMap(([what, make]) =>
    shells.map(([name, path]) => [what, name, make, path] as const),
  );

  test.each(cases)('%s (%s)', async (_what, _name, make, shell) => {
    using launch = new Launch(shell);
    const launcher = launch.launcherWith((program) => make(launch, program));
    for (const command of [
      'backup_data',
      'restore_file',
      'setup_plugin_for_backup',
      'list_directory',
      '--version',
    ]) {
      const { exitCode, stdout, stderr } = await launch.run([command, 'a', 'b'], {}, launcher);
      expect([command, exitCode > 1, stdout.toString()]).toEqual([command, true, '']);
      // The shell's own message may stand before it where stderr is open.
      const lines = stderr
        .split('\n')
        .slice(command === '--version' ? -2 : 0)
        .join('\n');
      expect([command, WHY.test(lines)]).toEqual([command, true]);
    }
  });

  test('that is missing, or may not be executed', async () => {
    using launch = new Launch(SHELLS[0]?.[1] ?? '/bin/sh');
    const launcher = launch.launcherWith(() => undefined);
    for (const command of ['backup_data', '--version']) {
      const { exitCode, stderr } = await launch.run([command], {}, launcher);
      expect([exitCode, stderr.includes('gpbackup_s3_plugin.bin is missing or not executable')]).toEqual([
        126,
        true,
      ]);
    }
  });
});

describe("the launcher's lists of commands are the command table's", () => {
  const text = Bun.file(PLUGIN).text();
  const names = [...Object.keys(COMMANDS), ...Object.keys(CATALOGUE_COMMANDS)];
  /** Commands that are started once for each table or file. */
  const forData = Object.entries(COMMANDS)
    .filter(([, entry]) => entry.kind === 'data')
    .map(([name]) => name);

  /** The commands of the list that stands in front of a line. */
  async function listBefore(line: RegExp): Promise<string[]> {
    const found = new RegExp(`^ *([a-z_ |]+)\\)\\s*${line.source}`, 'm').exec(await text)?.[1] ?? '';
    return found.split('|').map((name) => name.trim());
  }

  test('no just-in-time compiler: those for data', async () => {
    expect((await listBefore(/export BUN_JSC_useJIT=0/)).toSorted()).toEqual(
      [...forData, 'replicate_backup'].toSorted(),
    );
  });

  test('an open stdin: those that read data from it; an open stdout: those that write it there', async () => {
    const reading = await listBefore(/\[ -e \/proc\/self\/fd\/0/);
    const writing = await listBefore(/\[ -e \/proc\/self\/fd\/1/);
    expect([...reading, ...writing].filter((name) => !names.includes(name))).toEqual([]);
    const streams = forData.filter((name) => !name.endsWith('_file'));
    expect(streams.filter((name) => !reading.includes(name) && !writing.includes(name))).toEqual([]);
  });

  test('every name of a command in it is one of the table', async () => {
    const words = (await text).match(/\b(?:backup|restore|list|delete|setup|cleanup)_[a-z_]+\b/g) ?? [];
    const unknown = words.filter((word) => !names.some((name) => name.startsWith(word)));
    expect(unknown).toEqual([]);
  });
});
