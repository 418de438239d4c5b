import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  BACKUP_DIR,
  outcomeOf,
  PREFIX,
  someBytes,
  TIMESTAMP,
  UNPRIVILEGED,
  Workplace,
} from '../../lab/program/plugin.ts';
import { until } from '../../lab/program/until.ts';
import { KEY, PASSPHRASE, PATH, SecretStage } from './secrets-stage.ts';

const WAYS = ['in the file', 'in another file', 'of a command', 'in the environment', 'encrypted'] as const;

let stage: SecretStage;
beforeEach(async () => {
  stage = await SecretStage.start();
});
afterEach(async () => await stage[Symbol.asyncDispose]());

async function wayOf(name: string): Promise<{ config: string; env: Record<string, string> }> {
  const way = (await stage.ways())[name];
  if (way === undefined) throw new Error(`no way ${name}`);
  return {
    config: stage.config({ ...way, options: { ...way.options, logger_verbosity: 'debug' } }),
    env: stage.env(way),
  };
}

test.each(WAYS)('with the secret key %s a backup is stored and read again, in silence', async (name) => {
  const { config, env } = await wayOf(name);
  const data = someBytes(20_000);
  const stored = await stage.place.run(['backup_data', config, PATH], { env, stdin: Uint8Array.from(data) });
  expect([stored.exitCode, stored.stderr]).toEqual([0, '']);
  const read = await stage.place.run(['restore_data', config, PATH], { env });
  expect([read.exitCode, read.stderr, Bun.hash(read.stdout)]).toEqual([0, '', Bun.hash(data)]);
});

/** All files in a folder and below, as far as they stay there. */
function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function contains(path: string, text: string): boolean {
  try {
    return readFileSync(path).includes(text);
  } catch {
    // Another process's, and gone or closed.
    return false;
  }
}

function processesOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').map(Number);
  return [pid, ...children.filter((child) => child > 0).flatMap(processesOf)];
}

describe('while a command runs with the secret key', () => {
  test.each(WAYS)('%s nobody else can see it: no message, log, command line, file, core', async (name) => {
    const { config, env } = await wayOf(name);
    const child = stage.place.start(['backup_data', config, PATH], { env });
    const input = child.stdin;
    if (typeof input === 'number' || input === undefined || !('write' in input)) throw new Error('no pipe');
    await input.write(someBytes(8 * 1024 * 1024 + 5));
    await input.flush();
    await until(() => stage.server.requests.some(({ operation }) => operation === 'UploadPart'));
    for (const pid of processesOf(child.pid)) {
      const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      for (const secret of [KEY, PASSPHRASE]) expect(commandLine).not.toContain(secret);
      expect(readFileSync(`/proc/${pid}/limits`, 'utf8')).toMatch(/^Max core file size +0 +0 +bytes/m);
      expect(readFileSync(`/proc/${pid}/comm`, 'utf8')).toBe('gpbackup_s3_plu\n');
    }
    // The folders that the program makes for a user on a host, wherever it finds a place.
    const folders = ['/tmp', '/dev/shm'].map((above) =>
      join(above, `gpbackup_s3_plugin-${process.geteuid?.()}`),
    );
    const files = [stage.place.folder, ...folders].flatMap(filesIn);
    const holding = files.filter((path) => contains(path, KEY) || contains(path, PASSPHRASE));
    const expected = [config, stage.place.path('secret-key')];
    expect(holding.filter((path) => !expected.includes(path))).toEqual([]);
    for (const path of holding) expect(statSync(path).mode & 0o077).toBe(0);
    await input.end();
    const { exitCode, stdout, stderr } = await outcomeOf(child);
    expect([exitCode, stdout.toString(), stderr]).toEqual([0, '', '']);
    const log = (await stage.place.logLines()).join('\n');
    expect(log).toContain('HTTP 200');
    for (const secret of [KEY, PASSPHRASE]) expect(log).not.toContain(secret);
  });
});

