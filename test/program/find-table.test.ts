import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { SetsStage } from '../../lab/program/sets-stage.ts';
import { setFiles } from '../../lab/sets.ts';

interface Found {
  readonly timestamp: string;
  readonly schema: string;
  readonly table: string;
  readonly partition_root: string | null;
  readonly rows: number;
  readonly bytes: number;
  readonly used_by: readonly string[];
}

let stage: SetsStage;
beforeAll(async () => {
  stage = await SetsStage.open();
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

const find = async (table: string): Promise<readonly Found[]> =>
  await stage.json<Found[]>('find_table', [table]);

const sizeOf = (timestamp: string, oid: number): number =>
  setFiles(timestamp)
    .filter(({ key }) => new RegExp(`_${oid}\\.\\w+$`).test(key))
    .reduce((sum, { content }) => sum + content.length, 0);

describe('find_table', () => {
  test('finds the sets that hold its data, also those without a filter', async () => {
    const rows = await find('sales.customers');
    expect(
      rows.map(({ timestamp, schema, table, rows: count }) => [timestamp, schema, table, count]),
    ).toEqual(
      [
        '20261125025410',
        '20261125025405',
        '20261125025354',
        '20261125025344',
        '20261125025334',
        '20261125025328',
        '20261125025323',
        '20261125025319',
        '20261125025222',
        '20261125025212',
        '20261125025200',
      ].map((timestamp) => [timestamp, 'sales', 'customers', timestamp === '20261125025319' ? 900 : 901]),
    ); // prettier-ignore
    const [, dataOnly] = rows;
    expect(dataOnly?.bytes).toBe(sizeOf('20261125025405', 64872));
  });

  test('of an incremental chain it names the set with the data, and who is restored with it', async () => {
    expect(await find('sales.orders_1_prt_1')).toEqual([
      {
        timestamp: '20261125025319',
        status: 'Success',
        database: 'sales',
        schema: 'sales',
        table: 'orders_1_prt_1',
        partition_root: 'orders',
        rows: 1053,
        bytes: sizeOf('20261125025319', 64885),
        used_by: ['20261125025323', '20261125025328'],
      } as Found,
    ]);
    const second = await find('sales.orders_1_prt_2');
    expect(second.map(({ timestamp, rows, used_by: by }) => [timestamp, rows, by])).toEqual([
      ['20261125025323', 1235, ['20261125025328']],
      ['20261125025319', 934, []],
    ]);
  });

  test('a partitioned table is found by its leaves', async () => {
    const rows = await find('sales.orders');
    expect(rows.filter(({ timestamp }) => timestamp === '20261125025319').map(({ table }) => table)).toEqual([
      'orders_1_prt_1',
      'orders_1_prt_2',
      'orders_1_prt_3',
      'orders_1_prt_4',
    ]);
    expect(rows.find(({ timestamp }) => timestamp === '20261125025344')).toMatchObject({
      table: 'orders',
      partition_root: null,
      rows: 4402,
      bytes: 66_460 - 11_283 + 67_385 - 11_166,
    });
  });

  test.each([['"Odd Names"."Order Lines"'], ['  "Odd Names" . "Order Lines"'.replaceAll(' . ', '.')]])(
    'names in double quotes are taken as they are: %s',
    async (name) => {
      const rows = await find(name);
      expect([rows.length, rows[0]?.schema, rows[0]?.table, rows[0]?.rows]).toEqual([
        10,
        '"Odd Names"',
        '"Order Lines"',
        300,
      ]);
    },
  );

  test('names without quotes are taken in lower case, as SQL does', async () => {
    expect((await find('SALES.Skewed')).length).toBe(9);
    expect((await find('"sales".SKEWED')).length).toBe(9);
  });

  test.each([
    ['"Sales".skewed', 'none of 18 backups holds data of "Sales".skewed'],
    ['sales.nothing', 'none of 18 backups holds data of sales.nothing'],
    [
      'Odd Names.Order Lines',
      'none of 18 backups holds data of Odd Names.Order Lines (names without double quotes are taken in lower case)',
    ],
  ])('%s: nothing found, and why', async (name, message) => {
    const { exitCode, stdout, stderr } = await stage.run('find_table', name);
    expect([exitCode, stdout.toString(), stderr]).toEqual([5, '', `gpbackup_s3_plugin: ${message}\n`]);
  });

  test.each(['orders', 'sales.', '.orders', 'a.b.c', '"a.b', ''])('"%s" is not a table', async (name) => {
    const { exitCode, stderr } = await stage.run('find_table', name);
    expect([exitCode, stderr.split('\n')[0]]).toEqual([
      2,
      `gpbackup_s3_plugin: "${name}" is not a valid table (expected SCHEMA.TABLE)`,
    ]);
  });

  test('a set that can not be read is told, and stops nothing', async () => {
    const key = SetsStage.key('20261125025354', 'toc.yaml');
    stage.server.faults.add({
      when: { operation: 'GetObject', key, times: Infinity },
      do: { kind: 'answer', status: 403, code: 'InvalidObjectState' },
    });
    const { exitCode, stdout, stderr } = await stage.run('find_table', 'sales.skewed');
    expect([exitCode, stdout.toString().split('\n').length - 2]).toEqual([0, 8]);
    expect(stderr).toContain('backup 20261125025354 was left out: ');
  });
});
