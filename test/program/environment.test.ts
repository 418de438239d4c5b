import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { chmodSync, cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import {
  BACKUP_DIR,
  PLUGIN,
  PREFIX,
  someBytes,
  TIMESTAMP,
  UNPRIVILEGED,
  Workplace,
} from '../../lab/program/plugin.ts';
import { type S3Server, startS3Server } from '../../lab/s3-server/server.ts';

const PATH = `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}_16385`;
const DATA = someBytes(100_000);

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server.stop());

/** Backs up and restores through one shell line each and expects silence and the same bytes. */
async function expectRoundTrip(
  place: Workplace,
  prefix: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const data = place.write('data', DATA);
  const config = place.config(server);
  chmodSync(place.folder, 0o755);
  const backup = await place.shell(`${prefix} "$PLUGIN" backup_data ${config} ${PATH} < ${data}`, { env });
  expect(backup).toEqual({ exitCode: 0, stdout: Buffer.alloc(0), stderr: '' });
  const restore = await place.shell(`${prefix} "$PLUGIN" restore_data ${config} ${PATH}`, { env });
  expect([restore.exitCode, restore.stderr, Bun.hash(restore.stdout)]).toEqual([0, '', Bun.hash(DATA)]);
}

describe('the environments that plugins are started in', () => {
  test('an empty environment: no HOME, no PATH', async () => {
    using place = new Workplace();
    await expectRoundTrip(place, 'env -i', {});
  });

  test('HOME that does not exist and can not be made', async () => {
    using place = new Workplace();
    await expectRoundTrip(place, '', { HOME: '/proc/nowhere', PATH: '/usr/bin:/bin' });
  });

  test('umask 077', async () => {
    using place = new Workplace();
    await expectRoundTrip(place, 'umask 077;', place.env);
  });

  test('LD_LIBRARY_PATH of Greenplum, with libraries that are none', async () => {
    using place = new Workplace();
    mkdirSync(place.path('lib'));
    for (const name of ['libstdc++.so.6', 'libssl.so.3', 'libz.so.1'])
      place.write(`lib/${name}`, 'not a library');
    await expectRoundTrip(place, '', { ...place.env, LD_LIBRARY_PATH: place.path('lib') });
  });

  test('the signals that Greenplum ignores', async () => {
    using place = new Workplace();
    await expectRoundTrip(place, `trap '' USR2 TTIN TTOU XFSZ PIPE;`, place.env);
  });

  test('a current folder that can not be read', async () => {
    using place = Workplace.reachable();
    mkdirSync(place.path('locked'));
    chmodSync(place.path('locked'), 0);
    const config = place.config(server);
    const data = place.write('data', DATA);
    for (const file of [place.folder, config, data]) chmodSync(file, 0o755);
    // Root reads everything, so the program runs as another user, from within the folder.
    const line = `cd ${place.path('locked')} && ${UNPRIVILEGED} "$PLUGIN" backup_data ${config} ${PATH} < ${data}`;
    const outcome = await place.shell(line, { env: { ...place.env, HOME: '/nonexistent' } });
    expect(outcome).toEqual({ exitCode: 0, stdout: Buffer.alloc(0), stderr: '' });
  });

  test('a config file that this user can not read: who it is, and what to do', async () => {
    using place = Workplace.reachable();
    const config = place.config(server);
    chmodSync(config, 0o600);
    const line = `${UNPRIVILEGED} "$PLUGIN" list_directory ${config}`;
    const { exitCode, stderr } = await place.shell(line, { env: { ...place.env, HOME: '/nonexistent' } });
    // Whoever is not root here owns the file.
    if (process.getuid?.() !== 0) return;
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^gpbackup_s3_plugin: config file \S+: user (?:"\S+"|\d+) has no permission to read it\nHINT: make the file readable for this user/,
    );
  });

  test('closed descriptors: no stderr is no error, no stdin for a backup and no stdout for a restore are', async () => {
    using place = new Workplace();
    const config = place.config(server);
    const data = place.write('data', DATA);
    const backup = await place.shell(`"$PLUGIN" backup_data ${config} ${PATH} < ${data} 2>&-`);
    expect([backup.exitCode, backup.stderr]).toEqual([0, '']);
    const { exitCode, stderr } = await place.shell(`"$PLUGIN" backup_data ${config} ${PATH}9 <&-`);
    expect([exitCode, stderr]).toEqual([1, 'gpbackup_s3_plugin: backup_data: standard input is closed\n']);
    for (const line of [
      `restore_data ${config} ${PATH}`,
      `restore_data_subset ${config} ${PATH} offsets`,
      `list_directory ${config}`,
    ]) {
      const outcome = await place.shell(`"$PLUGIN" ${line} >&-`);
      const [command] = line.split(' ');
      expect([outcome.exitCode, outcome.stderr]).toEqual([
        1,
        `gpbackup_s3_plugin: ${command}: standard output is closed\n`,
      ]);
    }
  });

  test('64 processes at once', async () => {
    using place = new Workplace();
    const config = place.config(server);
    const outcomes = await Promise.all(
      Array.from({ length: 64 }, (_, index) =>
        place.run(['backup_data', config, `${PATH}${index}`], { stdin: someBytes(300_000, index + 1) }),
      ),
    );
    expect(outcomes.filter(({ exitCode, stderr }) => exitCode !== 0 || stderr !== '')).toEqual([]);
    for (let index = 0; index < 64; index += 1) {
      const stored = await server.objects.get('backups', `${PREFIX}gpbackup_0_${TIMESTAMP}_16385${index}`);
      expect(Bun.hash(stored ?? '')).toBe(Bun.hash(someBytes(300_000, index + 1)));
    }
    expect((await place.logLines()).filter((line) => line.includes('-[INFO]:-stored')).length).toBe(64);
  });
});