/** Whether a process is there that has not ended. */
function isRunning(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

test('a command line is started once for a process, and holds up no signal', async () => {
  const [started, ready] = [stage.place.path('started'), stage.place.path('ready')];
  const script = stage.place.write('hang.sh', `echo $$ >>${started}; touch ${ready}; exec sleep 1000\n`);
  const options = { aws_secret_access_key_command: `sh ${script}` };
  const child = stage.place.start(['restore_data', stage.config({ options }), PATH], { stdin: '' });
  await until(() => existsSync(ready));
  child.kill('SIGTERM');
  const { exitCode, stderr } = await outcomeOf(child);
  expect([exitCode, stderr]).toEqual([143, 'gpbackup_s3_plugin: ended by SIGTERM\n']);
  const pids = readFileSync(started, 'utf8').trim().split('\n').map(Number);
  expect(pids).toHaveLength(1);
  await until(() => !pids.some(isRunning));
});

describe('a secret that can’t be had is one message, and no request', () => {
  const failing: readonly (readonly [string, Record<string, string>, string])[] = [
    [
      'a file that is not there',
      { aws_secret_access_key_file: '/none/key' },
      'option "aws_secret_access_key_file": /none/key can\'t be used: there is no such file or folder',
    ],
    [
      'a variable that is not set',
      { aws_secret_access_key: '${NOT_SET}' },
      'NOT_SET is not set in the environment of this process on host',
    ],
    [
      'a command that fails',
      { aws_secret_access_key_command: 'ls /none' },
      'the command exited with status 2: ls: cannot access',
    ],
    [
      'an encrypted value without a key',
      { password_encryption: 'on', aws_secret_access_key: `c30d04090302${'00'.repeat(60)}` },
      'there is no key to decrypt "aws_secret_access_key" with',
    ],
  ];
  test.each(failing)('%s', async (_, options, words) => {
    const { exitCode, stderr } = await stage.place.run(['restore_data', stage.config({ options }), PATH]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(words);
    expect(stderr).toContain('HINT: ');
    expect(stage.server.requests).toEqual([]);
  });

  test('a pipe without a writer is not waited for', async () => {
    const pipe = stage.place.path('pipe');
    expect(Bun.spawnSync(['mkfifo', pipe]).exitCode).toBe(0);
    const options = { aws_secret_access_key_file: pipe };
    const { exitCode, stderr } = await stage.place.run(['restore_data', stage.config({ options }), PATH]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('it is not a regular file') as string]);
  });

  test('a file that this user may not read', async () => {
    using place = Workplace.reachable();
    const key = place.write('closed', 'not-to-be-seen');
    const config = place.config(
      { url: 'http://127.0.0.1:1' },
      { aws_secret_access_key: undefined, aws_secret_access_key_file: key },
    );
    const line = `chmod 000 ${key} && ${UNPRIVILEGED} $PLUGIN list_directory ${config}`;
    const { exitCode, stderr } = await place.shell(line);
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining(`${key} can't be used: permission denied`) as string,
    ]);
  });
});

const hook = (config: string, scope: string): string[] => [
  'setup_plugin_for_backup',
  config,
  BACKUP_DIR,
  scope,
  '-1',
];

