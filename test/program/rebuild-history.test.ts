import { Database } from 'bun:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { makeHistory, realHistory, rowsOf, rowsOfFile, schemaOf } from '../../lab/history-database.ts';
import { expectJson } from '../../lab/program/json-output.ts';
import { type Outcome, OWN_MOUNTS, UNPRIVILEGED, Workplace } from '../../lab/program/plugin.ts';
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
  place = Workplace.reachable();
});
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

/** Sets of gpbackup's own history whose config file never reached the bucket. */
const WITHOUT_CONFIG = ['20261125025152', '20261125025227'];

/** Sets in the bucket that gpbackup never entered. */
const NEVER_ENTERED = ['20261125025139', '20261125025146'];

/** Sets that a history has lost. */
const LOST = ['20261125025328', '20261125025410'];

function configOf(options: Readonly<Record<string, string>> = {}): string {
  return place.config(server, { folder: 'warehouse', ...options });
}

async function rebuild(file = place.path('history.db'), ...flags: readonly string[]): Promise<Outcome> {
  return await place.run(['rebuild_history', configOf(), file, ...flags]);
}

/** For a shell. */
function line(file: string): string {
  return `"$PLUGIN" rebuild_history ${configOf()} ${file}`;
}

function somethingElse(sql: string): (path: string) => void {
  return (path) => {
    const database = new Database(path);
    database.run(sql);
    database.close();
  };
}

interface Row {
  readonly timestamp: string;
}

/** Of each table, as a set of rows: their order has no meaning. */
function sorted(all: Record<string, unknown[]>, leaveOut: readonly string[] = []): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(all).map(([name, rows]) => [
      name,
      (rows as Row[])
        .filter(({ timestamp }) => !leaveOut.includes(timestamp))
        .map((row) => JSON.stringify(row))
        .toSorted(),
    ]),
  );
}

function rowsOfSets(all: Record<string, unknown[]>, timestamps: readonly string[]): Record<string, string[]> {
  const others = Object.values(all).flatMap((rows) => (rows as Row[]).map(({ timestamp }) => timestamp));
  return sorted(
    all,
    others.filter((timestamp) => !timestamps.includes(timestamp)),
  );
}

describe('a new file', () => {
  test('has the tables of gpbackup, and row for row what gpbackup wrote itself', async () => {
    await putSets(server);
    const { exitCode, stderr, stdout } = await rebuild();
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout.toString()).toEndWith('added 13 backups in a new file, 0 were there, 5 skipped\n');
    const path = place.path('history.db');
    expect(sorted(rowsOfFile(path))).toEqual(sorted(rowsOf(realHistory()), WITHOUT_CONFIG));
    expect(statSync(path).mode & 0o777).toBe(0o644);
    const [made, own] = [new Database(path), makeHistory(':memory:')];
    expect(schemaOf(made)).toEqual(schemaOf(own));
    made.close();
    expect(readdirSync(place.folder).filter((name) => name.includes('history'))).toEqual(['history.db']);
  });

  test('the answer says of each set what became of it, and why', async () => {
    await putSets(server);
    const { exitCode, stdout } = await rebuild(place.path('history.db'), '--json');
    const { result, warnings } = expectJson<{
      created: boolean;
      added: string[];
      skipped: { timestamp: string; reason: string }[];
    }>('rebuild_history', stdout);
    expect([exitCode, result.created, result.added.length, warnings]).toEqual([0, true, 13, []]);
    expect(result.skipped.map(({ timestamp, reason }) => [timestamp, reason])).toEqual([
      ...NEVER_ENTERED.map((each) => [each, 'it failed before gpbackup entered it in its history']),
      ...WITHOUT_CONFIG.map((each) => [each, 'its config file is missing']),
      ['20261125025420', 'its config file is missing'],
    ]);
  });

  test('a backup that is being written, of another config file, or made with --no-history is skipped', async () => {
    const full = '20261125025319';
    await putSets(server, 'backups', { timestamps: [full, '20261125025212', '20261125025218'] });
    await putSets(server, 'backups', { timestamps: ['20261125025420'] });
    await server.objects.beginUpload('backups', keyInSet('20261125025420', 'x'), { initiated: new Date() });
    const config = await textOf(keyInSet(full, 'config.yaml'));
    await put(keyInSet('20261125025212', 'config.yaml'), config);
    const [own, report] = [keyInSet('20261125025218', 'config.yaml'), keyInSet('20261125025218', 'report')];
    await put(own, (await textOf(own)).replace(/^endtime: .*$/m, 'endtime: ""'));
    await put(report, (await textOf(report)).replace(/^(command line: .*)$/m, '$1 --no-history'));
    const { stdout } = await rebuild();
    const lines = stdout.toString().split('\n');
    expect(lines.slice(1, -1)).toEqual([
      '20261125025212  skipped  its config file is that of backup 20261125025319',
      '20261125025218  skipped  it was made with --no-history',
      '20261125025319  added',
      '20261125025420  skipped  it is being written',
      'added 1 backup in a new file, 0 were there, 3 skipped',
    ]);
  });

  test('without a report that can be read, the end is that of the config file, with a warning', async () => {
    await putSets(server, 'backups', { timestamps: ['20261125025319'] });
    denied = (operation, key) => operation === 'GetObject' && key.endsWith('_report');
    const { exitCode, stderr } = await rebuild();
    expect([exitCode, stderr]).toEqual([
      0,
      expect.stringContaining('the end of 20261125025319 may be some seconds early') as unknown as string,
    ]);
    const [row] = rowsOfFile(place.path('history.db'))['backups'] ?? [];
    expect(row).toMatchObject({ status: 'Success', date_deleted: '', end_time: '20261125025320' });
  });

  test('texts of a config file arrive as they are, whatever they look like', async () => {
    const timestamp = '20261125025222';
    await putSets(server, 'backups', { timestamps: [timestamp] });
    const hostile = `a'); DROP TABLE backups; --\u202e<script>$(x)\\\n"\t`;
    const key = keyInSet(timestamp, 'config.yaml');
    const config = (await textOf(key))
      .replace('databasename: sales', `databasename: ${JSON.stringify(hostile)}`)
      .replace('- sales.customers\n', `- ${JSON.stringify(hostile)}\n`);
    await put(key, config);
    expect((await rebuild()).exitCode).toBe(0);
    const rows = rowsOfFile(place.path('history.db'));
    expect(rows['backups']?.[0]).toMatchObject({ database_name: hostile });
    expect(rows['include_relations']).toContainEqual({ timestamp, name: hostile });
  });

  test('nothing is found where there is no backup, and no file is made', async () => {
    const { exitCode, stdout } = await rebuild();
    expect([exitCode, stdout.toString()]).toEqual([5, 'added 0 backups, 0 were there, 0 skipped\n']);
    expect(existsSync(place.path('history.db'))).toBeFalse();
  });
});

