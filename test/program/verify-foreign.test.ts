import { describe, expect, test } from 'bun:test';
import { gzipSync } from 'node:zlib';
import { setFiles } from '../../lab/sets.ts';
import { bytesOf, keyOf, VerifyStage } from './verify-stage.ts';

/** Sets of other clients than those of the real ones, and with names that nobody should give. */
const stage = new VerifyStage();

const BASE = '20261125025405';
const CUSTOMERS = 64872;
const ODD = 64937;

/** The real set of two tables, its texts changed. */
async function store(change: (text: string, name: string) => string, without = /^$/): Promise<void> {
  await stage.store([BASE], ({ content }, name) => {
    if (without.test(name)) return undefined;
    if (!name.endsWith('.yaml') && !name.endsWith('.sql')) return content;
    return Buffer.from(change(Buffer.from(content).toString(), name));
  });
}

/** Its config files name the command line. */
function warehouse(text: string, name: string): string {
  const isConfig = name.endsWith('_config.yaml') && !name.includes('plugin');
  return isConfig ? `${text}commandline: gpbackup --dbname sales\n` : text;
}

describe('WarehousePG', () => {
  test('a table on the coordinator has one file, which is read in the share of the coordinator', async () => {
    await store(
      (text, name) => warehouse(text, name).replace('rowscopied: 300', 'rowscopied: 2'),
      new RegExp(`_${ODD}\\.gz$`),
    );
    await stage.put(BASE, `gpbackup_-1_${BASE}_${ODD}.gz`, gzipSync('1,"a,b"\n2,\n'));
    for (const flags of [['--quick'], ['--read']])
      expect((await stage.verify(BASE, ...flags)).findings).toEqual([]);
    const first = await stage.verify(BASE, '--read', '--shard', '0/2');
    expect(first.tables?.find(({ oid }) => oid === ODD)?.rows).toBe(2);
    const peek = await stage.run(['peek_table', BASE, '"Odd Names"."Order Lines"']);
    expect(peek.stdout.toString()).toBe('Line No,"Text, with comma"\n1,"a,b"\n2,\n');
    const sql = await stage.run(['external_table_sql', BASE, '"Odd Names"."Order Lines"', '--json']);
    const { execute } = (JSON.parse(sql.stdout.toString()) as { result: { execute: string } }).result;
    const rows = await Promise.all(
      ['0', '1'].map(async (segment) => {
        const env = { ...stage.place.env, GP_SEGMENT_ID: segment, GP_SEGMENT_COUNT: '2' };
        return (await stage.place.shell(execute, { env })).stdout.toString();
      }),
    );
    expect(rows).toEqual(['1,"a,b"\n2,\n', '']);
    await stage.server.objects.delete('backups', keyOf(BASE, `gpbackup_-1_${BASE}_${ODD}.gz`));
    expect((await stage.verify(BASE)).missing).toBe(2);
  });

  test('a table that it could not back up has no row and no file', async () => {
    const without = new RegExp(`_${ODD}\\.gz$`);
    await store((text, name) => warehouse(text, name).replace('rowscopied: 300', 'rowscopied: 0'), without);
    expect((await stage.verify(BASE, '--read')).findings).toEqual([]);
    await store((text) => text.replace('rowscopied: 300', 'rowscopied: 0'), without);
    expect((await stage.verify(BASE)).missing).toBe(2);
  });
});

test('older versions, which name neither the number of segments nor a plan nor a compression', async () => {
  const old = /^(?:segmentcount|compressiontype|status|restoreplan):.*\n(?:[- ].*\n)*/gm;
  await store((text, name) => (name.endsWith(`${BASE}_config.yaml`) ? text.replace(old, '') : text));
  expect((await stage.verify(BASE, '--read')).findings).toEqual([]);
  const peek = await stage.run(['peek_table', BASE, 'sales.customers', '--rows', '1']);
  expect([peek.exitCode, peek.stdout.toString().split('\n')[0]]).toEqual([0, 'id,name,note']);
});

test('names that are hostile stay text: on a terminal, in CSV, and in SQL', async () => {
  const schema = '"x\\u001b[31m\\n\'; DROP TABLE t; --"';
  await store((text, name) =>
    name.endsWith('_toc.yaml')
      ? text.replace(/schema: sales$/m, `schema: "\\"${schema.slice(1, -1)}\\""`)
      : text,
  );
  const shown = await stage.run(['verify_backup', BASE]);
  expect(shown.exitCode).toBe(3);
  expect(shown.stdout.toString()).not.toContain('\u001b');
  expect(shown.stdout.toString()).toContain('\\x1b[31m\\n');
  const lines = await stage.run(['verify_backup', BASE, '--csv']);
  expect(lines.stdout.toString()).not.toContain('\u001b');
  expect(lines.stdout.toString().trimEnd().split('\n').length).toBe(3);
  const table = `"x\u001b[31m\n'; DROP TABLE t; --".customers`;
  const sql = await stage.run(['external_table_sql', BASE, table]);
  expect(sql.exitCode).toBe(0);
  for (const line of sql.stdout.toString().split('\n')) expect(line).not.toMatch(/^'?; ?DROP/);
  expect(sql.stdout.toString()).toStartWith(`-- Reads x?[31m?'; DROP TABLE t; --.customers out of `);
});

test('a table of contents of 30 MB is read in pieces, and its statements do not count', async () => {
  const filler = Array.from(
    { length: 200_000 },
    (_, index) =>
      `- schema: public\n  name: f${index}\n  objecttype: FUNCTION\n  referenceobject: ""\n  startbyte: 0\n  endbyte: 31\n  tier:\n  - 0\n  - 0\n`,
  ).join('');
  await store((text, name) =>
    name.endsWith('_toc.yaml') ? text.replace('predataentries: []\n', `predataentries:\n${filler}`) : text,
  );
  expect((await stage.verify(BASE)).findings).toEqual([]);
});

test('objects of others in its folder are read, and are no findings', async () => {
  await store((text) => text);
  await stage.put(BASE, 'README.txt', 'hands off');
  await stage.put(BASE, `gpbackup_${BASE}_set_up_0123456789abcdef`, '');
  const { checked, findings } = await stage.verify(BASE, '--read');
  expect([checked, findings]).toEqual([setFiles(BASE).length + 1, []]);
  expect(bytesOf(BASE, `gpbackup_0_${BASE}_${CUSTOMERS}.gz`).length).toBeGreaterThan(0);
});
