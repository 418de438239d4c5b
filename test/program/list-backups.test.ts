import { Database } from 'bun:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { SetsStage } from '../../lab/program/sets-stage.ts';
import { historySql, setFiles } from '../../lab/sets.ts';

interface Row {
  readonly timestamp: string;
  readonly date: string;
  readonly status: string;
  readonly database: string | null;
  readonly type: string | null;
  readonly object_filtering: string | null;
  readonly duration_seconds: number | null;
  readonly size: number;
  readonly objects: number;
  readonly segments: number;
  readonly base: string | null;
  readonly plugin_version: string | null;
  readonly problem: string | null;
}

let stage: SetsStage;
beforeAll(async () => {
  stage = await SetsStage.open();
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

const KILLED = 'it did not finish: its config file and report are missing';
const NO_BASE = 'There was no matching previous backup found with the flags provided. Please t...';

/** What README of the sets says of each: status, type, filtering, duration, segments, base, problem. */
const SETS: readonly (readonly [
  string,
  string,
  string | null,
  string | null,
  number | null,
  number,
  string | null,
  string | null,
])[] = [
  ['20261125025420', 'Failure', null, null, null, 0, null, KILLED],
  ['20261125025410', 'Success', 'full', 'exclude-schema', 1, 2, null, null],
  ['20261125025405', 'Success', 'data-only', 'include-table', 2, 2, null, null],
  ['20261125025400', 'Success', 'metadata-only', '', 2, 0, null, null],
  ['20261125025354', 'Success', 'full', '', 2, 2, null, null],
  ['20261125025344', 'Success', 'full', '', 2, 2, null, null],
  ['20261125025334', 'Success', 'full', '', 1, 2, null, null],
  ['20261125025328', 'Success', 'incremental', '', 2, 2, '20261125025323', null],
  ['20261125025323', 'Success', 'incremental', '', 2, 2, '20261125025319', null],
  ['20261125025319', 'Success', 'full', '', 1, 2, null, null],
  ['20261125025227', 'Failure', null, null, null, 0, null, KILLED],
  ['20261125025222', 'Success', 'data-only', 'include-table', 1, 2, null, null],
  ['20261125025218', 'Success', 'metadata-only', '', 1, 0, null, null],
  ['20261125025212', 'Success', 'full', '', 2, 2, null, null],
  ['20261125025200', 'Success', 'full', '', 3, 2, null, null],
  ['20261125025152', 'Failure', null, null, null, 2, null, KILLED],
  ['20261125025146', 'Failure', 'incremental', '', 4, 0, null, NO_BASE],
  ['20261125025139', 'Failure', 'incremental', '', 4, 0, null, NO_BASE],
];

const ofSets = (wanted: (set: (typeof SETS)[number]) => boolean): string[] =>
  SETS.filter(wanted).map(([timestamp]) => timestamp);

const timestamps = async (...args: string[]): Promise<string[]> =>
  (await stage.json<Row[]>('list_backups', args)).map(({ timestamp }) => timestamp);

const deny = (operation: string): boolean => operation.startsWith('ListObjects');

describe('list_backups', () => {
  test('shows every set as it is, from the bucket alone', async () => {
    const rows = await stage.json<Row[]>('list_backups');
    expect(
      rows.map((row) => [
        row.timestamp,
        row.status,
        row.type,
        row.object_filtering,
        row.duration_seconds,
        row.segments,
        row.base,
        row.problem,
      ]),
    ).toEqual(SETS.map((set) => [...set]));
    for (const row of rows) {
      const files = setFiles(row.timestamp);
      expect([row.objects, row.size]).toEqual([
        files.length,
        files.reduce((sum, { content }) => sum + content.length, 0),
      ]);
      const [, day = ''] = /^2026-11-(\d\d)T/.exec(row.date) ?? [];
      expect(day).toBe('25');
    }
  });

  test('says what gpbackup itself wrote into its history', async () => {
    const sql = historySql();
    const columns = /INTO backups \(([^)]*)\)/.exec(sql)?.[1] ?? '';
    const history = new Database(':memory:');
    history.run(`CREATE TABLE backups (${columns})`);
    for (const line of sql.split('\n')) if (line.startsWith('INSERT INTO backups')) history.run(line);
    const written = history
      .query('SELECT timestamp, status, database_name, plugin_version FROM backups ORDER BY timestamp DESC')
      .values();
    history.close();
    const rows = await stage.json<Row[]>('list_backups');
    const known = rows.filter(({ database }) => database !== null);
    const both = written.filter(([timestamp]) => known.some((row) => row.timestamp === timestamp));
    expect(both.length).toBe(13);
    expect(both).toEqual(
      known
        .filter(({ timestamp }) => written.some(([one]) => one === timestamp))
        .map((row) => [row.timestamp, row.status, row.database, row.plugin_version]),
    );
  });

  test('prints the columns of gpbackman, dates as it has them, and what is wrong', async () => {
    const { exitCode, stdout, stderr } = await stage.run('list_backups');
    const lines = stdout.toString().split('\n');
    expect([exitCode, stderr, lines.length]).toEqual([0, '', SETS.length + 2]);
    expect(lines[0]?.split(/ {2,}/)).toEqual([
      'TIMESTAMP',
      'DATE',
      'STATUS',
      'DATABASE',
      'TYPE',
      'OBJECT FILTERING',
      'DURATION',
      'SIZE',
      'OBJECTS',
      'SEGMENTS',
      'BASE',
      'PROBLEM',
    ]); // prettier-ignore
    expect(lines[8]).toMatch(
      /^20261125025328 {2}Wed Nov 25 2026 02:53:28 {2}Success {2}sales {5}incremental +00:00:02 +32\.9KB +19 +2 {2}20261125025323$/,
    );
    expect(stdout.toString()).not.toContain('\u001b');
  });

  test('--failed: what is not to be relied on', async () => {
    expect(await timestamps('--failed')).toEqual(ofSets(([, status]) => status === 'Failure'));
  });

  test.each(['full', 'incremental', 'metadata-only', 'data-only'])('--type %s', async (type) => {
    expect(await timestamps('--type', type)).toEqual(ofSets(([, , of]) => of === type));
  });

  test('--database', async () => {
    expect(await timestamps('--database', 'sales')).toEqual(ofSets(([, , type]) => type !== null));
    const { exitCode, stdout, stderr } = await stage.run('list_backups', '--database', 'Sales');
    expect([exitCode, stdout.toString()]).toEqual([5, '']);
    expect(stderr).toBe('gpbackup_s3_plugin: none of 18 backups in s3://backups/warehouse is such a one\n');
  });

  test.each(['20261125025334', '20261125025333'])('--since %s', async (since) => {
    expect(await timestamps('--since', since)).toEqual(
      ofSets(([timestamp]) => timestamp >= '20261125025334'),
    );
  });

  test.each(['20261125', '2026-11-25', '40000d'])('--since %s: all of them', async (since) => {
    expect((await timestamps('--since', since)).length).toBe(SETS.length);
  });

  test('--chain: what it is built on, and what is built on it', async () => {
    const chain = ['20261125025328', '20261125025323', '20261125025319'];
    expect(await timestamps('--chain', '20261125025323')).toEqual(chain);
    expect(await timestamps('--chain', '20261125025319')).toEqual(chain);
    expect(await timestamps('--chain', '20261125025328')).toEqual(chain);
    expect(await timestamps('--chain', '20261125025400')).toEqual(['20261125025400']);
  });

  test.each([
    [['--type', 'Full'], '"Full" is not a valid type (expected full, incremental, metadata-only, data-only)'],
    [['--since', '20260230'], '"20260230" is not a valid day or time'],
    [['--since', 'yesterday'], '"yesterday" is not a valid day or time'],
    [['--since', '30'], '"30" is not a valid day or time'],
    [['--chain', '2026'], '"2026" is not a valid timestamp (expected YYYYMMDDHHMMSS)'],
    [['--typ', 'full'], 'unknown option "--typ"'],
  ])('%p is an error of usage', async (args, message) => {
    const { exitCode, stdout, stderr } = await stage.run('list_backups', ...args);
    expect([exitCode, stdout.toString(), stderr.includes(message)]).toEqual([2, '', true]);
  });

  test('the chain of a backup that is not there: nothing found', async () => {
    const { exitCode, stderr } = await stage.run('list_backups', '--chain', '20261125025320');
    expect([exitCode, stderr.split('\n')[0]]).toEqual([
      5,
      'gpbackup_s3_plugin: there is no backup 20261125025320 in s3://backups/warehouse',
    ]);
  });

  test('an empty folder: nothing found, and where', async () => {
    const config = stage.place.config(stage.server, { folder: 'nowhere' }, 'nowhere.yaml');
    const { exitCode, stdout, stderr } = await stage.place.run(['list_backups', config]);
    expect([exitCode, stdout.toString(), stderr]).toEqual([
      5,
      '',
      'gpbackup_s3_plugin: no backups found in s3://backups/nowhere\n',
    ]);
  });

  test('a bucket that may not be listed: denied, and no answer', async () => {
    const credentials = [{ accessKeyId: 'testkey', secretAccessKey: 'testsecret', deny }];
    await using closed = await SetsStage.open([], { credentials });
    const { exitCode, stdout, stderr } = await closed.run('list_backups');
    expect([exitCode, stdout.toString(), stderr.includes('AccessDenied')]).toEqual([4, '', true]);
  });

  test('a set of more objects than a page has is counted whole', async () => {
    await using large = await SetsStage.open(['20261125025400']);
    const timestamp = '20261125025400';
    for (let index = 0; index < 2500; index += 1)
      await large.put(SetsStage.keyNamed(timestamp, `gpbackup_${index % 8}_${timestamp}_${index}.gz`), 'x');
    const [row] = await large.json<Row[]>('list_backups');
    expect([row?.objects, row?.segments, row?.size]).toEqual([2505, 8, 14_700 + 2500]);
  });
});
