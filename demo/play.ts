import { join } from 'node:path';
import { build } from '../scripts/build.ts';
import { type Backup, timestampOf } from './backup.ts';
import { installOnHosts, planCluster, writeConfig } from './cluster.ts';
import { deleteBackups, listBackups, readLogs } from './delete.ts';
import { DemoFailure, mustEqual } from './failure.ts';
import { fetchFiles, storeFiles } from './files.ts';
import { callHook, compareVersions, type Hook } from './hooks.ts';
import { damageAndVerify, listSets, makeReport, verifyBackups } from './operators.ts';
import { backUpTables, restoreTables } from './per-table.ts';
import { makeDatabase } from './prepare.ts';
import { type Act, perform } from './progress.ts';
import { Shell } from './shell.ts';
import { backUpSegments, restoreSegments, restoreSomeTables } from './single-file.ts';
import type { Stage } from './stage.ts';
import { Store } from './store.ts';
import { Summary } from './summary.ts';
import { Database } from './tables.ts';

/** Characters that mean nothing to a shell: gpbackup puts paths into its command lines as they are. */
const PLAIN_PATH = /^[\w./+-]+$/;

/**
 * Plays everything below the folder `root`, and gives the table of what was moved.
 * @throws what went wrong first, or the signal's reason; server and processes have ended by then.
 */
export async function play(root: string, signal: AbortSignal): Promise<string> {
  if (!PLAIN_PATH.test(root)) {
    throw new DemoFailure(
      `the temporary folder ${root} can't be used in a command line: set TMPDIR to another`,
    );
  }
  const startedAt = performance.now();
  const cluster = planCluster(root);
  const shell = new Shell(signal);
  const store = new Store(join(root, 'bucket'), cluster.keys);
  const now = Date.now();
  const stage: Stage = {
    cluster,
    shell,
    store,
    database: new Database(),
    summary: new Summary(),
    perTable: { timestamp: timestampOf(new Date(now)), singleDataFile: false },
    single: { timestamp: timestampOf(new Date(now + 1000)), singleDataFile: true },
  };
  try {
    await perform(actsOf(stage, root, signal), signal);
    const report = await store.report();
    mustEqual('requests that the server refused', report.refused, 0);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const table = stage.summary.text(report, shell.peak, shell.count);
    return `\n${table}\n\nEverything came back as it was. ${seconds} s in all.`;
  } finally {
    await shell.stop();
    await store.stop();
  }
}

function actsOf(stage: Stage, root: string, signal: AbortSignal): readonly Act[] {
  const { cluster, database, store, perTable, single } = stage;
  const hooks = async (name: Hook, backup: Backup): Promise<string> =>
    `${await callHook(stage, name, backup)} processes`;
  return [
    {
      title: 'Build the program and install it on 3 hosts',
      run: async () => {
        installOnHosts(cluster, await build(join(root, 'build')));
        return 'launcher and program, in one folder a host';
      },
    },
    { title: 'Make a database', run: () => makeDatabase(cluster, database, signal) },
    {
      title: 'Start the S3 server',
      run: async () => {
        const url = await store.url();
        writeConfig(cluster, url);
        return url;
      },
    },
    { title: 'Compare versions over the hosts', run: () => compareVersions(stage) },
    { title: 'Backup 1: set up', run: () => hooks('setup_plugin_for_backup', perTable) },
    { title: 'Backup 1: tables', run: (show) => backUpTables(stage, show) },
    { title: 'Backup 1: metadata, contents, report', run: () => storeFiles(stage, perTable) },
    { title: 'Backup 1: clean up', run: () => hooks('cleanup_plugin_for_backup', perTable) },
    { title: 'Backup 2 (single data file): set up', run: () => hooks('setup_plugin_for_backup', single) },
    { title: 'Backup 2: segments', run: (show) => backUpSegments(stage, show) },
    { title: 'Backup 2: metadata, contents, report', run: () => storeFiles(stage, single) },
    { title: 'Backup 2: clean up', run: () => hooks('cleanup_plugin_for_backup', single) },
    { title: 'List the files of both backups', run: () => listBackups(stage) },
    { title: 'List both backups', run: () => listSets(stage) },
    { title: 'Verify both backups, every byte', run: () => verifyBackups(stage) },
    { title: 'Damage one object, and verify', run: () => damageAndVerify(stage) },
    { title: 'Make the page about the backups', run: () => makeReport(stage) },
    { title: 'Restore 1: set up', run: () => hooks('setup_plugin_for_restore', perTable) },
    { title: 'Restore 1: metadata, contents, report', run: () => fetchFiles(stage, perTable) },
    { title: 'Restore 1: tables', run: (show) => restoreTables(stage, show) },
    { title: 'Restore 1: clean up', run: () => hooks('cleanup_plugin_for_restore', perTable) },
    { title: 'Restore 2 (single data file): set up', run: () => hooks('setup_plugin_for_restore', single) },
    { title: 'Restore 2: metadata, contents, report', run: () => fetchFiles(stage, single) },
    { title: 'Restore 2: segments', run: (show) => restoreSegments(stage, show) },
    { title: 'Restore 2: some tables only', run: (show) => restoreSomeTables(stage, show) },
    { title: 'Restore 2: clean up', run: () => hooks('cleanup_plugin_for_restore', single) },
    { title: 'Delete both backups', run: () => deleteBackups(stage) },
    { title: "Read the plugin's log", run: async () => readLogs(stage) },
  ];
}
