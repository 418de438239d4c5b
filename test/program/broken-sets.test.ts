import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { SetsStage } from '../../lab/program/sets-stage.ts';
import { setFiles } from '../../lab/sets.ts';

interface Row {
  readonly timestamp: string;
  readonly status: string;
  readonly database: string | null;
  readonly problem: string | null;
}

const GOOD = '20261125025354';
const SINGLE = '20261125025344';
const HOUR = 3_600_000;

let stage: SetsStage;
beforeEach(async () => {
  stage = await SetsStage.open([GOOD, SINGLE]);
});
afterEach(async () => {
  await stage[Symbol.asyncDispose]();
});

/** Status and problem of one set; the others must be listed too. */
async function shown(timestamp: string): Promise<readonly [string, string | null]> {
  const rows = await stage.json<Row[]>('list_backups');
  expect(rows.some((row) => row.timestamp === GOOD || row.timestamp === SINGLE)).toBe(true);
  const row = rows.find((one) => one.timestamp === timestamp);
  return [row?.status ?? 'not listed', row?.problem ?? null];
}

const data = (timestamp: string, segment: number, rest: string): string =>
  SetsStage.keyNamed(timestamp, `gpbackup_${segment}_${timestamp}${rest}`);
const ago = (hours: number): Date => new Date(Date.now() - hours * HOUR);
/** A timestamp of some hours ago. */
const stampOf = (hours: number): string => ago(hours).toISOString().replaceAll(/\D/g, '').slice(0, 14);

describe('a set that is half deleted', () => {
  test.each([
    ['a file of a segment', data(GOOD, 1, '_64937.zst'), 'data files of 1 table are missing'],
    ['its table of contents', SetsStage.key(GOOD, 'toc.yaml'), 'its toc.yaml is missing'],
    ['its metadata', SetsStage.key(GOOD, 'metadata.sql'), 'its metadata.sql is missing'],
  ])('without %s keeps its status, and is shown with what is missing', async (_, key, problem) => {
    await stage.delete(key);
    expect(await shown(GOOD)).toEqual(['Success', problem]);
    expect((await stage.json<Row[]>('list_backups', ['--failed'])).map(({ timestamp }) => timestamp)).toEqual(
      [GOOD],
    );
  });

  test('without the data of a table, of a segment, of all', async () => {
    for (const segment of [0, 1]) await stage.delete(data(GOOD, segment, '_64872.zst'));
    expect(await shown(GOOD)).toEqual(['Success', 'the data of 1 table is missing']);
    const files = setFiles(GOOD).filter(({ key }) => key.includes('/gpbackup_1_'));
    for (const { key } of files) await stage.delete(key);
    expect(await shown(GOOD)).toEqual(['Success', 'the data of segment 1 is missing']);
    for (const { key } of setFiles(GOOD)) if (key.includes('/gpbackup_0_')) await stage.delete(key);
    expect(await shown(GOOD)).toEqual(['Success', 'its data files are missing']);
  });

  test('without a single data file', async () => {
    await stage.delete(data(SINGLE, 0, ''));
    expect(await shown(SINGLE)).toEqual(['Success', 'the data file of segment 0 is missing']);
  });

  test('without its config file has failed, whatever its report says', async () => {
    await stage.delete(SetsStage.key(GOOD, 'config.yaml'));
    expect(await shown(GOOD)).toEqual(['Failure', 'its config file is missing']);
    const rows = await stage.json<Row[]>('list_backups', ['--database', 'sales']);
    expect(rows.length).toBe(2);
  });
});

describe('a config file', () => {
  test.each([
    ['is not YAML', 'timestamp: "2026', 'its config file is not valid YAML'],
    [
      'is that of another backup',
      'timestamp: "20260101000000"\nstatus: Success\n',
      'its config file is that of backup 20260101000000',
    ],
    ['is empty', '', 'its config file contains no fields'],
    [
      'has aliases',
      `a: &a [x]\nb: [*a, *a]\ntimestamp: "${GOOD}"\nincludeschemas: *a\n`,
      'its config file contains an alias',
    ],
  ])('that %s: unreadable', async (_, text, problem) => {
    await stage.put(SetsStage.key(GOOD, 'config.yaml'), text);
    const [status, told] = await shown(GOOD);
    expect([status, told?.startsWith(problem)]).toEqual(['Unreadable', true]);
  });

  test('of an older version has its status in the report, or ended', async () => {
    const text = await stage.text(SetsStage.key(GOOD, 'config.yaml'));
    await stage.put(SetsStage.key(GOOD, 'config.yaml'), text.replace(/^status: .*\n/m, ''));
    expect(await shown(GOOD)).toEqual(['Success', null]);
    const report = (await stage.text(SetsStage.key(GOOD, 'report'))).replace(
      /^backup status: +Success$/m,
      'backup status: Failure\nbackup error: no room\nHINT: <b>\u001b[31m',
    );
    await stage.put(SetsStage.key(GOOD, 'report'), report);
    expect(await shown(GOOD)).toEqual(['Failure', 'no room?HINT: <b>?[31m']);
    await stage.put(SetsStage.key(GOOD, 'report'), '');
    expect(await shown(GOOD)).toEqual(['Success', null]);
  });

  test('that may not be read stops nothing', async () => {
    stage.server.faults.add({
      when: { operation: 'GetObject', key: SetsStage.key(GOOD, 'config.yaml'), times: Infinity },
      do: { kind: 'answer', status: 403, code: 'AccessDenied' },
    });
    const [status, problem] = await shown(GOOD);
    expect([status, problem?.includes('AccessDenied') ?? false]).toEqual(['Unreadable', true]);
  });
});

