import { Database } from 'bun:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { configText, type GeneratedSet } from '../../lab/generated-sets.ts';
import { realHistory } from '../../lab/history-database.ts';
import { expectJson } from '../../lab/program/json-output.ts';
import { type Outcome, Workplace } from '../../lab/program/plugin.ts';
import { keyInSet, putSets } from '../../lab/sets-in-server.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

let server: TestServer;
let place: Workplace;
let denied: (operation: string, key: string) => boolean;
beforeEach(async () => {
  denied = () => false;
  const deny = (operation: string, key: string): boolean => denied(operation, key);
  server = await startTestServer({
    credentials: [{ accessKeyId: 'testkey', secretAccessKey: 'testsecret', deny }],
  });
  place = new Workplace();
});
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

/** With `--keep-full 1`, of the real sets. */
const KEPT = ['20261125025354', '20261125025400', '20261125025405', '20261125025410', '20261125025420'];
const CHAIN = ['20261125025319', '20261125025323', '20261125025328'];

interface Row {
  readonly timestamp: string;
  readonly action: string;
  readonly outcome: string | null;
  readonly reasons: readonly string[];
}

interface Result {
  readonly dry_run: boolean;
  readonly expired: number;
  readonly deleted: number;
  readonly backups: readonly Row[];
}

async function expire(...flags: readonly string[]): Promise<Outcome> {
  return await place.run(['expire_backups', place.config(server, { folder: 'warehouse' }), ...flags]);
}

function resultOf({ stdout }: Outcome): Result {
  return expectJson<Result>('expire_backups', stdout).result;
}

/** Timestamps that keys in the bucket have. */
function timestamps(folder = 'warehouse'): string[] {
  const found = server.objects
    .keys('backups')
    .filter((key) => key.startsWith(`${folder}/backups/`))
    .map((key) => key.split('/')[3] ?? '');
  return [...new Set(found)];
}

function changes(): string[] {
  return server.requests
    .map(({ operation }) => operation ?? '')
    .filter((operation) => /^(?:Delete|Put|Abort)/.test(operation));
}

describe('without --confirm', () => {
  test('tells of each backup whether it would be kept, and why, and changes nothing', async () => {
    await putSets(server);
    const { exitCode, stderr, stdout } = await expire('--keep-full', '1');
    expect([exitCode, stderr]).toEqual([0, '']);
    const lines = stdout.toString().split('\n');
    expect(
      lines
        .filter((line) => / keep /.test(line))
        .map((line) => line.slice(0, 14))
        .toSorted(),
    ).toEqual(KEPT);
    expect(lines.find((line) => line.startsWith('20261125025354'))).toMatch(/ keep {4}the last full backup$/);
    expect(lines.find((line) => line.startsWith('20261125025400'))).toMatch(/ the last backup of its kind$/);
    expect(lines.find((line) => line.startsWith('20261125025344'))).toMatch(/ delete {2}no rule keeps it$/);
    expect(lines.slice(-3)).toEqual([
      'would delete 13 of 18 backups, 866.8 KB; the policy keeps 5',
      'nothing was deleted: --confirm deletes',
      '',
    ]);
    expect(changes()).toEqual([]);
    expect(timestamps().length).toBe(18);
  });

  test('the history database stays as it is', async () => {
    await putSets(server);
    const path = place.path('history.db');
    realHistory(path).close();
    const before = readFileSync(path);
    expect((await expire('--keep-full', '1', '--history', path)).exitCode).toBe(0);
    expect(readFileSync(path)).toEqual(before);
  });

  test('a name of a database can change neither the table nor the terminal', async () => {
    const hostile = `s\u001b[2J\n20261125025999  Success'"<script>$(x)`;
    await put(keyInSet('20261125025319', 'config.yaml'), (text) =>
      text.replace('databasename: sales', `databasename: ${JSON.stringify(hostile)}`),
    );
    const { stdout } = await expire('--keep-full', '1');
    expect(stdout.toString()).not.toInclude('\u001b');
    expect(stdout.toString().split('\n').length).toBe(4);
    const json = await expire('--keep-full', '1', '--json');
    expect(resultOf(json).backups[0]).toMatchObject({ database: hostile });
  });
});

