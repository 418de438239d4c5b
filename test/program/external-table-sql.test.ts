import { expect, test } from 'bun:test';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { expectJson } from '../../lab/program/json-output.ts';
import { setFiles } from '../../lab/sets.ts';
import { VerifyStage } from './verify-stage.ts';

const stage = new VerifyStage();

interface Sql {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly sql: string;
  readonly execute: string;
}

const GZIP = '20261125025319';

/** A config file whose path does everything that quoting can be wrong about. */
const HOSTILE = `it's "a" $(touch pwned) \\ $HOME \`id\` %s;&#.yaml`;

async function sqlOf(timestamp: string, table: string): Promise<Sql & { stderr: string }> {
  const config = stage.place.config(stage.server, { folder: 'warehouse' }, HOSTILE);
  const { exitCode, stdout, stderr } = await stage.place.run([
    'external_table_sql',
    config,
    timestamp,
    table,
    '--json',
  ]);
  expect(exitCode).toBe(0);
  return { ...expectJson<Sql>('external_table_sql', stdout).result, stderr };
}

/** The string constant behind EXECUTE, as PostgreSQL reads it. */
function executeOf(sql: string): string {
  const [, escape, text = ''] = /EXECUTE (E?)'((?:[^']|'')*)' ON ALL/.exec(sql) ?? [];
  const plain = text.replaceAll("''", "'");
  return escape === 'E' ? plain.replaceAll('\\\\', '\\') : plain;
}

/** Runs it as each segment does, and gives all rows, sorted. */
async function rowsOf(sql: string, segments: number, shell: string): Promise<string> {
  const command = executeOf(sql);
  let rows = '';
  for (let segment = 0; segment < segments; segment += 1) {
    const child = Bun.spawn([shell, '-c', command], {
      cwd: stage.place.folder,
      env: { PATH: '/usr/bin:/bin', GP_SEGMENT_ID: String(segment), GP_SEGMENT_COUNT: String(segments) },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const [out, err, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    expect([code, err]).toEqual([0, '']);
    rows += out;
  }
  return sorted(rows);
}

const sorted = (rows: string): string => rows.split('\n').toSorted().join('\n');

/** The rows of a table file of a set with a file for each table. */
function expected(timestamp: string, oid: number, segments: readonly number[] = [0, 1]): string {
  let rows = '';
  for (const segment of segments) {
    const file = setFiles(timestamp).find(({ key }) =>
      key.includes(`/gpbackup_${segment}_${timestamp}_${oid}.`),
    );
    if (file === undefined) throw new Error(`${timestamp} has no ${oid} on ${segment}`);
    rows += (file.key.endsWith('.gz') ? gunzipSync : zstdDecompressSync)(file.content).toString();
  }
  return sorted(rows);
}

const ZSTD = '20261125025354';

/** Sets of all forms; all but the first have the rows of the last. */
const SETS = [GZIP, '20261125025334', '20261125025344', ZSTD] as const;
const TABLES = [
  ['sales.customers', 64872, [0, 1]],
  ['sales.countries', 64928, [0]],
  ['sales.skewed', 64922, [0, 1]],
  ['sales.empty', 64934, [0, 1]],
  ['sales.onerow', 64943, [0, 1]],
  ['"Odd Names"."Order Lines"', 64937, [0, 1]],
] as const;

test.each(SETS)('of %s each segment reads its own rows of every table', async (timestamp) => {
  await stage.store([timestamp]);
  for (const [table, oid, segments] of TABLES) {
    const { sql, execute } = await sqlOf(timestamp, table);
    expect(executeOf(sql)).toBe(execute);
    expect(await rowsOf(sql, 2, 'bash')).toBe(expected(timestamp === GZIP ? GZIP : ZSTD, oid, segments));
  }
  expect(await Bun.file(stage.place.path('pwned')).exists()).toBe(false);
});

test('zstd in a single data file', async () => {
  await stage.store(['20261125025410']);
  const { sql } = await sqlOf('20261125025410', 'sales.skewed');
  expect(await rowsOf(sql, 2, 'sh')).toBe(expected(GZIP, 64922));
});

test('with more or fewer segments than there were, and a shell that is no bash', async () => {
  await stage.store([GZIP, '20261125025344', '20261125025334']);
  for (const timestamp of [GZIP, '20261125025344', '20261125025334']) {
    const { sql } = await sqlOf(timestamp, 'sales.customers');
    const rows = expected(timestamp === GZIP ? GZIP : ZSTD, 64872);
    for (const segments of [1, 3]) expect(await rowsOf(sql, segments, 'sh')).toBe(rows);
  }
});

test('a partitioned table of an incremental backup comes out of all backups that have its leaves', async () => {
  await stage.store([GZIP, '20261125025323', '20261125025328']);
  const { sql, columns } = await sqlOf('20261125025328', 'sales.orders');
  expect(columns).toEqual([
    { name: 'id', type: 'bigint' },
    { name: 'customer', type: 'integer' },
    { name: 'placed', type: 'date' },
    { name: 'amount', type: 'numeric(12,2)' },
  ]);
  const leaves = [
    expected(GZIP, 64885),
    expected('20261125025323', 64895),
    expected('20261125025328', 64904),
    expected(GZIP, 64913),
  ];
  expect((await rowsOf(sql, 2, 'bash')).trim()).toBe(sorted(leaves.join('')).trim());
});

test('names and types stand in SQL as it needs them', async () => {
  await stage.store([GZIP]);
  const { sql } = await sqlOf(GZIP, '"Odd Names"."Order Lines"');
  expect(sql).toContain('CREATE EXTERNAL WEB TABLE "Order Lines_20261125025319" (\n');
  expect(sql).toContain('  "Line No" integer,\n  "Text, with comma" text\n)');
  expect(sql).toContain("ON ALL\nFORMAT 'CSV' ENCODING 'UTF8';\n");
});

test('without metadata the types are text, which is said', async () => {
  await stage.store(['20261125025405']);
  const config = stage.config();
  const { stdout, stderr } = await stage.place.run([
    'external_table_sql',
    config,
    '20261125025405',
    'sales.customers',
  ]);
  expect(stdout.toString()).toContain('  "id" text,\n');
  expect(stderr).toBe('gpbackup_s3_plugin: metadata.sql has no type of "id", "name", "note": text instead\n');
});

test.each([GZIP, '20261125025334', '20261125025344', '20261125025354'])(
  'a segment whose data of %s is gone or cut fails',
  async (timestamp) => {
    await stage.store([timestamp]);
    const { execute } = await sqlOf(timestamp, 'sales.skewed');
    const env = { ...stage.place.env, GP_SEGMENT_ID: '1', GP_SEGMENT_COUNT: '2' };
    const data = setFiles(timestamp).filter(({ key }) => /gpbackup_1_\d+(_\d+)?(\.\w+)?$/.test(key));
    for (const { key, content } of data)
      await stage.server.objects.put('backups', key, content.subarray(0, content.length >> 1));
    expect((await stage.place.shell(execute, { env })).exitCode).not.toBe(0);
    for (const { key } of data) await stage.server.objects.delete('backups', key);
    expect((await stage.place.shell(execute, { env })).exitCode).not.toBe(0);
  },
);
