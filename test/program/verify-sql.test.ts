import { expect, test } from 'bun:test';
import { expectJson } from '../../lab/program/json-output.ts';
import { setFiles } from '../../lab/sets.ts';
import { VerifyStage } from './verify-stage.ts';

const stage = new VerifyStage();

const GZIP = '20261125025319';
const HOSTILE = `it's "a" $(touch pwned) \\ $HOME \`id\`.yaml`;

interface Sql {
  readonly sql: string;
  readonly execute: string;
}

async function sqlOf(...flags: readonly string[]): Promise<Sql> {
  const config = stage.place.config(stage.server, { folder: 'warehouse' }, HOSTILE);
  const { exitCode, stdout, stderr } = await stage.place.run([
    'verify_backup',
    config,
    GZIP,
    '--sql',
    '--json',
    ...flags,
  ]);
  expect([exitCode, stderr]).toEqual([0, '']);
  return expectJson<Sql>('verify_backup', stdout).result;
}

/** What the segments print: as a COPY PROGRAM is started, with nearly no environment. */
async function linesOf(execute: string, segments = 2): Promise<string[][]> {
  const lines: string[] = [];
  for (let segment = 0; segment < segments; segment += 1) {
    const env = { PATH: '/usr/bin:/bin', GP_SEGMENT_ID: String(segment), GP_SEGMENT_COUNT: String(segments) };
    const { exitCode, stdout, stderr } = await stage.place.shell(`umask 0077\n${execute}`, { env });
    expect([exitCode, stderr]).toEqual([0, '']);
    lines.push(...stdout.toString().trimEnd().split('\n'));
  }
  return lines.map((line) => line.split(','));
}

test('each segment prints a line for each table, and one that it is done', async () => {
  await stage.store([GZIP]);
  const { execute } = await sqlOf();
  const lines = await linesOf(execute);
  expect(lines.filter(([, item]) => item === '"table"').length).toBe(2 * 10);
  expect(lines.filter(([, item]) => item === '"done"')).toEqual([
    ['0', '"done"', '', '', '', '15', '2', ''],
    ['1', '"done"', '', '', '', '10', '2', ''],
  ]);
  const customers = lines.filter(([, , , table]) => table === '"sales.customers"');
  expect(customers.reduce((sum, [, , , , , rows]) => sum + Number(rows), 0)).toBe(900);
  expect(await Bun.file(stage.place.path('pwned')).exists()).toBe(false);
});

test('findings and failures are lines, and the exit code stays 0', async () => {
  await stage.store([GZIP], ({ content }, name) =>
    name.includes('_1_') ? content.subarray(0, -3) : content,
  );
  const { execute } = await sqlOf();
  const lines = await linesOf(execute);
  expect(lines.filter(([segment, item]) => segment === '1' && item === '"size"').length).toBe(10);
  stage.place.config(stage.server, { folder: 'warehouse', aws_secret_access_key: 'wrong' }, HOSTILE);
  const [failed] = await linesOf(execute.replace('--read', '--quick'), 1);
  expect(failed?.slice(0, 2)).toEqual(['0', '"failed"']);
});

test('the columns of the table are those of the lines', async () => {
  await stage.store([GZIP]);
  const { sql, execute } = await sqlOf('--chain', '--quick');
  expect(execute).toEndWith(` ${GZIP} --quick --chain --shard auto --csv`);
  const [, columns = ''] = /CREATE EXTERNAL WEB TABLE \w+ \(\n([^)]*)\n\)/.exec(sql) ?? [];
  const [line] = await linesOf(execute);
  expect(columns.split(',').length).toBe(line?.length ?? 0);
  // Greenplum 6 has system columns of these names.
  expect(columns).not.toMatch(/^\s*(?:oid|ctid|xmin|tableoid|gp_segment_id) /m);
});

test('line breaks and quotes of hostile names stay inside of a field', async () => {
  await stage.store([GZIP]);
  for (const { key } of setFiles(GZIP).filter(({ key: each }) => each.includes('64937')))
    await stage.server.objects.delete('backups', key);
  const { execute } = await sqlOf('--quick');
  const lines = await linesOf(execute);
  const missing = lines.filter(([, item]) => item === '"missing"');
  expect(missing.map((fields) => fields.slice(7).join(','))).toEqual([
    '"is missing: data of ""Odd Names"".""Order Lines"""',
    '"is missing: data of ""Odd Names"".""Order Lines"""',
  ]);
});