describe('a file that is there', () => {
  test('gets only what is missing; rows, mode and owner stay as they are', async () => {
    await putSets(server);
    const path = place.path('history.db');
    const database = realHistory(path);
    for (const table of Object.keys(rowsOf(database)).toReversed())
      database.run(`DELETE FROM ${table} WHERE timestamp IN ('${LOST.join("', '")}')`);
    const marks = `date_deleted = '20261126010101', database_name = 'other', status = 'Failure', command_line = 'x'`;
    database.run(`UPDATE backups SET ${marks} WHERE timestamp = '20261125025212'`);
    const before = rowsOf(database);
    database.close();
    chmodSync(path, 0o640);
    const facts = statSync(path);
    const { exitCode, stderr, stdout } = await rebuild();
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout.toString()).toEndWith('added 2 backups, 13 were there, 3 skipped\n');
    const after = rowsOfFile(path);
    for (const [table, rows] of Object.entries(before))
      expect(after[table]?.slice(0, rows.length)).toEqual(rows);
    expect(rowsOfSets(after, LOST)).toEqual(rowsOfSets(rowsOf(realHistory()), LOST));
    const { mode, uid, ino } = statSync(path);
    expect([mode, uid, ino]).toEqual([facts.mode, facts.uid, facts.ino]);
    const again = await rebuild();
    expect(again.stdout.toString()).toEndWith('added 0 backups, 15 were there, 3 skipped\n');
    expect(rowsOfFile(path)).toEqual(after);
  });

  test("WarehousePG's columns are filled where they are there", async () => {
    const timestamp = '20261125025319';
    await putSets(server, 'backups', { timestamps: [timestamp] });
    const key = keyInSet(timestamp, 'config.yaml');
    await put(
      key,
      `${await textOf(key)}singlebackupdir: true\ncommandline: gpbackup --dbname sales\nobjectcount: 12\n`,
    );
    const path = place.path('history.db');
    makeHistory(path, { warehousePg: true }).close();
    expect((await rebuild()).exitCode).toBe(0);
    const database = new Database(path);
    const row = database.query('SELECT single_backup_dir, command_line, object_count FROM backups').get();
    database.close();
    expect(row).toEqual({ single_backup_dir: 1, command_line: 'gpbackup --dbname sales', object_count: 12 });
  });

  test('lists of which a set has no row are entered again, and others are left alone', async () => {
    await putSets(server);
    const path = place.path('history.db');
    expect((await rebuild()).exitCode).toBe(0);
    const whole = rowsOfFile(path);
    const database = new Database(path);
    database.run(`DELETE FROM restore_plan_tables WHERE timestamp = '20261125025323'`);
    database.run(`DELETE FROM include_relations WHERE timestamp = '20261125025405'`);
    database.run(
      `DELETE FROM restore_plan_tables WHERE timestamp = '20261125025328' AND table_fqn LIKE '%orders%'`,
    );
    const lost = database.query('SELECT count(*) AS count FROM restore_plan_tables').get();
    database.close();
    const { stdout } = await rebuild();
    expect(stdout.toString()).toContain('20261125025323  completed  lists of its tables were missing\n');
    const after = rowsOfFile(path);
    expect(after['include_relations']).toEqual(whole['include_relations']);
    expect(lost).not.toEqual({ count: after['restore_plan_tables']?.length });
    const partly = rowsOfSets(whole, ['20261125025328'])['restore_plan_tables'] ?? [];
    expect(rowsOfSets(after, ['20261125025328'])['restore_plan_tables']?.length).toBe(partly.length - 4);
  });

  test('lists without their set, as an interrupted clean-up leaves them, are not doubled', async () => {
    await putSets(server);
    const path = place.path('history.db');
    expect((await rebuild()).exitCode).toBe(0);
    const whole = sorted(rowsOfFile(path));
    const database = new Database(path);
    database.run(`DELETE FROM backups WHERE timestamp = '20261125025328'`);
    database.close();
    expect((await rebuild()).stdout.toString()).toContain('20261125025328  added\n');
    expect(sorted(rowsOfFile(path))).toEqual(whole);
  });

  test('an empty file, as gpbackup makes it first, becomes a history', async () => {
    await putSets(server);
    const path = place.write('history.db', '');
    expect((await rebuild()).exitCode).toBe(0);
    expect(sorted(rowsOfFile(path))).toEqual(sorted(rowsOf(realHistory()), WITHOUT_CONFIG));
  });

  test('a lock of gpbackup is waited for', async () => {
    await putSets(server);
    const path = place.path('history.db');
    makeHistory(path).close();
    const gpbackup = new Database(path);
    // As a writer has it before it commits: others may read.
    gpbackup.run('BEGIN IMMEDIATE');
    const running = place.start(['rebuild_history', configOf(), path]);
    const configs = (): number =>
      server.requests.filter(
        ({ operation, key }) => operation === 'GetObject' && key?.endsWith('_config.yaml'),
      ).length;
    while (configs() < 13) await new Promise((resolve) => setImmediate(resolve));
    expect(gpbackup.query('SELECT count(*) AS count FROM backups').get()).toEqual({ count: 0 });
    gpbackup.run(`INSERT INTO backups (timestamp, status) VALUES ('20261125025410', 'In Progress')`);
    gpbackup.run('COMMIT');
    gpbackup.close();
    expect(await running.exited).toBe(0);
    const rows = rowsOfFile(path)['backups'] as (Row & { readonly status: string })[];
    expect(rows.length).toBe(13);
    expect(rows[0]).toMatchObject({ timestamp: '20261125025410', status: 'In Progress' });
  });

  test('one that stays locked is an error, and nothing is changed', async () => {
    await putSets(server, 'backups', { timestamps: ['20261125025319'] });
    const path = place.path('history.db');
    makeHistory(path).close();
    const other = new Database(path);
    other.run('BEGIN EXCLUSIVE');
    const { exitCode, stderr } = await rebuild();
    other.close();
    expect([exitCode, stderr]).toEqual([
      1,
      `gpbackup_s3_plugin: history database ${path} is locked by another program, for more than 5 s\n` +
        'HINT: gpbackup or gpbackman is writing it: start again when that has ended\n',
    ]);
    expect(rowsOfFile(path)['backups']).toEqual([]);
  });
});