describe('with --confirm', () => {
  test('deletes what the policy does not keep, and nothing beyond the folder', async () => {
    await putSets(server);
    const others = ['warehouse2', 'warehouse/backups2', 'ware', 'warehouse/backups/20261125/20261125025200x'];
    for (const other of others)
      await server.objects.put('backups', `${other}/backups/20261125/20261125025200/x`, 'x');
    const keys = server.objects.keys('backups').filter((key) => !/\/20261125025\d{3}\/gp/.test(key));
    const { exitCode, stderr, stdout } = await expire('--keep-full', '1', '--confirm');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout.toString()).toEndWith('deleted 13 of 18 backups, 866.8 KB; the policy keeps 5\n');
    expect(timestamps().filter((each) => /^\d{14}$/.test(each))).toEqual(KEPT);
    const left = server.objects.keys('backups');
    expect(keys.filter((key) => !left.includes(key))).toEqual([]);
    const log = await place.logLines();
    expect(log.some((line) => line.endsWith('expiring 13 of 18 backups by --keep-full 1'))).toBeTrue();
    const again = await expire('--keep-full', '1', '--confirm', '--json');
    expect([again.exitCode, resultOf(again).deleted]).toEqual([0, 0]);
  });

  test('what is built on others goes first', async () => {
    await putSets(server);
    await expire('--keep-full', '1', '--confirm');
    const order = server.requests
      .filter(({ operation }) => operation === 'ListMultipartUploads')
      .map(({ query }) => query.get('prefix')?.split('/')[3] ?? '');
    const places = CHAIN.map((timestamp) => order.indexOf(timestamp));
    expect(places).toEqual(places.toSorted((one, other) => other - one));
  });

  test('while a backup is being written, all that it may be built on stay', async () => {
    await putSets(server);
    await server.objects.beginUpload('backups', keyInSet('20261125025420', 'x'), { initiated: new Date() });
    const outcome = await expire('--keep-full', '1', '--confirm', '--json');
    expect(timestamps()).toEqual([...CHAIN, ...KEPT]);
    const base = resultOf(outcome).backups.find(({ timestamp }) => timestamp === CHAIN[0]);
    expect(base?.reasons).toEqual(['20261125025328 and 1 other are built on it']);
    const last = resultOf(outcome).backups.find(({ timestamp }) => timestamp === CHAIN[2]);
    expect(last?.reasons).toEqual(['20261125025420 may be built on it']);
  });

  test('of an unreadable backup the same is true', async () => {
    await putSets(server);
    await server.objects.put('backups', keyInSet('20261125025344', 'config.yaml'), '{{{');
    await server.objects.delete('backups', keyInSet('20261125025344', 'report'));
    await expire('--keep-full', '1', '--confirm');
    expect(timestamps()).toEqual([...CHAIN, '20261125025344', ...KEPT]);
  });

  test('history: deleted ones have the time, as gpbackman writes it, and the others nothing', async () => {
    await putSets(server);
    const path = place.path('history.db');
    realHistory(path).close();
    const before = new Date();
    const env = { ...place.env, TZ: 'Asia/Tokyo' };
    const args = ['--keep-full', '1', '--confirm', '--history', path];
    const config = place.config(server, { folder: 'warehouse' });
    expect((await place.run(['expire_backups', config, ...args], { env })).exitCode).toBe(0);
    for (const [timestamp, date] of Object.entries(marksOf(path))) {
      if (KEPT.includes(timestamp)) {
        expect(date).toBe('');
      } else {
        expect(date).toMatch(/^\d{14}$/);
        expect(date >= inTokyo(before.getTime() - 1000) && date <= inTokyo(Date.now() + 1000)).toBeTrue();
      }
    }
  });

  test('a failure stops the run, is marked, and leaves the rest as it is; a second run ends it', async () => {
    await putSets(server);
    const path = place.path('history.db');
    realHistory(path).close();
    server.faults.add({
      when: { operation: 'DeleteObjects', nth: 4 },
      do: { kind: 'answer', status: 403, code: 'AccessDenied', message: 'no' },
    });
    const args = ['--keep-full', '1', '--confirm', '--history', path, '--json'];
    const { exitCode, stdout, stderr } = await expire(...args);
    expect(exitCode).toBe(4);
    const all = resultOf({ exitCode, stdout, stderr });
    const outcomes = all.backups.filter(({ action }) => action === 'delete').map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['deleted', 'deleted', 'deleted', 'failed', ...outcomes.slice(4)]);
    expect(new Set(outcomes.slice(4))).toEqual(new Set(['untouched']));
    const [, , , failed, next] = all.backups.filter(({ action }) => action === 'delete');
    expect(marksOf(path)).toMatchObject({ [failed?.timestamp ?? '']: 'Plugin Backup Delete Failed' });
    expect(marksOf(path)).toMatchObject({ [next?.timestamp ?? '']: '' });
    const { warnings } = expectJson('expire_backups', stdout);
    expect(warnings.length).toBe(1);
    expect(warnings[0]).toStartWith(`${failed?.timestamp}: DeleteObjects`);
    expect(warnings[0]).toEndWith('; the rest is untouched: start again');
    expect((await expire(...args)).exitCode).toBe(0);
    expect(timestamps()).toEqual(KEPT);
    expect(marksOf(path)[failed?.timestamp ?? '']).toMatch(/^\d{14}$/);
  });

  test('a history that is locked meanwhile ends the run, and says of what is deleted that it is', async () => {
    await putSets(server);
    const path = place.path('history.db');
    realHistory(path).close();
    const other = new Database(path);
    server.faults.add({
      when: { operation: 'DeleteObjects', nth: 2 },
      do: {
        kind: 'before',
        run: () => {
          other.run('BEGIN IMMEDIATE');
        },
      },
    });
    const { exitCode, stderr, stdout } = await expire('--keep-full', '1', '--confirm', '--history', path);
    other.close();
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      '20261125025334: it is deleted, but its date_deleted is still "In progress": history',
    );
    expect(stdout.toString()).toMatch(/^20261125025328 .* untouched  no rule keeps it$/m);
    expect(marksOf(path)).toMatchObject({ '20261125025334': 'In progress', '20261125025328': '' });
  });

  test('killed at any delete, no backup is without what it is built on', async () => {
    for (let after = 0; after < 4; after += 1) {
      await putSets(server);
      const seen = server.requests.length;
      server.faults.add({
        when: { operation: 'DeleteObjects', nth: after + 1 },
        do: { kind: 'stallRequest', afterBytes: 1 },
      });
      const args = [
        'expire_backups',
        place.config(server, { folder: 'warehouse' }),
        '--keep-full',
        '1',
        '--confirm',
      ];
      const running = place.start(args);
      const deletes = (): number =>
        server.requests.slice(seen).filter(({ operation }) => operation === 'DeleteObjects').length;
      while (deletes() <= after) await new Promise((resolve) => setImmediate(resolve));
      running.kill('SIGKILL');
      await running.exited;
      const left = timestamps();
      const [base, middle, tip] = CHAIN.map((timestamp) => left.includes(timestamp));
      expect([!tip || middle, !middle || base]).toEqual([true, true]);
    }
    expect((await expire('--keep-full', '1', '--confirm')).exitCode).toBe(0);
    expect(timestamps()).toEqual(KEPT);
  });

  test('a backup that comes while the others are read is seen before anything is deleted', async () => {
    await putSets(server);
    const late: GeneratedSet = {
      timestamp: '20261125030000',
      database: 'sales',
      kind: 'incremental',
      ending: 'good',
      bases: [...CHAIN],
    };
    let isPut = false;
    denied = (operation, key) => {
      if (!isPut && operation === 'GetObject' && key.includes('20261125025410')) {
        isPut = true;
        void server.objects.put('backups', keyInSet(late.timestamp, 'config.yaml'), configText(late));
      }
      return false;
    };
    const outcome = await expire('--keep-full', '1', '--confirm', '--json');
    expect(outcome.exitCode).toBe(0);
    expect(timestamps()).toEqual([...CHAIN, ...KEPT, late.timestamp]);
  });
});

