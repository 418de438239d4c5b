import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { BACKUP_DIR, type Outcome, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

/** Far longer than a command may take after a failed set-up, however loaded the machine is. */
const RETRY_TIMEOUT = '10m';
const SOON = 60_000;
const isRoot = process.getuid?.() === 0;

let server: TestServer;
let place: Workplace;
let env: Record<string, string>;
let folder: string;
beforeEach(async () => {
  server = await startTestServer();
  place = new Workplace();
  mkdirSync(place.path('run'), { mode: 0o700 });
  env = { ...place.env, XDG_RUNTIME_DIR: place.path('run') };
  folder = place.path('run/gpbackup_s3_plugin');
});
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

const down = (): string => place.config({ url: 'http://127.0.0.1:1' }, { retry_timeout: '1s' });
const downForLong = (): string =>
  place.config({ url: 'http://127.0.0.1:1' }, { retry_timeout: RETRY_TIMEOUT });

async function setUp(config: string, hook = 'setup_plugin_for_backup'): Promise<Outcome> {
  return await place.run([hook, config, BACKUP_DIR, 'coordinator', '-1'], { env });
}

/** Whether the command has ended by itself, well before its own retry_timeout. */
async function givesUp(args: readonly string[], stdin = ''): Promise<boolean> {
  const child = place.start(args, { env, stdin });
  const timer = setTimeout(() => child.kill('SIGKILL'), SOON);
  const [code, stderr] = await Promise.all([child.exited, new Response(child.stderr).text()]);
  clearTimeout(timer);
  return code === 1 && stderr.includes('ECONNREFUSED');
}

const WARNING = `the set-up of ${TIMESTAMP} failed on this host: giving up after 5 s without progress`;

/** Stores a table with the server up, and tells whether the mark of a failed set-up was seen. */
async function seesMark(config = place.config(server), timestamp = TIMESTAMP): Promise<boolean> {
  const path = `${BACKUP_DIR.replace(TIMESTAMP, timestamp)}/gpbackup_0_${timestamp}_1`;
  expect(await place.run(['backup_data', config, path], { env, stdin: 'x' })).toMatchObject({
    exitCode: 0,
    stderr: '',
  });
  const lines = await place.logLines();
  return lines.some((line) => line.includes(`the set-up of ${timestamp} failed on this host`));
}

/** Leaves a mark for the server's bucket and folder; gives its path. */
async function marked(): Promise<string> {
  server.faults.add({
    when: { operation: 'PutObject' },
    do: { kind: 'answer', status: 403, code: 'AccessDenied' },
  });
  expect((await setUp(place.config(server))).exitCode).toBe(1);
  return `${folder}/${readdirSync(folder)[0]}`;
}

const FILE = `${BACKUP_DIR}/gpbackup_${TIMESTAMP}_report`;

describe('after a set-up that failed', () => {
  test('the later commands of its backup give up soon', async () => {
    await place.shell(`mkdir -p ${place.path(BACKUP_DIR)} && echo x > ${place.path(FILE)}`);
    const { exitCode, stderr } = await setUp(down());
    expect([exitCode, stderr.includes('ECONNREFUSED')]).toEqual([1, true]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const config = downForLong();
    const gaveUp = await Promise.all([
      givesUp(['backup_file', config, place.path(FILE)]),
      givesUp(['backup_data', config, `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}_1`], 'data'),
      givesUp(['restore_file', config, place.path(FILE)]),
    ]);
    expect(gaveUp).toEqual([true, true, true]);
    expect((await place.logLines()).join('\n')).toContain(WARNING);
  }, 180_000);

  test('its mark is seen', async () => {
    await marked();
    expect(await seesMark()).toBe(true);
  });

  test('other backups, buckets and folders wait as they do', async () => {
    await marked();
    expect(await seesMark(place.config(server), '20260102030406')).toBe(false);
    expect(await seesMark(place.config(server, { folder: 'other' }))).toBe(false);
  });

  test('a set-up that succeeds takes the mark away, and its folder', async () => {
    await server.stop();
    const config = place.config(server, { retry_timeout: '1s' });
    expect((await setUp(config)).exitCode).toBe(1);
    expect(readdirSync(folder)).toHaveLength(1);
    server = await startTestServer({ port: server.port });
    expect((await setUp(config)).exitCode).toBe(0);
    expect(existsSync(folder)).toBe(false);
    await server.objects.put(
      'backups',
      `gp/test/backups/20260102/${TIMESTAMP}/gpbackup_${TIMESTAMP}_report`,
      'x',
    );
    expect((await setUp(config, 'setup_plugin_for_restore')).exitCode).toBe(0);
    expect(existsSync(folder)).toBe(false);
  });

  test('one that was killed counts as well', async () => {
    server.faults.add({ when: { operation: 'PutObject' }, do: { kind: 'stallRequest', afterBytes: 0 } });
    const child = place.start(
      ['setup_plugin_for_backup', place.config(server), BACKUP_DIR, 'coordinator', '-1'],
      { env },
    );
    while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    child.kill('SIGTERM');
    await child.exited;
    expect(readdirSync(folder)).toHaveLength(1);
  });
});

describe('a mark is ignored', () => {
  test.each([
    [
      'that is older than 15 minutes',
      (mark: string) => utimesSync(mark, new Date(), new Date(Date.now() - 16 * 60_000)),
    ],
    ['of a time to come', (mark: string) => utimesSync(mark, new Date(), new Date(Date.now() + 3_600_000))],
    ['that others may read or write', (mark: string) => chmodSync(mark, 0o666)],
    ['in a folder that others may enter', () => chmodSync(folder, 0o755)],
    ...(isRoot ? [['of another user', (mark: string) => chownSync(mark, 65534, 65534)] as const] : []),
    [
      'that is a symbolic link',
      (mark: string) => {
        renameSync(mark, place.path('elsewhere'));
        symlinkSync(place.path('elsewhere'), mark);
      },
    ],
    [
      'that is a folder',
      (mark: string) => {
        rmSync(mark);
        mkdirSync(mark, { mode: 0o700 });
      },
    ],
  ] as const)('%s', async (_title, spoil) => {
    spoil(await marked());
    expect(await seesMark()).toBe(false);
  });
});

test('a folder that can not be made, or is a link, fails nothing', async () => {
  await Bun.write(folder, 'a file');
  const elsewhere = place.path('theirs');
  mkdirSync(elsewhere, { mode: 0o755 });
  expect((await setUp(place.config(server))).exitCode).toBe(0);
  await Bun.$`rm ${folder}`.quiet();
  symlinkSync(elsewhere, folder);
  expect((await setUp(place.config(server))).exitCode).toBe(0);
  expect(readdirSync(elsewhere)).toEqual([]);
});

test('a session folder that is not there fails nothing', async () => {
  env = { ...env, XDG_RUNTIME_DIR: place.path('gone') };
  expect(await setUp(place.config(server))).toMatchObject({ exitCode: 0, stderr: '' });
});