describe('what is not a history database is refused, and stays as it is', () => {
  test.each<[string, (path: string) => void, string]>([
    ['text', () => place.write('history.db', 'SQLite is not here, but text is'), 'is not an SQLite database'],
    ['a short file', () => place.write('history.db', 'x'), 'is not an SQLite database'],
    ['a database of something else', somethingElse('CREATE TABLE accounts (id)'), 'has no table "backups"'],
    ['a view', somethingElse('CREATE VIEW backups AS SELECT 1'), 'has no table "backups"'],
    [
      'another table of that name',
      somethingElse('CREATE TABLE backups (timestamp)'),
      'has no column "backup_dir"',
    ],
    ['a link to nowhere', (path) => symlinkSync('nowhere', path), 'there is no such file'],
  ])('%s', async (_, make, problem) => {
    await putSets(server, 'backups', { timestamps: ['20261125025319'] });
    const path = place.path('history.db');
    make(path);
    const before = existsSync(path) ? readFileSync(path) : undefined;
    const { exitCode, stderr } = await rebuild();
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(problem) as unknown as string]);
    expect(existsSync(path) ? readFileSync(path) : undefined).toEqual(before);
  });

  test('another form of a list', async () => {
    await putSets(server, 'backups', { timestamps: ['20261125025319'] });
    const path = place.path('history.db');
    const database = makeHistory(path);
    database.run('ALTER TABLE restore_plans ADD COLUMN note TEXT');
    database.close();
    const { exitCode, stderr } = await rebuild();
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining('"restore_plans" has other') as unknown as string,
    ]);
  });

  test('a folder', async () => {
    const { exitCode, stderr } = await rebuild(place.folder);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('is not a file') as unknown as string]);
  });
});

