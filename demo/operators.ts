import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Backup, prefixOf } from './backup.ts';
import { DemoFailure, mustEqual } from './failure.ts';
import type { Stage } from './stage.ts';
import { megabytes } from './summary.ts';
import { TABLES } from './tables.ts';

/** What remains of the demo: the page. */
const PAGE = join(import.meta.dir, '..', 'dist', 'demo-report.html');

interface Verification {
  readonly status: string;
  readonly rows: number;
  readonly findings: readonly { readonly key: string; readonly kind: string; readonly detail: string }[];
  readonly tables: readonly { readonly rows: number }[];
}

/** What the bucket says of its backups, without any database. */
export async function listSets(stage: Stage): Promise<string> {
  const rows = await resultOf<{ timestamp: string; status: string; type: string; size: number }[]>(
    stage,
    'list_backups',
  );
  mustEqual(
    'backups that list_backups knows',
    rows.map(({ timestamp, status }) => `${timestamp} ${status}`).join(),
    `${stage.single.timestamp} Success,${stage.perTable.timestamp} Success`,
  );
  return rows.map(({ timestamp, type, size }) => `${timestamp} ${type}, ${megabytes(size)} MB`).join('; ');
}

/** Reads every byte of both backups and counts the rows, as a restore would. */
export async function verifyBackups(stage: Stage): Promise<string> {
  const all = TABLES.reduce((sum, table) => sum + stage.database.rowsOf(table, stage.cluster.segments), 0);
  for (const backup of [stage.perTable, stage.single]) {
    const { status, tables } = await verification(stage, backup, 0);
    mustEqual(`verify_backup of ${backup.timestamp}`, status, 'valid');
    mustEqual(
      `rows that verify_backup read of ${backup.timestamp}`,
      tables.reduce((sum, { rows }) => sum + rows, 0),
      all,
    );
  }
  return `both valid, ${all} rows of ${TABLES.length} tables in each`;
}

/** The file whose object is damaged for a while. */
export function damagedFile({ perTable: { timestamp } }: Stage): string {
  return `gpbackup_3_${timestamp}_${TABLES[1]?.oid ?? 0}.gz`;
}

/** Turns one bit of one object over, and shows that verify_backup finds it; the page about it stays. */
export async function damageAndVerify(stage: Stage): Promise<string> {
  const name = damagedFile(stage);
  const key = `${prefixOf(stage.perTable)}${name}`;
  await stage.store.flip(key, 100_000);
  const { status, findings } = await verification(stage, stage.perTable, 3);
  mustEqual('verify_backup of a damaged backup', status, 'invalid');
  const [finding] = findings;
  mustEqual('what verify_backup found', findings.map((one) => one.key).join(), key);
  await stage.store.flip(key, 100_000);
  return `a bit of ${name} turned over: invalid, ${finding?.kind ?? ''}: ${finding?.detail ?? ''}`;
}

/** One page for people, which remains when the demo has ended. */
export async function makeReport(stage: Stage): Promise<string> {
  const { host } = stage.cluster.coordinator;
  const page = join(host.home, 'tmp', 'backups.html');
  await stage.shell.run(host, `${host.executable} report ${host.config} --out ${page}`);
  mkdirSync(dirname(PAGE), { recursive: true });
  copyFileSync(page, PAGE);
  return PAGE;
}

async function verification(stage: Stage, { timestamp }: Backup, status: number): Promise<Verification> {
  return await resultOf<Verification>(stage, 'verify_backup', `${timestamp} --read`, status);
}

/** The result of a command that ends with a certain exit status. */
async function resultOf<Result>(
  { shell, cluster }: Stage,
  command: string,
  words = '',
  status = 0,
): Promise<Result> {
  const { host } = cluster.coordinator;
  const line = `${host.executable} ${command} ${host.config} ${words} --json`;
  const text = await shell.run(host, status === 0 ? line : `${line}; test $? -eq ${status}`);
  const { result } = JSON.parse(text) as { readonly result?: Result };
  if (result === undefined) throw new DemoFailure(`${command} printed: ${text}`);
  return result;
}
