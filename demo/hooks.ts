import { PLUGIN_API_VERSION, PROGRAM, VERSION } from '../src/base/product.ts';
import { type Backup, backupFolder } from './backup.ts';
import { mustEqual } from './failure.ts';
import type { Stage } from './stage.ts';

/** gpbackup and gprestore ask every host for both versions before anything else, and compare. */
export async function compareVersions({ cluster, shell }: Stage): Promise<string> {
  for (const host of cluster.hosts) {
    const ask = async (what: string): Promise<string> =>
      shell.run(host, `source $GPHOME/greenplum_path.sh && ${host.executable} ${what}`);
    mustEqual(
      `plugin_api_version on ${host.name}`,
      await ask('plugin_api_version'),
      `${PLUGIN_API_VERSION}\n`,
    );
    mustEqual(`--version on ${host.name}`, await ask('--version'), `${PROGRAM} version ${VERSION}\n`);
  }
  return `${PROGRAM} ${VERSION}, interface ${PLUGIN_API_VERSION}, on ${cluster.hosts.length} hosts`;
}

export type Hook =
  | 'setup_plugin_for_backup'
  | 'setup_plugin_for_restore'
  | 'cleanup_plugin_for_backup'
  | 'cleanup_plugin_for_restore';

/** Calls a hook as often and in the order that gpbackup does: coordinator, segment hosts, segments. */
export async function callHook({ cluster, shell }: Stage, hook: Hook, backup: Backup): Promise<number> {
  const { coordinator, segmentHosts, segments } = cluster;
  const folder = backupFolder(backup, coordinator);
  const { host } = coordinator;
  // The content id arrives with its double quotes.
  await shell.run(host, `${host.executable} ${hook} ${host.config} ${folder} master \\"-1\\"`);
  await Promise.all(
    segmentHosts.map((segmentHost) =>
      shell.run(
        segmentHost,
        `${segmentHost.executable} ${hook} ${segmentHost.config} ${folder} segment_host`,
      ),
    ),
  );
  await Promise.all(
    segments.map((segment) =>
      shell.run(
        segment.host,
        `${segment.host.executable} ${hook} ${segment.host.config} ${backupFolder(backup, segment)} segment \\"${segment.content}\\"`,
      ),
    ),
  );
  return 1 + segmentHosts.length + segments.length;
}
