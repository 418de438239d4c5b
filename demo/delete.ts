import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { prefixOf } from './backup.ts';
import { DemoFailure, mustEqual } from './failure.ts';
import { damagedFile } from './operators.ts';
import type { Stage } from './stage.ts';
import { megabytes } from './summary.ts';
import { TABLES } from './tables.ts';

/** What list_directory prints a line for. */
interface Listed {
  readonly key: string;
  readonly size: number;
}

/** Lists the bucket and counts the files of both backups. */
export async function listBackups(stage: Stage): Promise<string> {
  const listed = await list(stage);
  const { segments } = stage.cluster;
  const coordinatorFiles = 5;
  const counts = [
    { backup: stage.perTable, files: TABLES.length * segments.length + coordinatorFiles },
    { backup: stage.single, files: 2 * segments.length + coordinatorFiles },
  ];
  const told = counts.map(({ backup, files }) => {
    // What a host stored, which the plugin notes besides, is one object for each name of a host.
    const its = listed.filter(({ key }) => key.startsWith(prefixOf(backup)) && !key.includes('_s3stats_'));
    mustEqual(`files of the backup ${backup.timestamp} in the bucket`, its.length, files);
    return `${backup.timestamp}: ${files} files, ${megabytes(its.reduce((sum, { size }) => sum + size, 0))} MB`;
  });
  return told.join('; ');
}

/** Deletes the first backup, proves that the second is untouched, and deletes that too. */
export async function deleteBackups(stage: Stage): Promise<string> {
  const { shell, cluster, perTable, single } = stage;
  const { host } = cluster.coordinator;
  const before = await list(stage);
  await shell.run(host, `${host.executable} delete_backup ${host.config} ${perTable.timestamp}`);
  mustEqual(
    'what the bucket lists after the first delete_backup',
    JSON.stringify(await list(stage)),
    JSON.stringify(before.filter(({ key }) => key.startsWith(prefixOf(single)))),
  );
  await shell.run(host, `${host.executable} delete_backup ${host.config} ${single.timestamp}`);
  mustEqual('what the bucket lists after both', (await list(stage)).length, 0);
  const { keys, uploads } = await stage.store.report();
  mustEqual('objects that remain on the server', keys, 0);
  mustEqual('unfinished uploads that remain on the server', uploads, 0);
  return 'both; no object and no unfinished upload remains on the server';
}

/** Reads the log files that the plugin wrote on every host. */
export function readLogs(stage: Stage): string {
  const lines = stage.cluster.hosts.flatMap(({ home }) => {
    const folder = join(home, 'gpAdminLogs');
    return readdirSync(folder).flatMap((name) =>
      readFileSync(join(folder, name), 'utf8').trimEnd().split('\n'),
    );
  });
  // But of the object that was damaged on purpose.
  const bad = lines.find((line) => !line.includes('-[INFO]:-') && !line.includes(damagedFile(stage)));
  if (bad !== undefined) throw new DemoFailure(`in the plugin's log: ${bad}`);
  return `${lines.length} lines, no warning but of the damaged object`;
}

async function list({ shell, cluster }: Stage): Promise<readonly Listed[]> {
  const { host } = cluster.coordinator;
  const text = await shell.run(host, `${host.executable} list_directory ${host.config}`);
  const [, ...rows] = text.trimEnd().split('\n');
  return rows.map((row) => {
    const [, key = '', size = ''] = /^(.*?) +(\d+)$/.exec(row) ?? [];
    if (key === '') throw new DemoFailure(`list_directory printed: ${row}`);
    return { key, size: Number(size) };
  });
}
