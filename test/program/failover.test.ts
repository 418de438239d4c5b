import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { existsSync, mkdirSync } from 'node:fs';
import {
  BACKUP_DIR,
  type Outcome,
  PREFIX,
  someBytes,
  TIMESTAMP,
  Workplace,
} from '../../lab/program/plugin.ts';
import { setFiles } from '../../lab/sets.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

const NAME = `gpbackup_0_${TIMESTAMP}`;
const KEY = PREFIX + NAME;
const REPLICA = KEY.replace('gp/test/', 'copies/');
const LARGE = someBytes(20 * 1024 * 1024);
const SMALL = someBytes(1000);

let first: TestServer;
let second: TestServer;
let place: Workplace;
beforeEach(async () => {
  first = await startTestServer();
  second = await startTestServer({ buckets: ['copies'] });
  place = new Workplace();
});
afterEach(async () => {
  place[Symbol.dispose]();
  await first.stop();
  await second.stop();
});

type Options = Readonly<Record<string, string>>;

function config(options: Options = {}): string {
  return place.config(first, {
    remote_endpoint: second.url,
    remote_bucket: 'copies',
    remote_folder: 'copies',
    restore_failover: 'on',
    retry_timeout: '1s',
    ...options,
  });
}

async function warnings(): Promise<string[]> {
  return (await place.logLines()).filter((line) => line.includes('-[WARNING]:-'));
}

/** Restores `bytes`, in silence, and with one line in the log. */
async function expectRestored(outcome: Outcome, bytes: Uint8Array): Promise<void> {
  expect([outcome.exitCode, outcome.stderr]).toEqual([0, '']);
  expect(Bun.hash(outcome.stdout)).toBe(Bun.hash(bytes));
  const lines = await warnings();
  expect(lines.length).toBe(1);
  expect(lines[0]).toContain('reading from the second site, s3://copies/copies: ');
}

const restore = async (options?: Options): Promise<Outcome> =>
  await place.run(['restore_data', config(options), `${BACKUP_DIR}/${NAME}`]);

describe('what the first site has lost is read from the second', () => {
  test.each([
    ['small', SMALL],
    ['large', LARGE],
    ['empty', new Uint8Array(0)],
  ] as const)('by restore_data: a %s object', async (_, bytes) => {
    await second.objects.put('copies', REPLICA, bytes, { withChecksum: true });
    await expectRestored(await restore(), bytes);
  });

  test('by restore_file', async () => {
    await second.objects.put('copies', REPLICA, SMALL);
    const folder = place.path(`backups/20260102/${TIMESTAMP}`);
    mkdirSync(folder, { recursive: true });
    const path = `${folder}/${NAME}`;
    const outcome = await place.run(['restore_file', config(), path]);
    await expectRestored({ ...outcome, stdout: Buffer.from(await Bun.file(path).bytes()) }, SMALL);
  });

  test('by restore_data_subset', async () => {
    await second.objects.put('copies', REPLICA, LARGE);
    const offsets = place.write('offsets', '2 10 20 9000000 9000010');
    const args = ['restore_data_subset', config(), `${BACKUP_DIR}/${NAME}`, offsets];
    const bytes = Buffer.concat([LARGE.subarray(10, 20), LARGE.subarray(9_000_000, 9_000_010)]);
    await expectRestored(await place.run(args), bytes);
  });

  test('not without the option', async () => {
    await second.objects.put('copies', REPLICA, SMALL);
    const { exitCode, stderr } = await restore({ restore_failover: 'off' });
    expect([exitCode, stderr.includes('NoSuchKey'), second.requests.length]).toEqual([1, true, 0]);
  });

  test('where neither has it, both are told', async () => {
    const { exitCode, stderr } = await restore();
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      new RegExp(
        `^gpbackup_s3_plugin: GetObject s3://backups/${KEY} failed: .*; and at the second site: GetObject s3://copies/${REPLICA} failed`,
      ),
    );
  });
});

describe('a first site that can not be reached', () => {
  test('is left for the second, and other processes do not wait for it', async () => {
    await second.objects.put('copies', REPLICA, SMALL);
    let connections = 0;
    using deaf = Bun.listen({
      hostname: '127.0.0.1',
      port: 0,
      socket: {
        open(socket) {
          connections += 1;
          socket.terminate();
        },
        data() {
          // Nobody gets that far.
        },
      },
    });
    const endpoint = `http://127.0.0.1:${deaf.port}`;
    await expectRestored(await restore({ endpoint }), SMALL);
    expect(connections).toBeGreaterThan(0);
    const before = connections;
    const again = await restore({ endpoint });
    expect([again.exitCode, again.stderr, again.stdout.equals(SMALL)]).toEqual([0, '', true]);
    expect(connections).toBe(before);
    // What the second does not have may be at the first all the same.
    const other = `${BACKUP_DIR}/${NAME}_1`;
    expect((await place.run(['restore_data', config({ endpoint }), other])).exitCode).toBe(1);
    expect(connections).toBeGreaterThan(before);
  });

  test('refuses the keys: so does a store that hides what it has lost', async () => {
    await second.objects.put('copies', REPLICA, SMALL);
    first.faults.add({
      when: { operation: 'GetObject' },
      do: { kind: 'answer', status: 403, code: 'AccessDenied' },
    });
    await expectRestored(await restore(), SMALL);
  });
});

