import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { chmodSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { type Outcome, Workplace } from '../../lab/program/plugin.ts';
import { minio } from '../../lab/servers/minio.ts';
import { type Database, installPostgres, startPostgres } from '../../lab/servers/postgres.ts';
import { seaweedfs } from '../../lab/servers/seaweedfs.ts';
import type { RunningServer } from '../../lab/servers/server.ts';
import { versitygw } from '../../lab/servers/versitygw.ts';
import { SETS_FOLDER, setFiles } from '../../lab/sets.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';
import { sdkClient } from '../compatibility/trial.ts';
import { bytesOf, GOOD, keyOf, type VerifyResult } from '../program/verify-stage.ts';
import { installed } from './installed.ts';

/** verify_backup, peek_table and external_table_sql on real servers, and their SQL in a real PostgreSQL. */
const STARTING = 200_000;
const GZIP = '20261125025319';
const FORMS = [GZIP, '20261125025334', '20261125025344', '20261125025354'] as const;

/** A path that everything could go wrong with. */
const HOSTILE = `it's "a" $HOME \\ $(id).yaml`;

interface Sql {
  readonly sql: string;
  readonly execute: string;
}

function sqlIn({ stdout, exitCode, stderr }: Outcome): Sql {
  if (exitCode !== 0) throw new Error(stderr);
  return (JSON.parse(stdout.toString()) as { result: Sql }).result;
}

/** The statement that sums up. */
function selectOf({ sql }: Sql): string {
  return /^SELECT [\s\S]*?;$/m.exec(sql)?.[0] ?? '';
}

function sorted(text: string): string {
  return text.split('\n').toSorted().join('\n');
}

/** Runs a command as the database does on each of two segments. */
async function onSegments(place: Workplace, execute: string): Promise<string> {
  let printed = '';
  for (const segment of ['0', '1']) {
    const env = { PATH: '/usr/bin:/bin', GP_SEGMENT_ID: segment, GP_SEGMENT_COUNT: '2' };
    const { exitCode, stdout, stderr } = await place.shell(`umask 0077\n${execute}`, { env });
    expect([exitCode, stderr]).toEqual([0, '']);
    printed += stdout.toString();
  }
  return printed;
}

describe.each([minio, versitygw, seaweedfs])('$title', (program) => {
  let server: RunningServer | undefined;
  let sdk: S3Client | undefined;
  const place = new Workplace();
  let isThere = false;

  beforeAll(async () => {
    isThere = await installed(() => program.install());
    if (!isThere) return;
    server = await program.start();
    sdk = sdkClient({ ...server, title: '' } as never);
    await sdk.send(new CreateBucketCommand({ Bucket: 'backups' }));
    for (const { key, content } of setFiles()) await put(key, content);
  }, STARTING);
  afterAll(async () => {
    sdk?.destroy();
    await server?.stop();
    place[Symbol.dispose]();
  });

  async function put(key: string, content: Uint8Array): Promise<void> {
    await sdk?.send(new PutObjectCommand({ Bucket: 'backups', Key: key, Body: content }));
  }

  async function run(args: readonly string[]): Promise<Outcome> {
    if (server === undefined) throw new Error('it did not start');
    const { endpoint, accessKeyId, secretAccessKey, region } = server;
    const options = { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey, region };
    const config = place.config({ url: endpoint }, { ...options, folder: SETS_FOLDER }, HOSTILE);
    const [command = '', ...rest] = args;
    return await place.run([command, config, ...rest]);
  }

  async function verify(timestamp: string, ...flags: readonly string[]): Promise<VerifyResult> {
    const { stdout, stderr } = await run(['verify_backup', timestamp, '--json', ...flags]);
    if (stdout.length === 0) throw new Error(stderr);
    return (JSON.parse(stdout.toString()) as { result: VerifyResult }).result;
  }

  test('the good sets are valid, by lists and by reading', async () => {
    if (!isThere) return;
    for (const timestamp of GOOD) {
      for (const mode of ['--quick', '--read']) {
        const { findings, checked } = await verify(timestamp, mode, '--chain');
        expect([timestamp, findings]).toEqual([timestamp, []]);
        expect(checked).toBeGreaterThanOrEqual(setFiles(timestamp).length);
      }
    }
  }, 120_000);

  test('a damaged object, and one that is missing', async () => {
    if (!isThere) return;
    const name = `gpbackup_1_${GZIP}_64872.gz`;
    const content = bytesOf(GZIP, name);
    await put(
      keyOf(GZIP, name),
      content.map((byte, index) => (index === 500 ? byte ^ 1 : byte)),
    );
    const damaged = await verify(GZIP, '--read');
    expect(damaged.findings.map(({ kind, key }) => [kind, key])).toEqual([['checksum', keyOf(GZIP, name)]]);
    await sdk?.send(new DeleteObjectCommand({ Bucket: 'backups', Key: keyOf(GZIP, name) }));
    expect((await verify(GZIP)).missing).toBe(1);
    await put(keyOf(GZIP, name), content);
  });

  test('rows are shown, and read out of the backup by segments', async () => {
    if (!isThere) return;
    const expected = [0, 1].map((segment) =>
      gunzipSync(bytesOf(GZIP, `gpbackup_${segment}_${GZIP}_64937.gz`)).toString(),
    );
    for (const timestamp of FORMS) {
      const peek = await run(['peek_table', timestamp, 'sales.onerow']);
      expect(peek.stdout.toString()).toBe('one\n1\n');
      const { execute } = sqlIn(
        await run(['external_table_sql', timestamp, '"Odd Names"."Order Lines"', '--json']),
      );
      const rows = await onSegments(place, execute);
      expect(sorted(rows)).toBe(sorted(expected.join('')));
    }
  }, 60_000);
});

describe('PostgreSQL', () => {
  let database: Database | undefined;
  let server: TestServer;
  const place = Workplace.reachable();

  beforeAll(async () => {
    server = await startTestServer();
    for (const { key, content } of setFiles()) await server.objects.put('backups', key, content);
    if (await installed(installPostgres)) database = await startPostgres();
  }, STARTING);
  afterAll(async () => {
    await database?.[Symbol.asyncDispose]();
    await server.stop();
    place[Symbol.dispose]();
  });

  async function sqlOf(args: readonly string[]): Promise<Sql> {
    const config = place.config(server, { folder: SETS_FOLDER }, HOSTILE);
    const [command = '', ...rest] = args;
    return sqlIn(await place.run([command, config, ...rest, '--json']));
  }

  /** The same table, filled with what the segments print instead of starting them. */
  async function loaded(name: string, { sql, execute }: Sql): Promise<void> {
    const [create = ''] = sql.split('\nEXECUTE ');
    await database?.query(create.replace('CREATE EXTERNAL WEB TABLE', 'CREATE TABLE'));
    const file = place.write('lines.csv', await onSegments(place, execute));
    chmodSync(file, 0o644);
    await database?.query(`COPY ${name} FROM '${file}' WITH (FORMAT csv, ENCODING 'UTF8')`);
  }

  async function summed(sql: Sql, name: string): Promise<string[]> {
    await loaded(name, sql);
    const rows = (await database?.query(selectOf(sql))) ?? '';
    await database?.query(`DROP TABLE ${name}`);
    return rows.split('\n');
  }

  test('the command in the string constant is the one that is meant', async () => {
    if (database === undefined) return;
    const { sql, execute } = await sqlOf(['verify_backup', GZIP, '--sql']);
    const [, constant = ''] = /^EXECUTE ([\s\S]*) ON ALL$/m.exec(sql) ?? [];
    expect(await database.query(`SELECT ${constant}`)).toBe(execute);
  });

  test('a good backup is valid in every line', async () => {
    if (database === undefined) return;
    for (const timestamp of ['20261125025328', '20261125025344', '20261125025218']) {
      const sql = await sqlOf(['verify_backup', timestamp, '--sql', '--chain']);
      const rows = await summed(sql, `verify_backup_${timestamp}`);
      expect(rows.filter((row) => !row.startsWith('valid|'))).toEqual([]);
      expect(rows.some((row) => row.startsWith('valid|done|'))).toBe(true);
    }
    const rows = await summed(await sqlOf(['verify_backup', GZIP, '--sql']), `verify_backup_${GZIP}`);
    expect(rows).toContain(`valid|table|${GZIP}|sales.countries|6|6|2|replicated`);
    expect(rows).toContain(`valid|table|${GZIP}|"Odd Names"."Order Lines"|300|300|2|`);
    expect(rows.length).toBe(11);
  });

  test('a lost row, a damaged object, and a segment that did not answer make it invalid', async () => {
    if (database === undefined) return;
    const name = `verify_backup_${GZIP}`;
    const sql = await sqlOf(['verify_backup', GZIP, '--sql']);
    const key = keyOf(GZIP, `gpbackup_1_${GZIP}_64872.gz`);
    const content = bytesOf(GZIP, `gpbackup_1_${GZIP}_64872.gz`);
    const rows = gunzipSync(content);
    await server.objects.put('backups', key, Bun.gzipSync(rows.subarray(rows.indexOf(10) + 1)));
    const lost = await summed(sql, name);
    expect(lost[0]).toBe(`invalid|table|${GZIP}|sales.customers|899|900|2|`);
    await server.objects.put('backups', key, content.subarray(0, -4));
    expect((await summed(sql, name)).some((row) => row.startsWith(`invalid|size|${key}|`))).toBe(true);
    await server.objects.put('backups', key, content);
    await loaded(name, sql);
    await database.query(`DELETE FROM ${name} WHERE segment_id = 1`);
    const absent = (await database.query(selectOf(sql))).split('\n');
    await database.query(`DROP TABLE ${name}`);
    expect(absent).toContain('invalid|done|||15|2|1|');
  });

  test('tables out of a backup have their columns and rows', async () => {
    if (database === undefined) return;
    const tables = [
      ['sales.customers', 'customers', `count(*), sum(id), count(note), sum(length(note))`],
      ['"Odd Names"."Order Lines"', 'Order Lines', `count(*), sum("Line No"), count("Text, with comma")`],
      ['sales.countries', 'countries', `count(*), min(code), max(name)`],
      ['sales.orders', 'orders', 'count(*), sum(id), sum(customer), max(placed), sum(amount)'],
    ] as const;
    const seen = new Map<string, Set<string>>();
    for (const timestamp of [...FORMS.slice(1), '20261125025328']) {
      for (const [table, name, facts] of tables) {
        const quoted = `"${name}_${timestamp}"`;
        await loaded(quoted, await sqlOf(['external_table_sql', timestamp, table]));
        const found = seen.get(table) ?? new Set();
        seen.set(table, found.add(await database.query(`SELECT ${facts} FROM ${quoted}`)));
        await database.query(`DROP TABLE ${quoted}`);
      }
    }
    // The sets have the same rows, whatever their form.
    for (const [table, facts] of seen) expect([table, [...facts]]).toEqual([table, [[...facts][0] ?? '']]);
    expect([...(seen.get('sales.countries') ?? [])]).toEqual(['3|AT|Japan 日本']);
  }, 60_000);
});
