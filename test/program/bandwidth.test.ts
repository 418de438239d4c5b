import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  BACKUP_DIR,
  type Outcome,
  OWN_MOUNTS,
  outcomeOf,
  PREFIX,
  someBytes,
  TIMESTAMP,
  Workplace,
} from '../../lab/program/plugin.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';
import { ownFolder } from '../../src/host/private-folder.ts';
import { SharedRate } from '../../src/host/shared-rate.ts';

const SOURCE = join(import.meta.dir, '../../src');
const KB = 1024;
/** The lowest that is allowed: the load of the machine does not matter. */
const LIMIT = '64KB';
const SIZE = 128 * KB;
/** Milliseconds: two of them, without what a line may catch up on and what may be ahead. */
const BOTH = 2800;

let server: TestServer;
let place: Workplace;
beforeEach(async () => {
  server = await startTestServer();
  place = new Workplace();
});
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

const pathOf = (segment: number): string => `${BACKUP_DIR}/gpbackup_${segment}_${TIMESTAMP}`;
const keyOf = (segment: number): string => `${PREFIX}gpbackup_${segment}_${TIMESTAMP}`;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

async function warnings(): Promise<string[]> {
  return (await place.logLines()).filter((line) => line.includes('[WARNING]'));
}

describe('processes of a host, each with an environment of its own,', () => {
  test('together send no faster than the limit', async () => {
    const config = place.config(server, { backup_bandwidth_limit: LIMIT });
    const time = await timed(async () =>
      Promise.all(
        [0, 1].map(async (segment) => {
          const data = someBytes(SIZE, segment + 1);
          // A session's folder is none of the database's.
          const env = {
            ...place.env,
            ...(segment === 0 ? { XDG_RUNTIME_DIR: '' } : { TMPDIR: place.folder }),
          };
          const { exitCode, stderr } = await place.run(['backup_data', config, pathOf(segment)], {
            stdin: data,
            env,
          });
          expect([exitCode, stderr]).toEqual([0, '']);
          expect(Bun.hash((await server.objects.get('backups', keyOf(segment))) ?? '')).toBe(Bun.hash(data));
        }),
      ),
    );
    expect(time).toBeGreaterThan(BOTH);
    expect(await warnings()).toEqual([]);
  });

  test('together receive no faster than the limit', async () => {
    const data = someBytes(SIZE);
    for (const segment of [0, 1]) await server.objects.put('backups', keyOf(segment), data);
    const config = place.config(server, { restore_bandwidth_limit: LIMIT });
    const time = await timed(async () =>
      Promise.all(
        [0, 1].map(async (segment) => {
          const { exitCode, stderr, stdout } = await place.run(['restore_data', config, pathOf(segment)]);
          expect([exitCode, stderr]).toEqual([0, '']);
          expect(Bun.hash(stdout)).toBe(Bun.hash(data));
        }),
      ),
    );
    expect(time).toBeGreaterThan(BOTH);
    expect(await warnings()).toEqual([]);
  });
});

test('whoever waits for others of the host has not stalled, however short the patience is', async () => {
  const config = place.config(server, { backup_bandwidth_limit: LIMIT, retry_timeout: '1s' });
  // Another process has just sent what takes three seconds.
  new SharedRate(ownFolder({}), 'bandwidth-backup', () => {}).reserve(3000);
  const child = place.start(['backup_data', config, pathOf(0)], { stdin: someBytes(SIZE) });
  const time = await timed(async () =>
    expect(await outcomeOf(child)).toMatchObject({ exitCode: 0, stderr: '' }),
  );
  expect(time).toBeGreaterThan(2000);
  expect(server.requests.map(({ operation, status }) => [operation, status])).toEqual([['PutObject', 200]]);
  expect(await warnings()).toEqual([]);
});

test('commands of whole folders keep to the limit of their direction', async () => {
  const folder = `${place.folder}/files`;
  const files = Array.from({ length: 8 }, (_, index) => `${folder}/${index}`);
  for (const file of files) await Bun.write(file, someBytes(24 * KB));
  const both = { backup_bandwidth_limit: LIMIT, restore_bandwidth_limit: LIMIT };
  const config = place.config(server, both);
  for (const command of ['backup_directory', 'restore_directory']) {
    const time = await timed(async () =>
      expect(await place.run([command, config, folder])).toMatchObject({ exitCode: 0, stderr: '' }),
    );
    expect(time).toBeGreaterThan(1000);
  }
});