describe('a failure leaves what was there', () => {
  test('in a folder that is read-only', async () => {
    await putSets(server, 'backups', { timestamps: ['20261125025319'] });
    const fresh = await place.shell(`${UNPRIVILEGED} ${line(place.path('new.db'))}`);
    expect([fresh.exitCode, fresh.stderr]).toEqual([
      1,
      expect.stringContaining("can't be written") as unknown as string,
    ]);
    const path = place.path('history.db');
    realHistory(path).close();
    const { exitCode, stderr } = await place.shell(`${UNPRIVILEGED} ${line(path)}`);
    expect([exitCode, stderr]).toEqual([0, '']);
    const database = new Database(path);
    database.run(`DELETE FROM restore_plan_tables WHERE timestamp = '20261125025319'`);
    database.close();
    const changed = readFileSync(path);
    const refused = await place.shell(`${UNPRIVILEGED} ${line(path)}`);
    expect([refused.exitCode, refused.stderr]).toEqual([
      1,
      expect.stringContaining('it or its folder is read-only') as unknown as string,
    ]);
    expect(readFileSync(path)).toEqual(changed);
    expect(readdirSync(place.folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('on a disk that is full', async () => {
    await putSets(server);
    makeHistory(place.path('history.db')).close();
    const { stdout, stderr } = await place.shell(
      `mkdir disk; ${OWN_MOUNTS} sh -c 'mount -t tmpfs -o size=44k none disk; cp history.db disk; ${line('disk/history.db')}; echo $?; ${line('disk/new.db')}; echo $?; ls -A disk; cp disk/history.db .'`,
    );
    expect(stdout.toString()).toBe('1\n1\nhistory.db\n');
    expect(stderr).toContain("disk/history.db can't be written: the disk is full\n");
    expect(stderr).toContain("disk/new.db can't be written: the disk is full\n");
    expect(rowsOfFile(place.path('history.db'))['backups']).toEqual([]);
  });

  test('killed at any moment: the old rows alone, or all of them', async () => {
    await putSets(server);
    const path = place.path('history.db');
    const whole = sorted(rowsOf(realHistory()), WITHOUT_CONFIG);
    const start = performance.now();
    expect((await rebuild(place.path('measured.db'))).exitCode).toBe(0);
    const lasted = performance.now() - start;
    for (let round = 0; round < 10; round += 1) {
      const isNew = round % 2 === 0;
      if (!isNew && !existsSync(path)) makeHistory(path).close();
      const running = place.start(['rebuild_history', configOf(), path]);
      await Bun.sleep((lasted * (round + 2)) / 12);
      running.kill('SIGKILL');
      await running.exited;
      if (!existsSync(path)) continue;
      const found = sorted(rowsOfFile(path));
      expect([[], whole['backups']]).toContainEqual(found['backups']);
    }
    expect((await rebuild()).exitCode).toBe(0);
    expect(sorted(rowsOfFile(path))).toEqual(whole);
    const fresh = place.path('fresh.db');
    expect((await rebuild(fresh)).exitCode).toBe(0);
    expect(readdirSync(place.folder).filter((name) => name.endsWith('.unfinished'))).toEqual([]);
  });
});

async function textOf(key: string): Promise<string> {
  return new TextDecoder().decode((await server.objects.get('backups', key)) ?? new Uint8Array());
}

async function put(key: string, content: string): Promise<void> {
  await server.objects.put('backups', key, content, { lastModified: new Date('2026-11-25T03:00:00Z') });
}
