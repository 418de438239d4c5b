import { expect, test } from 'bun:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expectJson } from '../../lab/program/json-output.ts';
import { bytesOf, keyOf, VerifyStage } from './verify-stage.ts';

const stage = new VerifyStage();

interface Peek {
  readonly data_timestamp: string;
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
  readonly complete: boolean;
  readonly bytes_read: number;
}

const GZIP = '20261125025319';
const ALL = [GZIP, '20261125025334', '20261125025344', '20261125025354', '20261125025410'] as const;

async function peek(timestamp: string, table: string, ...flags: readonly string[]): Promise<Peek> {
  const { exitCode, stdout, stderr } = await stage.run(['peek_table', timestamp, table, '--json', ...flags]);
  expect([exitCode, stderr]).toEqual([0, '']);
  return expectJson<Peek>('peek_table', stdout).result;
}

test('the first rows, whatever the form of the backup, with NULL and line breaks', async () => {
  await stage.store(ALL);
  for (const timestamp of ALL) {
    const { columns, rows, complete } = await peek(timestamp, 'sales.customers', '--rows', '7');
    expect([timestamp, columns, rows.length, complete]).toEqual([
      timestamp,
      ['id', 'name', 'note'],
      7,
      false,
    ]);
    expect(rows[4]).toEqual(['7', 'customer 7', 'two\nlines, "quoted"']);
    const all = await peek(timestamp, 'sales.customers', '--rows', '1000');
    expect([all.rows.length, all.complete]).toEqual([timestamp === GZIP ? 900 : 901, true]);
    expect(all.rows.find(([id]) => id === '11')?.[2]).toBeNull();
  }
});

test('odd names, a table on one segment, a replicated one, an empty one', async () => {
  await stage.store(ALL);
  for (const timestamp of ALL) {
    // One set excludes the schema with odd names.
    if (timestamp !== '20261125025410') {
      const odd = await peek(timestamp, '"Odd Names"."Order Lines"', '--rows', '1000');
      expect([odd.columns, odd.rows.length]).toEqual([['Line No', 'Text, with comma'], 300]);
      expect(odd.rows[0]?.[1]).toMatch(/^a,b;"c"\\d\t\d+$/);
    }
    expect((await peek(timestamp, 'sales.onerow')).rows).toEqual([['1']]);
    expect((await peek(timestamp, 'sales.countries')).rows.map(([code]) => code)).toEqual(['AT', 'FR', 'JP']);
    expect(await peek(timestamp, 'sales.empty')).toMatchObject({ columns: ['id'], rows: [], complete: true });
  }
});

test('an incremental backup: the rows come from the backup that its plan names, the columns from the root of a leaf', async () => {
  await stage.store([GZIP, '20261125025323', '20261125025328']);
  const leaf = await peek('20261125025328', 'sales.orders_1_prt_2', '--rows', '1');
  expect([leaf.data_timestamp, leaf.columns]).toEqual([
    '20261125025323',
    ['id', 'customer', 'placed', 'amount'],
  ]);
  const root = await peek('20261125025328', 'sales.orders', '--rows', '10000');
  expect([root.rows.length, root.complete]).toEqual([4402, true]);
});

test('it stops reading early', async () => {
  await stage.store([GZIP]);
  const rows = Array.from(
    { length: 400_000 },
    (_, id) => `${id},customer ${id},${(id * 7919) % 100_003}\n`,
  ).join('');
  const large = gzipSync(rows);
  expect(large.length).toBeGreaterThan(2_000_000);
  await stage.put(GZIP, `gpbackup_0_${GZIP}_64872.gz`, large);
  const { rows: first, bytes_read: read } = await peek(GZIP, 'sales.customers', '--rows', '3');
  expect(first.map(([id]) => id)).toEqual(['0', '1', '2']);
  expect(read).toBe(65_536);
  const data = stage.server.requests.filter(({ key }) => key.includes('_64872'));
  expect(data.map(({ operation }) => operation)).toEqual(['GetObject']);
});

test('of an uncompressed single data file only the range of the table is read', async () => {
  await stage.store(['20261125025344']);
  const { bytes_read: read } = await peek('20261125025344', 'sales.onerow', '--rows', '1');
  expect(read).toBe(2);
});

test('of a compressed one everything in front of the table is, which is said', async () => {
  await stage.store(['20261125025334']);
  const { stderr } = await stage.run(['peek_table', '20261125025334', 'sales.onerow']);
  expect(stderr).toMatch(
    /^gpbackup_s3_plugin: the table begins at byte \d+ of a compressed single data file: /,
  );
});

test('for people: CSV with a header, which COPY can read again', async () => {
  await stage.store([GZIP]);
  const { stdout, stderr } = await stage.run(['peek_table', GZIP, 'sales.customers', '--rows', '100']);
  const rows = gunzipSync(bytesOf(GZIP, `gpbackup_0_${GZIP}_64872.gz`)).toString();
  expect(stderr).toBe('');
  const [header, ...body] = stdout.toString().split('\n');
  expect(header).toBe('id,name,note');
  expect(rows.startsWith(body.join('\n'))).toBe(true);
});

test('a terminal is given no control character of a value, a pipe all of them', async () => {
  await stage.store([GZIP]);
  await stage.put(GZIP, `gpbackup_0_${GZIP}_64937.gz`, gzipSync('1,"\u001b]0;evil\u0007\u202e\r\n"\n'));
  const line = `peek_table ${stage.config()} ${GZIP} '"Odd Names"."Order Lines"' --rows 1`;
  const piped = await stage.place.shell(`"$PLUGIN" ${line}`);
  expect(piped.stdout.toString()).toContain('\u001b]0;evil\u0007');
  const shown = await stage.place.shell(`script -qec "$PLUGIN ${line.replaceAll('"', '\\"')}" /dev/null`);
  expect(shown.stdout.toString()).not.toContain('\u001b]0');
  expect(shown.stdout.toString()).toContain('\\x1b]0;evil\\x07');
});

test('damaged data is an error, and what is not there is nothing found', async () => {
  await stage.store([GZIP]);
  await stage.put(GZIP, `gpbackup_0_${GZIP}_64872.gz`, 'no gzip at all, whatever its name says');
  const damaged = await stage.run(['peek_table', GZIP, 'sales.customers']);
  const key = keyOf(GZIP, `gpbackup_0_${GZIP}_64872.gz`);
  expect(damaged.exitCode).toBe(1);
  expect(damaged.stderr).toStartWith(
    `gpbackup_s3_plugin: s3://backups/${key} is not valid gzip: incorrect header check\n`,
  );
  for (const [timestamp, table] of [
    [GZIP, 'sales.nothing'],
    ['20200101000000', 'sales.customers'],
  ] as const)
    expect((await stage.run(['peek_table', timestamp, table])).exitCode).toBe(5);
});

test('words that are not valid are an error of usage', async () => {
  for (const words of [
    [GZIP, 'customers'],
    ['yesterday', 'sales.customers'],
    [GZIP, 'sales.customers', '--rows', '0'],
    [GZIP, 'sales.customers', '--rows', 'all'],
  ])
    expect((await stage.run(['peek_table', ...words])).exitCode).toBe(2);
});