/** The first site gives two ranges and no more. */
function breakOff(): void {
  first.faults.add({
    when: { operation: 'GetObject', nth: 3, times: 1000 },
    do: { kind: 'answer', status: 500, code: 'InternalError' },
  });
}

async function seed(replica: Uint8Array<ArrayBuffer>): Promise<void> {
  const stored = place.config(first, {}, 'first.yaml');
  const copies = place.config(second, { bucket: 'copies', folder: 'copies' }, 'second.yaml');
  for (const [file, bytes] of [
    [stored, LARGE],
    [copies, replica],
  ] as const) {
    const { exitCode } = await place.run(['backup_data', file, `${BACKUP_DIR}/${NAME}`], { stdin: bytes });
    expect(exitCode).toBe(0);
  }
}

describe('in the middle of an object', () => {
  test('it goes on at the next byte, if the replica has the same bytes', async () => {
    await seed(LARGE);
    // A replica of replicate_backup: what was stored beside it would have another token.
    await second.objects.delete('copies', REPLICA);
    const args = ['replicate_backup', config({ retry_timeout: '1m' }), TIMESTAMP];
    expect((await place.run(args)).exitCode).toBe(0);
    breakOff();
    const outcome = await restore();
    expect([outcome.exitCode, outcome.stderr]).toEqual([0, '']);
    expect(Bun.hash(outcome.stdout)).toBe(Bun.hash(LARGE));
    const told = (await warnings()).filter((line) => line.includes('reading from the second site'));
    expect(told.length).toBe(1);
  });

  test('it fails, if that is not proved', async () => {
    await seed(someBytes(LARGE.length, 7));
    breakOff();
    const { exitCode, stderr, stdout } = await restore();
    expect([exitCode, stderr.includes("can't be proved to be the object that was read so far")]).toEqual([
      1,
      true,
    ]);
    // Only bytes of the first site came, and what makes COPY fail.
    expect(stdout.length).toBeLessThan(LARGE.length);
  });
});

async function expectTold(outcome: Outcome): Promise<void> {
  expect([outcome.exitCode, outcome.stderr]).toEqual([0, '']);
  const told = (await warnings()).filter((line) => line.includes('restoring from the second site'));
  expect(told.length).toBe(1);
}

describe('setup_plugin_for_restore', () => {
  const SET = '20261125025334';
  const files = setFiles(SET);
  const folder = `/data/backups/20261125/${SET}`;
  const SITES = { folder: 'warehouse', remote_folder: 'copies' };
  const setUp = async (options: Options = {}): Promise<Outcome> =>
    await place.run([
      'setup_plugin_for_restore',
      config({ ...SITES, ...options }),
      folder,
      'coordinator',
      '-1',
    ]);

  async function seedBoth(atFirst: (key: string) => boolean): Promise<void> {
    for (const { key, content } of files) {
      if (atFirst(key)) await first.objects.put('backups', key, content);
      await second.objects.put('copies', key.replace('warehouse/', 'copies/'), content);
    }
  }

  test('finds a backup that is whole at the first site there', async () => {
    await seedBoth(() => true);
    const { exitCode, stderr } = await setUp();
    expect([exitCode, stderr, second.requests.length, await warnings()]).toEqual([0, '', 0, []]);
  });

  test('finds one that is gone from the first at the second', async () => {
    await seedBoth(() => false);
    await expectTold(await setUp());
  });

  test('finds one of which a file is gone', async () => {
    await seedBoth((key) => !key.endsWith('.gz'));
    await expectTold(await setUp());
  });

  test('finds one whose first site can not be reached, and leaves word of that', async () => {
    await seedBoth(() => false);
    await expectTold(await setUp({ endpoint: 'http://127.0.0.1:1' }));
    expect(existsSync(place.path('gpbackup_s3_plugin'))).toBe(true);
  });

  test('refuses one that is at neither', async () => {
    const { exitCode, stderr } = await setUp();
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`there is no backup ${SET} in s3://backups/`);
    expect(stderr).toContain(`; and at the second site: there is no backup ${SET} in s3://copies/`);
  });
});
