import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { SetsStage } from '../../lab/program/sets-stage.ts';
import { setFiles } from '../../lab/sets.ts';

interface Table {
  readonly schema: string;
  readonly table: string;
  readonly partition_root: string | null;
  readonly is_replicated: boolean;
  readonly rows: number;
  readonly bytes: number;
  readonly skew: number | null;
  readonly segments: number;
  readonly largest_segment: number | null;
}
interface Details {
  readonly status: string;
  readonly problem: string | null;
  readonly error: string | null;
  readonly end: string | null;
  readonly bases: readonly string[];
  readonly restore_plan: readonly { readonly timestamp: string; readonly tables: number }[];
  readonly rows: number;
  readonly table_count: number;
  readonly data_size: number;
  readonly data_files: { readonly expected: number | null; readonly there: number };
  readonly files: readonly { readonly name: string; readonly size: number | null }[];
  readonly missing: readonly string[];
  readonly not_backed_up: readonly string[];
  readonly compression: string | null;
  readonly table_bytes: string;
  readonly tables: readonly Table[] | null;
  readonly data_of_segments:
    | readonly { readonly segment: number; readonly files: number; readonly bytes: number }[]
    | null;
}

let stage: SetsStage;
beforeAll(async () => {
  stage = await SetsStage.open();
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

const show = async (timestamp: string, ...flags: string[]): Promise<Details> =>
  await stage.json<Details>('show_backup', [timestamp, ...flags]);

/** Rows of each table of the database, as README of the sets and the tables of contents have them. */
const ROWS: Readonly<Record<string, number>> = {
  '"Odd Names"."Order Lines"': 300,
  'sales.countries': 6,
  'sales.customers': 901,
  'sales.empty': 0,
  'sales.onerow': 1,
  'sales.orders': 4402,
  'sales.skewed': 2000,
};

const bytesOf = (timestamp: string, pattern: RegExp): number =>
  setFiles(timestamp)
    .filter(({ key }) => pattern.test(key))
    .reduce((sum, { content }) => sum + content.length, 0);

const sorted = async (field: string): Promise<(string | undefined)[]> =>
  (await show('20261125025334', '--tables', '--sort', field)).tables?.map(({ table }) => table) ?? [];

describe('show_backup', () => {
  test('tells what the files of a set say', async () => {
    const details = await show('20261125025323');
    expect(details).toMatchObject({
      status: 'Success',
      problem: null,
      end: '2026-11-25T02:53:25',
      bases: ['20261125025319'],
      restore_plan: [
        { timestamp: '20261125025319', tables: 3 },
        { timestamp: '20261125025323', tables: 7 },
      ],
      rows: 4443,
      table_count: 7,
      data_files: { expected: 14, there: 14 },
      missing: [],
      compression: 'gzip',
      tables: null,
      data_of_segments: null,
    });
    expect(details.files).toEqual(
      setFiles('20261125025323')
        .filter(({ key }) => key.includes('/gpbackup_2026'))
        .map(({ key, content }) => ({ name: key.slice(key.lastIndexOf('/') + 1), size: content.length })),
    );
  });

  test.each(['20261125025334', '20261125025344', '20261125025200', '20261125025354', '20261125025212'])(
    '--tables of %s: rows, bytes, skew',
    async (timestamp) => {
      const { tables, table_bytes: what, data_size: size } = await show(timestamp, '--tables');
      expect(
        Object.fromEntries((tables ?? []).map(({ schema, table, rows }) => [`${schema}.${table}`, rows])),
      ).toEqual(ROWS);
      const bytes = (tables ?? []).reduce((sum, table) => sum + table.bytes, 0);
      // Offsets of single data files are those before compression: this one has none.
      if (timestamp === '20261125025344' || timestamp === '20261125025200' || what === 'stored')
        expect(bytes).toBe(size);
      else expect(bytes).toBeGreaterThan(size);
      const skewed = tables?.find(({ table }) => table === 'skewed');
      expect(skewed?.largest_segment).toBe(1);
      if (what === 'uncompressed') expect(skewed?.skew).toBe(2);
      expect(tables?.find(({ table }) => table === 'countries')).toMatchObject({
        is_replicated: true,
        skew: 1,
        segments: 2,
      });
    },
  );

  test('a leaf of a partitioned table is shown with its root', async () => {
    const { tables } = await show('20261125025319', '--tables');
    const leaves = tables?.filter(({ partition_root: root }) => root === 'orders') ?? [];
    expect(leaves.map(({ table, rows }) => [table, rows])).toEqual([
      ['orders_1_prt_1', 1053],
      ['orders_1_prt_2', 934],
      ['orders_1_prt_3', 1023],
      ['orders_1_prt_4', 990],
    ]);
    expect(leaves[0]?.bytes).toBe(bytesOf('20261125025319', /_64885\.gz$/));
  });

  test('--segments: files and bytes of each', async () => {
    const { data_of_segments: segments } = await show('20261125025354', '--segments');
    expect(segments).toEqual([
      { segment: 0, files: 7, bytes: bytesOf('20261125025354', /\/gpbackup_0_/) },
      { segment: 1, files: 7, bytes: bytesOf('20261125025354', /\/gpbackup_1_/) },
    ]);
  });

  test('--sort: by name, and by figures from the largest', async () => {
    expect((await sorted('name'))[0]).toBe('"Order Lines"');
    expect((await sorted('rows')).slice(0, 3)).toEqual(['orders', 'skewed', 'customers']);
    expect((await sorted('bytes')).slice(0, 3)).toEqual(['orders', 'skewed', 'customers']);
    expect((await sorted('skew')).slice(0, 2)).toEqual(['onerow', 'skewed']);
    const { exitCode, stderr } = await stage.run('show_backup', '20261125025334', '--sort', 'size');
    expect([exitCode, stderr]).toEqual([
      2,
      'gpbackup_s3_plugin: "size" is not a valid order (expected name, rows, bytes, skew)\n',
    ]);
  });

  test('a failed one: what gpbackup said, and which files there are', async () => {
    const details = await show('20261125025139');
    expect(details.error).toBe(
      'There was no matching previous backup found with the flags provided. Please take a full backup.',
    );
    expect(details.files.filter(({ size }) => size !== null).map(({ name }) => name)).toEqual([
      'gpbackup_20261125025139_config.yaml',
      'gpbackup_20261125025139_report',
    ]);
    expect(details.data_files).toEqual({ expected: 0, there: 0 });
  });

  test('what is missing, by the table of contents', async () => {
    const timestamp = '20261125025212';
    await stage.delete(SetsStage.keyNamed(timestamp, `gpbackup_1_${timestamp}_63915.zst`));
    const { missing, data_files: files, problem } = await show(timestamp);
    expect([missing, files, problem]).toEqual([
      ['"Odd Names"."Order Lines" (OID 63915) has no data file of segment 1'],
      { expected: 14, there: 13 },
      'data files of 1 table are missing',
    ]);
  });

  test('tables that WarehousePG could not back up, and its coordinator with data', async () => {
    const timestamp = '20261125025405';
    const config = await stage.text(SetsStage.key(timestamp, 'config.yaml'));
    await stage.put(
      SetsStage.key(timestamp, 'config.yaml'),
      config.replace('status: Success', 'status: Failure'),
    );
    await stage.put(
      SetsStage.key(timestamp, 'report'),
      'WarehousePG Backup Report\n\nbackup status:   Success\n\ndata not backed up:\nsales.a\n"x"."<b>\u202e"\n\ndatabase size:   53 MB\n',
    );
    await stage.put(SetsStage.keyNamed(timestamp, `gpbackup_-1_${timestamp}_64872.gz`), 'x'.repeat(30));
    const { not_backed_up: left, data_of_segments: segments } = await show(timestamp, '--segments');
    expect(left).toEqual(['sales.a', '"x"."<b>\u202e"']);
    expect(segments?.[0]).toEqual({ segment: -1, files: 1, bytes: 30 });
    const { stdout } = await stage.run('show_backup', timestamp);
    expect(stdout.toString()).not.toContain('\u202e');
  });

  test('a timestamp that is none, and one that is not there', async () => {
    const none = await stage.run('show_backup', '2026112502532');
    expect([none.exitCode, none.stderr]).toEqual([
      2,
      'gpbackup_s3_plugin: "2026112502532" is not a valid timestamp (expected YYYYMMDDHHMMSS)\n',
    ]);
    const missing = await stage.run('show_backup', '20261125025320');
    expect([missing.exitCode, missing.stderr.split('\n')[0]]).toEqual([
      5,
      'gpbackup_s3_plugin: there is no backup 20261125025320 in s3://backups/warehouse',
    ]);
  });

  test('a hostile name of a table stays on its line', async () => {
    const timestamp = '20261125025354';
    const toc = await stage.text(SetsStage.key(timestamp, 'toc.yaml'));
    const hostile = '"\\"a\\nb\\u001b[31m\\u202e<script>$(x)`\\""';
    await stage.put(
      SetsStage.key(timestamp, 'toc.yaml'),
      toc.replace(/^ {2}name: skewed\n(?= {2}oid)/m, `  name: ${hostile}\n`),
    );
    const { tables } = await show(timestamp, '--tables');
    expect(tables?.map(({ table }) => table)).toContain('"a\nb\u001b[31m\u202e<script>$(x)`"');
    const { stdout, exitCode } = await stage.run('show_backup', timestamp, '--tables');
    const lines = stdout
      .toString()
      .split('\n')
      .filter((line) => line.includes('<script>'));
    expect([
      exitCode,
      lines.length,
      ['\u001b', '\u202e'].some((sign) => stdout.toString().includes(sign)),
    ]).toEqual([0, 1, false]);
  });

  test('a table of contents that may not be read is told, and the rest is shown', async () => {
    const timestamp = '20261125025200';
    stage.server.faults.add({
      when: { operation: 'GetObject', key: SetsStage.key(timestamp, 'toc.yaml'), times: Infinity },
      do: { kind: 'answer', status: 403, code: 'InvalidObjectState' },
    });
    const { exitCode, stdout, stderr } = await stage.run('show_backup', timestamp, '--tables');
    expect([exitCode, stderr.startsWith('gpbackup_s3_plugin: its tables are not known: ')]).toEqual([
      0,
      true,
    ]);
    expect(stdout.toString()).toContain(`gpbackup_${timestamp}_toc.yaml`);
  });
});