test('what Object Lock keeps is told, and what it is built on stays for now', async () => {
  await server.stop();
  server = await startTestServer({ versioning: true });
  await putSets(server);
  const lock = { mode: 'COMPLIANCE', until: new Date('2099-01-02T03:04:05Z'), legalHold: false } as const;
  await server.objects.put('backups', keyInSet('20261125025328', 'report'), 'x', { lock });
  const path = place.path('history.db');
  realHistory(path).close();
  const outcome = await expire('--keep-full', '1', '--confirm', '--history', path, '--json');
  expect(outcome.exitCode).toBe(3);
  const of = (timestamp: string): Row | undefined =>
    resultOf(outcome).backups.find((row) => row.timestamp === timestamp);
  expect(CHAIN.map((timestamp) => of(timestamp)?.outcome)).toEqual(['untouched', 'untouched', 'locked']);
  expect(of('20261125025200')?.outcome).toBe('deleted');
  const { warnings } = expectJson('expire_backups', outcome.stdout);
  expect(warnings).toEqual([
    expect.stringContaining('20261125025328: deleted 19 objects') as unknown as string,
  ]);
  expect(warnings[0]).toContain('locked until 2099-01-02T03:04:05Z (COMPLIANCE)');
  expect(marksOf(path)).toMatchObject({
    [CHAIN[2] ?? '']: 'Plugin Backup Delete Failed',
    [CHAIN[1] ?? '']: '',
  });
  const again = await expire('--keep-full', '1', '--confirm', '--json');
  expect([again.exitCode, timestamps()]).toEqual([0, KEPT]);
});