describe('a backup without an end', () => {
  test('runs while objects come, and has failed in the morning after', async () => {
    const [now, night] = [stampOf(0.5), stampOf(6)];
    await stage.put(SetsStage.key(now, 'report'), '', ago(0.5));
    await stage.put(data(now, 0, '_1.gz'), 'x', ago(0.1));
    await stage.put(SetsStage.key(night, 'report'), '', ago(6));
    await stage.put(data(night, 0, '_1.gz'), 'x', ago(5));
    expect(await shown(now)).toEqual(['Running', null]);
    expect((await shown(night))[0]).toBe('Failure');
    const failed = await stage.json<Row[]>('list_backups', ['--failed']);
    expect(failed.map(({ timestamp }) => timestamp)).toEqual([night]);
  });

  test('runs while the parts of one data file come for ten hours', async () => {
    const timestamp = stampOf(10);
    const part = (hours: number): { size: number; lastModified: Date } => ({
      size: 10,
      lastModified: ago(hours),
    });
    await stage.put(SetsStage.key(timestamp, 'report'), '', ago(10));
    await stage.server.objects.beginUpload('backups', data(timestamp, 0, '.gz'), {
      initiated: ago(10),
      parts: [part(9), part(5)],
    });
    expect((await shown(timestamp))[0]).toBe('Failure');
    await stage.server.objects.beginUpload('backups', data(timestamp, 1, '.gz'), {
      initiated: ago(10),
      parts: [part(9), part(0.2)],
    });
    expect((await shown(timestamp))[0]).toBe('Running');
  });

  test('has failed where uploads may not be listed and its objects are old', async () => {
    const timestamp = stampOf(10);
    await stage.put(SetsStage.key(timestamp, 'report'), '', ago(10));
    await stage.server.objects.beginUpload('backups', data(timestamp, 0, '.gz'), { initiated: ago(0.1) });
    stage.server.faults.add({
      when: { operation: 'ListMultipartUploads', times: Infinity },
      do: { kind: 'answer', status: 403, code: 'AccessDenied' },
    });
    expect((await shown(timestamp))[0]).toBe('Failure');
  });

  test('has failed once its report says so, however young it is', async () => {
    const timestamp = stampOf(0.2);
    await stage.put(
      SetsStage.key(timestamp, 'report'),
      'x Report\n\nbackup status: Failure\nbackup error: disk full\n',
      ago(0.1),
    );
    expect(await shown(timestamp)).toEqual(['Failure', 'disk full']);
  });
});

describe('what is not a backup', () => {
  test('is not listed, and objects of others in the folder of one are counted', async () => {
    const folder = SetsStage.keyNamed(GOOD, '').replace(/\d{8}\/\d{14}\/$/, '');
    for (const key of [
      'x',
      '2026/y',
      '20261125/z',
      '20261125/20261125/x',
      '20261125/20261124025354/x',
      'abcdefgh/1/x',
    ])
      await stage.put(folder + key, 'x');
    await stage.put(SetsStage.keyNamed(GOOD, 'note <b>.txt'), 'x');
    await stage.put(SetsStage.keyNamed(GOOD, `gpbackup_${SINGLE}_config.yaml`), 'x');
    const rows = await stage.json<(Row & { objects: number })[]>('list_backups');
    expect(rows.map(({ timestamp, status, objects }) => [timestamp, status, objects])).toEqual([
      [GOOD, 'Success', 21],
      [SINGLE, 'Success', 10],
    ]);
    const { foreign_objects: foreign } = await stage.json<{ foreign_objects: number }>('show_backup', [GOOD]);
    expect(foreign).toBe(2);
  });

  test('of a cluster whose clock is ahead, and of a date that no calendar has, is listed all the same', async () => {
    const far = '29991231235959';
    const odd = '20260230256199';
    for (const timestamp of [far, odd]) await stage.put(SetsStage.key(timestamp, 'report'), '', ago(30));
    expect(
      (await stage.json<Row[]>('list_backups')).map(({ timestamp, status }) => [timestamp, status]),
    ).toEqual([
      [far, 'Failure'],
      [GOOD, 'Success'],
      [SINGLE, 'Success'],
      [odd, 'Failure'],
    ]);
    const { exitCode, stderr } = await stage.run('list_backups');
    expect([exitCode, stderr]).toEqual([0, '']);
  });

  test('with a hostile name of a database is shown on its line, and as it is in JSON', async () => {
    const key = SetsStage.key(GOOD, 'config.yaml');
    const name = 'a\n\u001b[31m<script>$(x)`"\\\u202e';
    const config = await stage.text(key);
    await stage.put(key, config.replace('databasename: sales', `databasename: ${JSON.stringify(name)}`));
    const rows = await stage.json<Row[]>('list_backups', ['--database', name]);
    expect(rows.map(({ timestamp, database }) => [timestamp, database])).toEqual([[GOOD, name]]);
    const { stdout } = await stage.run('list_backups');
    expect([
      stdout.toString().split('\n').length,
      stdout.includes('\u001b'),
      stdout.includes('\u202e'),
    ]).toEqual([4, false, false]);
  });
});
