import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { expectJson } from '../../lab/program/json-output.ts';
import { BACKUP_DIR, type Outcome, PREFIX, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';
import { formatLogLine } from '../../src/log/line.ts';
import type { HostLog } from '../../src/output/host-log.ts';

/** Runs the command here, with the host's own home folder; a host without one can't be reached, `hang` never answers. */
const SSH = `#!/bin/sh
for word in "$@"; do printf '%s\\n' "$word" >>"$FAKE/words"; done
while [ "\${1#-}" != "$1" ]; do shift 2; done
host=$1
shift
[ -d "$FAKE/hosts/$host" ] || { echo "ssh: connect to host $host port 22: No route to host" >&2; exit 255; }
[ -e "$FAKE/hosts/$host/ssh" ] && exec "$FAKE/hosts/$host/ssh"
echo 'Welcome to this host'
HOME=$FAKE/hosts/$host exec sh -c "$*"
`;

const OLDER = '20260101030405';

let server: TestServer;
let place: Workplace;
beforeEach(async () => {
  server = await startTestServer();
  place = new Workplace();
  mkdirSync(place.path('bin'));
  chmodSync(place.write('bin/ssh', SSH), 0o755);
});
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

interface Result {
  readonly timestamp: string | null;
  readonly hosts: readonly HostLog[];
}

async function run(...words: string[]): Promise<Outcome> {
  const env = { ...place.env, PATH: `${place.path('bin')}:/usr/bin:/bin`, FAKE: place.folder };
  return await place.run(['log', ...words], { env });
}

/** The exit code and the result of `log … --json`, which must fit to its schema. */
async function told(...words: string[]): Promise<[number, Result]> {
  const { exitCode, stdout, stderr } = await run(...words, '--json');
  expect(stderr).toBe('');
  return [exitCode, expectJson<Result>('log', stdout).result];
}

async function backup(oid: number, options: Record<string, string> = {}, at = BACKUP_DIR): Promise<number> {
  const path = `${at}/gpbackup_0_${at.slice(-14)}_${oid}`;
  const env = { ...place.env, GP_QUERY_STRING: 'COPY public."a b" TO PROGRAM' };
  return (await place.run(['backup_data', place.config(server, options), path], { stdin: 'rows\n', env }))
    .exitCode;
}

type Line = readonly [level: 'ERROR' | 'WARNING' | 'INFO', message: string, at?: Date];

/** Writes lines into the log of a host. */
function logged(host: string, ...lines: readonly Line[]): void {
  const folder = host === '' ? 'gpAdminLogs' : `hosts/${host}/gpAdminLogs`;
  mkdirSync(place.path(folder), { recursive: true });
  for (const [level, message, at = new Date('2026-01-02T03:10:00')] of lines) {
    const origin = { program: 'gpbackup_s3_plugin', user: 'gpadmin', host, pid: 4711 };
    const line = formatLogLine(at, origin, level, message);
    appendFileSync(place.path(`${folder}/gpbackup_s3_plugin_${line.slice(0, 8)}.log`), line);
  }
}

const storedLine = (oid: number, seconds: number): Line => [
  'INFO',
  `stored s3://backups/${PREFIX}gpbackup_0_${TIMESTAMP}_${oid}: 10 bytes in ${seconds} s`,
];

describe('the log of this host', () => {
  test('what its processes stored, tried again, and failed at', async () => {
    const fault = { kind: 'answer', status: 503, code: 'SlowDown' } as const;
    server.faults.add({ when: { operation: 'PutObject', times: 2 }, do: fault });
    expect(await backup(1, { logger_verbosity: 'verbose' })).toBe(0);
    expect(await backup(2)).toBe(0);
    server.faults.add({
      when: { operation: 'PutObject', key: /_3$/ },
      do: { kind: 'answer', status: 403, code: 'AccessDenied' },
    });
    expect(await backup(3)).toBe(1);
    const [exitCode, { timestamp, hosts }] = await told(place.config(server), TIMESTAMP);
    expect([exitCode, timestamp, hosts.length]).toEqual([3, TIMESTAMP, 1]);
    const [own] = hosts;
    expect(own).toMatchObject({
      host: hostname(),
      status: 'ok',
      stored_objects: 2,
      stored_bytes: 10,
      retries: 2,
      errors: 1,
      warnings: 0,
    });
    expect(own?.slowest[0]).toMatchObject({
      action: 'stored',
      key: `${PREFIX}gpbackup_0_${TIMESTAMP}_1`,
      table: 'public."a b"',
      retries: 2,
    });
    const levels = own?.messages.map(({ level, count }) => [level, count]);
    expect(levels).toEqual([
      ['RETRY', 2],
      ['ERROR', 1],
    ]);
    expect(own?.messages[1]?.message).toContain('AccessDenied');
  });

  test('retries are known also where they are not logged', async () => {
    const fault = { kind: 'answer', status: 500, code: 'InternalError' } as const;
    server.faults.add({ when: { operation: 'PutObject', times: 2 }, do: fault });
    expect(await backup(1)).toBe(0);
    const [exitCode, { hosts }] = await told(place.config(server));
    expect([exitCode, hosts[0]?.retries, hosts[0]?.messages]).toEqual([0, 2, []]);
  });

  test('a failure before anything was known of the bucket is of its backup', async () => {
    const path = `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}_1`;
    expect((await place.run(['backup_data', '/nowhere.yaml', path])).exitCode).toBe(1);
    const [exitCode, { timestamp, hosts }] = await told(place.config(server));
    expect([exitCode, timestamp]).toEqual([3, TIMESTAMP]);
    expect(hosts[0]?.messages[0]?.message).toStartWith('backup_data: config file /nowhere.yaml');
  });

  test('without a timestamp it is the last backup, whatever was restored or deleted since', async () => {
    expect(await backup(1)).toBe(0);
    const older = BACKUP_DIR.replace('20260102', '20260101').replace(TIMESTAMP, OLDER);
    expect(await backup(1, {}, older)).toBe(0);
    const config = place.config(server);
    await place.run(['restore_data', config, `${older}/gpbackup_0_${OLDER}_1`]);
    await place.run(['delete_backup', config, '20991231235959']);
    expect((await told(config))[1].timestamp).toBe(TIMESTAMP);
    expect((await told(config, OLDER))[1].hosts[0]).toMatchObject({ stored_objects: 1, read_objects: 1 });
  });

  test('a table for people, in which no control character of a message is left', async () => {
    logged('', storedLine(1, 2.5), [
      'ERROR',
      `backup_data: bad \u001b[31m \u202e "name" (backup ${TIMESTAMP})`,
    ]);
    const { exitCode, stdout, stderr } = await run(place.config(server), TIMESTAMP);
    expect([exitCode, stderr]).toEqual([3, '']);
    const text = stdout.toString();
    expect(text).toStartWith(`backup ${TIMESTAMP}\n\nHOST `);
    expect(text).toMatch(/^ERROR +\S+ +1 +\S+ +backup_data: bad \\x1b/m);
    expect(text).toMatch(/^ +2\.5 +10B +0 +\S+ +stored +gpbackup_0_20260102030405_1$/m);
    expect(text).not.toMatch(/[^\P{Cc}\n]/u);
  });

  test('lines of other days, other programs and no program', async () => {
    logged('', storedLine(1, 1), ['ERROR', `too early ${TIMESTAMP}`, new Date('2025-12-30T00:00:00')]);
    logged('', ['WARNING', `a restore of ${TIMESTAMP}`, new Date('2026-03-02T00:00:00')]);
    const folder = place.path('gpAdminLogs');
    writeFileSync(`${folder}/gpbackup_20260102.log`, `x-[ERROR]:-${TIMESTAMP}\n`);
    appendFileSync(
      `${folder}/gpbackup_s3_plugin_20260102.log`,
      `\n\u0000${TIMESTAMP}\n${'x'.repeat(200_000)}\n`,
    );
    await place.shell(`mkfifo ${folder}/gpbackup_s3_plugin_20260103.log`);
    mkdirSync(`${folder}/gpbackup_s3_plugin_20260104.log`);
    const [exitCode, { hosts }] = await told(place.config(server), TIMESTAMP);
    expect(exitCode).toBe(0);
    expect(hosts[0]).toMatchObject({ stored_objects: 1, errors: 0, warnings: 1 });
  });

  test('no line: nothing found', async () => {
    const config = place.config(server);
    expect(await told(config)).toEqual([
      5,
      { timestamp: null, hosts: [expect.objectContaining({ status: 'none' })] },
    ]);
    logged('', storedLine(1, 1));
    const [exitCode, { timestamp }] = await told(config, OLDER);
    expect([exitCode, timestamp]).toEqual([5, OLDER]);
  });
});

describe('bad input', () => {
  test.each([
    ['a timestamp', () => [place.config(server), '2026'], '"2026" is not a valid timestamp'],
    ['a config file', () => ['/nowhere.yaml'], '/nowhere.yaml'],
    ['a file of hosts', () => [place.config(server), '--hosts', '/nowhere'], '/nowhere'],
    [
      'a host',
      () => [place.config(server), '--hosts', place.write('hosts.txt', '-oProxyCommand=touch owned\n')],
      'is not a valid host name',
    ],
  ] as const)('%s', async (_title, words, message) => {
    const { exitCode, stdout, stderr } = await run(...words());
    expect([exitCode, stdout.toString()]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(existsSync(place.path('words'))).toBe(false);
  });
});

/** The flag with a file of these hosts. */
const on = (...hosts: string[]): string[] => ['--hosts', place.write('all_hosts', `${hosts.join('\n')}\n`)];

describe('the logs of other hosts', () => {
  test('side by side, in the order of the file', async () => {
    logged('', storedLine(1, 1));
    logged('sdw1', storedLine(2, 3), ['WARNING', `careful ${TIMESTAMP}`]);
    logged('sdw2', storedLine(3, 2), storedLine(4, 4));
    const words = [place.config(server), TIMESTAMP, ...on('sdw2', 'sdw1')];
    const [exitCode, { hosts }] = await told(...words);
    expect(exitCode).toBe(0);
    expect(hosts.map((host) => [host.host, host.stored_objects, host.warnings])).toEqual([
      [hostname(), 1, 0],
      ['sdw2', 2, 0],
      ['sdw1', 1, 1],
    ]);
    const asked = readFileSync(place.path('words'), 'utf8');
    expect(asked).toContain('BatchMode=yes\n');
    expect(asked).toMatch(/ConnectTimeout=\d+\n/);
    const text = (await run(...words)).stdout.toString();
    const slowest = text.slice(text.indexOf('the slowest'));
    expect([...slowest.matchAll(/(\d)\.0 .* (sdw\d|\S+) +stored/g)].map(([, seconds]) => seconds)).toEqual([
      '4',
      '3',
      '2',
      '1',
    ]);
  });

  test('one that can not be reached, or does not answer as it should, is a finding', async () => {
    logged('', storedLine(1, 1));
    logged('sdw1', storedLine(2, 1));
    for (const [host, program] of [
      ['older', 'echo unknown command >&2; exit 1'],
      ['strange', `echo '{"version":"9","command":"log","result":{"hosts":"all"},"warnings":[]}'`],
      ['silent', 'exit 0'],
    ] as const) {
      mkdirSync(place.path(`hosts/${host}`), { recursive: true });
      chmodSync(place.write(`hosts/${host}/ssh`, `#!/bin/sh\n${program}\n`), 0o755);
    }
    const words = [place.config(server), TIMESTAMP, ...on('gone', 'sdw1', 'older', 'strange', 'silent')];
    const [exitCode, { hosts }] = await told(...words);
    expect(exitCode).toBe(3);
    expect(hosts.map(({ status, detail }) => [status, detail])).toEqual([
      ['ok', null],
      ['failed', 'ssh: connect to host gone port 22: No route to host'],
      ['ok', null],
      ['failed', 'unknown command'],
      ['failed', 'the program there exited with status 0'],
      ['failed', 'the program there exited with status 0'],
    ]);
    const text = (await run(...words)).stdout.toString();
    expect(text).toMatch(/^gone +not asked$/m);
    expect(text).toMatch(/^FAIL +gone +ssh: connect to host gone port 22: No route to host$/m);
  });

  test('without a timestamp all tell of the last backup that one of them knows', async () => {
    const older = OLDER.slice(0, 8);
    const key = `gp/test/backups/${older}/${OLDER}/gpbackup_0_${OLDER}_1`;
    const old: Line = [
      'INFO',
      `stored s3://backups/${key}: 10 bytes in 1 s`,
      new Date('2026-01-01T03:10:00'),
    ];
    logged('', old);
    logged('sdw1', old, storedLine(1, 1));
    logged('sdw2', old);
    mkdirSync(place.path('hosts/sdw3'));
    const [exitCode, { timestamp, hosts }] = await told(
      place.config(server),
      ...on('sdw1', 'sdw2', 'sdw3', 'gone'),
    );
    expect([exitCode, timestamp]).toEqual([3, TIMESTAMP]);
    expect(hosts.map(({ host, status, stored_objects }) => [host, status, stored_objects])).toEqual([
      [hostname(), 'none', 0],
      ['sdw1', 'ok', 1],
      ['sdw2', 'none', 0],
      ['sdw3', 'none', 0],
      ['gone', 'failed', 0],
    ]);
  });

  test('this host is not asked by ssh', async () => {
    logged('', storedLine(1, 1));
    const [exitCode, { hosts }] = await told(place.config(server), ...on('localhost', hostname()));
    expect([exitCode, hosts.length]).toEqual([0, 1]);
    expect(existsSync(place.path('words'))).toBe(false);
  });

  test('the path of the program is one word for their shell', async () => {
    const odd = place.path("it's $(touch owned) here");
    mkdirSync(odd);
    for (const end of ['', '.bin'])
      await place.shell(
        `cp --reflink=auto "$PLUGIN${end}" "${place.path('copy')}${end}"; mv "${place.path('copy')}${end}" "$ODD/gpbackup_s3_plugin${end}"`,
        {
          env: { ...place.env, ODD: odd },
        },
      );
    logged('sdw1', storedLine(1, 1));
    const config = place.write(
      'odd.yaml',
      `executablepath: "${odd}/gpbackup_s3_plugin"\noptions:\n  bucket: b\n`,
    );
    const [exitCode, { hosts }] = await told(config, TIMESTAMP, ...on('sdw1'));
    expect([exitCode, hosts[1]?.stored_objects]).toEqual([0, 1]);
    expect(existsSync(place.path('owned'))).toBe(false);
  });

  test('Ctrl-C ends it', async () => {
    mkdirSync(place.path('hosts/hang'), { recursive: true });
    chmodSync(place.write('hosts/hang/ssh', `#!/bin/sh\ntouch "$FAKE/called"\nexec sleep 600\n`), 0o755);
    const env = { ...place.env, PATH: `${place.path('bin')}:/usr/bin:/bin`, FAKE: place.folder };
    const child = place.start(['log', place.config(server), TIMESTAMP, ...on('hang')], { env });
    while (!existsSync(place.path('called'))) await new Promise((resolve) => setImmediate(resolve));
    child.kill('SIGINT');
    expect(await child.exited).toBe(130);
  });
});