test('lists, set-ups and deletes have no limit', async () => {
  const config = place.config(server, { backup_bandwidth_limit: LIMIT, restore_bandwidth_limit: LIMIT });
  const commands = [
    `setup_plugin_for_backup ${config} ${BACKUP_DIR} coordinator -1`,
    `list_directory ${config}`,
    `delete_backup ${config} ${TIMESTAMP}`,
  ];
  const lines = [otherUsers(), ...commands.map((command) => `"$PLUGIN" ${command}`)];
  const time = await timed(async () => expect(await inOwnMemory('', lines)).toMatchObject({ exitCode: 0 }));
  expect(time).toBeLessThan(100_000);
});

test('a signal ends whoever waits for the limit', async () => {
  const config = place.config(server, { backup_bandwidth_limit: LIMIT });
  const input = place.write('input', someBytes(SIZE));
  const lines = [
    otherUsers(),
    `! timeout --signal=TERM 2 "$PLUGIN" backup_data ${config} ${pathOf(0)} <${input}`,
  ];
  const time = await timed(async () => expect(await inOwnMemory('', lines)).toMatchObject({ exitCode: 0 }));
  expect(time).toBeLessThan(100_000);
  expect(server.requests).toEqual([]);
});

describe('where nothing can be shared', () => {
  test('the limit holds for the process alone, with one warning', async () => {
    const config = place.config(server, { backup_bandwidth_limit: LIMIT });
    const input = place.write('input', someBytes(SIZE));
    // Room for the folder, and for nothing in it.
    const lines = [`"$PLUGIN" backup_data ${config} ${pathOf(0)} <${input}`];
    const time = await timed(async () =>
      expect(await inOwnMemory('-o nr_inodes=2', lines)).toMatchObject({ exitCode: 0, stderr: '' }),
    );
    expect(time).toBeGreaterThan(1000);
    const [warning, ...more] = await warnings();
    expect(more).toEqual([]);
    expect(warning).toContain(
      'backup_bandwidth_limit holds for this process alone, not for all of this host together: ENOSPC',
    );
  });
});

test('a process without a limit loads and opens nothing of it', async () => {
  const config = place.config(server);
  const input = place.write('input', 'x');
  const lines = [`"$PLUGIN" backup_data ${config} ${pathOf(0)} <${input}`, 'find /dev/shm -mindepth 1'];
  expect(await inOwnMemory('', lines)).toMatchObject({ exitCode: 0, stdout: Buffer.alloc(0) });
  const loaded = loadedBy(join(SOURCE, 'commands/backup-data.ts'), new Set());
  const parts = ['session/bandwidth.ts', 's3/pace.ts', 's3/http/lane.ts', 'host/shared-rate.ts'];
  expect(parts.filter((part) => loaded.has(join(SOURCE, part)))).toEqual([]);
  expect(loaded.has(join(SOURCE, 's3/http/transport.ts'))).toBe(true);
});

/** A line of a shell for {@link inOwnMemory}: others have just moved what takes five minutes. */
function otherUsers(): string {
  const planted = place.path('planted');
  mkdirSync(planted);
  for (const direction of ['backup', 'restore'])
    new SharedRate(planted, `bandwidth-${direction}`, () => {}).reserve(300_000);
  const own = '/dev/shm/gpbackup_s3_plugin-$(id -u)';
  return `mkdir -m 700 ${own} && cp -p ${planted}/* ${own}`;
}

/** Runs lines of a shell where /dev/shm is empty, and no other process sees it. */
async function inOwnMemory(options: string, lines: readonly string[]): Promise<Outcome> {
  const script = place.write('script', [`mount -t tmpfs ${options} none /dev/shm`, ...lines].join(' &&\n'));
  return await place.shell(`${OWN_MOUNTS} sh ${script}`);
}

/** The files that are loaded with a file: its imports, but those of types and those that come later. */
function loadedBy(file: string, seen: Set<string>): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const source = readFileSync(file, 'utf8');
  for (const [, names = '', path = ''] of source.matchAll(/^import ([^;]*?) from '(\.[^']+)';/gm)) {
    if (!names.startsWith('type ')) loadedBy(join(dirname(file), path), seen);
  }
  return seen;
}