describe('nothing of the place it is started in is read or run', () => {
  test('a hostile .env, bunfig.toml, tsconfig.json and package.json in the current folder', async () => {
    using place = new Workplace();
    const mark = place.path('hacked');
    place.write(
      'evil.ts',
      `require('node:fs').writeFileSync(${JSON.stringify(mark)}, 'x'); console.error('evil');`,
    );
    place.write('bunfig.toml', `preload = ["./evil.ts"]\n[run]\npreload = ["./evil.ts"]\n`);
    place.write(
      '.env',
      'AWS_ACCESS_KEY_ID=evil\nAWS_SECRET_ACCESS_KEY=evil\nHTTP_PROXY=http://127.0.0.1:1\nhttp_proxy=http://127.0.0.1:1\n',
    );
    place.write('tsconfig.json', '{ broken');
    place.write('package.json', '{ broken');
    await expectRoundTrip(place, `cd ${place.folder} &&`, place.env);
    expect(existsSync(mark)).toBe(false);
  });

  test('variables that change what the runtime runs', async () => {
    using place = new Workplace();
    const mark = place.path('hacked');
    const evil = place.write('evil.ts', `require('node:fs').writeFileSync(${JSON.stringify(mark)}, 'x');`);
    await expectRoundTrip(place, '', {
      ...place.env,
      BUN_OPTIONS: `--preload=${evil}`,
      NODE_OPTIONS: `--require ${evil}`,
      BUN_BE_BUN: '1',
      BUN_INSPECT: 'ws://127.0.0.1:0/x',
      BUN_INSPECT_PRELOAD: evil,
    });
    expect(existsSync(mark)).toBe(false);
  });
});

describe('a runtime that crashes', () => {
  // Less address space than the runtime needs at its start: it aborts, and would print some 20 lines.
  const starved = 'ulimit -v 120000;';

  test('prints nothing of its own, and the exit status tells', async () => {
    using place = new Workplace();
    const { exitCode, stdout, stderr } = await place.shell(
      `${starved} exec "$PLUGIN" backup_data ${place.config(server)} ${PATH}`,
    );
    expect([exitCode, stdout.length, stderr]).toEqual([134, 0, '']);
  });

  test('is told in one line of ours by the set-up hooks', async () => {
    using place = new Workplace();
    const { exitCode, stderr } = await place.shell(
      `${starved} exec "$PLUGIN" setup_plugin_for_backup ${place.config(server)} ${BACKUP_DIR} coordinator -1`,
    );
    expect(exitCode).toBe(134);
    expect(stderr).toBe(
      'gpbackup_s3_plugin: the program was killed or crashed (signal 6): is there too little memory on this host?\n',
    );
  });
});

test('a launcher without its program says so', async () => {
  using place = new Workplace();
  cpSync(PLUGIN, place.path('gpbackup_s3_plugin'));
  const { exitCode, stderr } = await place.shell(`${place.path('gpbackup_s3_plugin')} --version`);
  expect(exitCode).toBe(126);
  expect(stderr).toContain('gpbackup_s3_plugin.bin is missing or not executable');
});

describe('the launcher finds the program beside it', () => {
  const version = /^gpbackup_s3_plugin version \d+\.\d+\.\d+\n$/;

  test('through the PATH, through links in other folders, and in a folder with blanks', async () => {
    using place = new Workplace();
    const folder = place.path('folder with blanks');
    mkdirSync(folder);
    cpSync(PLUGIN, `${folder}/gpbackup_s3_plugin`);
    symlinkSync(`${PLUGIN}.bin`, `${folder}/gpbackup_s3_plugin.bin`);
    symlinkSync('folder with blanks/gpbackup_s3_plugin', place.path('relative'));
    symlinkSync(place.path('relative'), place.path('absolute'));
    for (const line of [
      `PATH="${folder}:$PATH" gpbackup_s3_plugin --version`,
      `"${folder}/gpbackup_s3_plugin" --version`,
      `cd "${folder}" && ./gpbackup_s3_plugin --version`,
      `cd / && ${place.path('relative')} --version`,
      `cd / && ${place.path('absolute')} --version`,
      `cd ${place.folder} && ./relative --version`,
    ]) {
      const { stdout, stderr } = await place.shell(line);
      expect([line, version.test(stdout.toString()), stderr]).toEqual([line, true, '']);
    }
  });
});