describe('what others can read is a warning, once a set-up', () => {
  const EVERYBODY =
    /^every user of this host can read the config file \S+ and the secrets in it \(mode 644\): chmod 600 it; /;

  test('a config file with a secret, by its group or by everybody', async () => {
    const inFile = { options: { aws_secret_access_key: KEY } };
    for (const [mode, warning] of [
      [0o644, EVERYBODY],
      [0o640, /^its group can read the config file \S+ and the secrets in it \(mode 640\)/],
    ] as const) {
      const before = (await stage.warnings()).length;
      const config = stage.config(inFile, `config-${mode}.yaml`, mode);
      await stage.place.run(hook(config, 'segment'));
      await stage.place.run(['backup_data', config, PATH], { stdin: 'x' });
      await stage.place.run(['list_directory', config]);
      expect((await stage.warnings()).length).toBe(before);
      expect((await stage.place.run(hook(config, 'coordinator'))).exitCode).toBe(0);
      const warnings = (await stage.warnings()).slice(before);
      expect(warnings).toEqual([expect.stringMatching(warning) as string]);
    }
    const restore = [
      'setup_plugin_for_restore',
      stage.config(inFile, 'restore.yaml', 0o604),
      BACKUP_DIR,
      'segment_host',
    ];
    await stage.place.run(restore);
    expect((await stage.warnings()).at(-1)).toStartWith('every user of this host can read');
  });

  test("a client's private key and its password", async () => {
    const [key, password] = [
      stage.secretFile('key.pem', 'x', 0o644),
      stage.secretFile('password', 'x', 0o604),
    ];
    const options = { aws_secret_access_key: KEY, client_cert_file: key, client_key_password_file: password };
    // The server has no TLS, so that nobody reads the certificate.
    await stage.place.run(hook(stage.config({ options }), 'coordinator'));
    expect((await stage.warnings()).filter((warning) => warning.startsWith('every user'))).toEqual([
      `every user of this host can read ${key} (client_cert_file): chmod 600 it`,
      `every user of this host can read ${password} (client_key_password_file): chmod 600 it`,
    ]);
  });

  test('not one that only its owner can read, nor one that only says where the secret is', async () => {
    expect(
      (await stage.place.run(hook(stage.config({ options: { aws_secret_access_key: KEY } }), 'master')))
        .exitCode,
    ).toBe(0);
    const { 'in another file': file, 'in the environment': variable } = await stage.ways();
    for (const way of [file, variable]) {
      if (way === undefined) throw new Error('no way');
      const config = stage.config(way, 'open.yaml', 0o644);
      expect((await stage.place.run(hook(config, 'master'), { env: stage.env(way) })).exitCode).toBe(0);
    }
    expect(await stage.warnings()).toEqual([]);
  });

  test('a file with a secret that everybody can read, and a value that is not encrypted', async () => {
    const open = stage.secretFile('open', KEY, 0o644);
    const config = stage.config({ options: { aws_secret_access_key_file: open } });
    await stage.place.run(['backup_data', config, PATH], { stdin: 'x' });
    expect(await stage.warnings()).toEqual([]);
    await stage.place.run(hook(config, 'coordinator'));
    expect(await stage.warnings()).toEqual([
      `every user of this host can read ${open} (aws_secret_access_key_file): chmod 600 it`,
    ]);
    const clear = { aws_secret_access_key: KEY, password_encryption: 'on', gpbackup_s3_plugin: PASSPHRASE };
    await stage.place.run(hook(stage.config({ options: clear }, 'clear.yaml'), 'coordinator'));
    expect((await stage.warnings()).slice(1)).toEqual([
      'password_encryption is on, but "aws_secret_access_key" is not encrypted: it is used as it is written',
    ]);
  });
});

describe("in the bucket's copy of the config file", () => {
  test.each(WAYS)('there is no secret key that is %s, and what points to it stays', async (name) => {
    const { config, env } = await wayOf(name);
    mkdirSync(stage.place.path(`backups/20260102/${TIMESTAMP}`), { recursive: true });
    const file = `gpbackup_${TIMESTAMP}_plugin_config.yaml`;
    const text = readFileSync(config, 'utf8');
    const copy = stage.place.write(`backups/20260102/${TIMESTAMP}/${file}`, `${text}# note: ${KEY}\n`);
    const outcome = await stage.place.run(['backup_file', config, copy], { env });
    expect([outcome.exitCode, outcome.stderr]).toEqual([0, '']);
    const stored = Buffer.from((await stage.server.objects.get('backups', PREFIX + file)) ?? []).toString();
    for (const secret of [KEY, PASSPHRASE]) expect(stored).not.toContain(secret);
    expect(stored).toContain('bucket: "backups"');
    expect(stored).toContain('# note: [redacted by gpbackup_s3_plugin]');
    for (const line of text.split('\n')) {
      const stays = /aws_secret_access_key_file|\$\{/.test(line);
      if (stays) expect(stored).toContain(line);
    }
  });
});