describe('what is wrong is told, and nothing is deleted', () => {
  test.each([
    [[], 'no policy given'],
    [['--keep-full', '0'], '--keep-full: "0" is not a valid number'],
    [['--keep-daily', '-1'], '--keep-daily: "-1" is not a valid number'],
    [['--keep-weekly', '1e3'], '--keep-weekly: "1e3" is not a valid number'],
    [['--keep-monthly', ''], '--keep-monthly: "" is not a valid number'],
    [['--keep-within', '6m'], '--keep-within: "6m" is not a valid period'],
    [['--keep-within', '0d'], '--keep-within: "0d" is not a valid period'],
    [['--keep-within', '30'], '--keep-within: "30" is not a valid period'],
  ])('flags %j', async (flags, problem) => {
    await putSets(server, 'backups', { timestamps: CHAIN });
    const { exitCode, stderr } = await expire(...flags, '--confirm');
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(problem) as unknown as string]);
    expect(changes()).toEqual([]);
  });

  test('a history database that is none', async () => {
    await putSets(server);
    const missing = await expire('--keep-full', '1', '--confirm', '--history', place.path('none.db'));
    expect([missing.exitCode, missing.stderr]).toEqual([
      1,
      expect.stringContaining('is not there') as unknown as string,
    ]);
    const text = await expire('--keep-full', '1', '--confirm', '--history', place.write('text', 'text'));
    expect([text.exitCode, text.stderr]).toEqual([
      1,
      expect.stringContaining('not an SQLite') as unknown as string,
    ]);
    expect(changes()).toEqual([]);
  });

  test('a list that is denied', async () => {
    await putSets(server);
    denied = (operation) => operation === 'ListObjectsV2';
    const { exitCode, stderr } = await expire('--keep-full', '1', '--confirm');
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining('ListObjectsV2') as unknown as string]);
    expect(changes()).toEqual([]);
  });

  test('a folder without a backup', async () => {
    const { exitCode, stdout } = await expire('--keep-full', '1');
    expect([exitCode, stdout.toString()]).toEqual([
      5,
      expect.stringContaining('would delete 0 of 0 backups') as unknown as string,
    ]);
  });
});

/** 14 digits. */
function inTokyo(time: number): string {
  return new Date(time + 9 * 3_600_000).toISOString().replace(/\D/g, '').slice(0, 14);
}

function marksOf(path: string): Record<string, string> {
  const database = new Database(path);
  const rows = database
    .query<{ timestamp: string; date_deleted: string }, []>('SELECT timestamp, date_deleted FROM backups')
    .all();
  database.close();
  return Object.fromEntries(rows.map(({ timestamp, date_deleted: date }) => [timestamp, date]));
}

/** Puts a real set with a changed file. */
async function put(key: string, change: (text: string) => string): Promise<void> {
  await putSets(server, 'backups', { timestamps: [key.split('/')[3] ?? ''] });
  const text = new TextDecoder().decode((await server.objects.get('backups', key)) ?? new Uint8Array());
  await server.objects.put('backups', key, change(text));
}
