import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Built } from '../scripts/build.ts';
import { PROGRAM } from '../src/base/product.ts';

/** One host: a folder that is its home, its Greenplum and its disks. */
export interface Host {
  readonly name: string;
  readonly home: string;
  readonly gphome: string;
  /** The plugin as the config file's `executablepath` names it. */
  readonly executable: string;
  /** gpbackup's copy of the config file, on this host. */
  readonly config: string;
}

/** One database process with data of its own: the coordinator has content -1. */
export interface Instance {
  readonly content: number;
  readonly host: Host;
  readonly dataFolder: string;
}

/** The cluster that is played: a coordinator, and segments spread over the segment hosts. */
export interface Cluster {
  readonly coordinator: Instance;
  readonly segments: readonly Instance[];
  readonly hosts: readonly Host[];
  readonly segmentHosts: readonly Host[];
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export const BUCKET = 'backups';
export const FOLDER = 'demo/cluster1';
export const SEGMENTS = 8;

/** Lays the hosts out below `root`. Nothing is written yet. */
export function planCluster(root: string): Cluster {
  const hostOf = (name: string): Host => {
    const home = join(root, 'hosts', name);
    const gphome = join(home, 'greenplum');
    return {
      name,
      home,
      gphome,
      executable: join(gphome, 'bin', PROGRAM),
      config: join(home, 'tmp', '20260102_s3_config.yaml'),
    };
  };
  const coordinatorHost = hostOf('cdw');
  const segmentHosts = [hostOf('sdw1'), hostOf('sdw2')] as const;
  const segments = Array.from({ length: SEGMENTS }, (_, content) => {
    const host = segmentHosts[content < SEGMENTS / 2 ? 0 : 1];
    return { content, host, dataFolder: join(host.home, 'data', 'primary', `gpseg${content}`) };
  });
  return {
    coordinator: {
      content: -1,
      host: coordinatorHost,
      dataFolder: join(coordinatorHost.home, 'data', 'coordinator', 'gpseg-1'),
    },
    segments,
    hosts: [coordinatorHost, ...segmentHosts],
    segmentHosts,
    keys: { accessKeyId: 'DEMOACCESSKEY', secretAccessKey: randomBytes(20).toString('hex') },
  };
}

/** Copies launcher and program to each host, as an operator does, with the data folders next to them. */
export function installOnHosts(cluster: Cluster, built: Built): void {
  for (const { gphome, executable, config } of cluster.hosts) {
    mkdirSync(dirname(executable), { recursive: true });
    mkdirSync(dirname(config), { recursive: true });
    // Hard links: three copies of the program would be the largest files of the demo.
    linkSync(built.launcher, executable);
    linkSync(built.program, `${executable}.bin`);
    writeFileSync(
      join(gphome, 'greenplum_path.sh'),
      `GPHOME=${gphome}\nPATH=$GPHOME/bin:$PATH\nLD_LIBRARY_PATH=$GPHOME/lib\nexport GPHOME PATH LD_LIBRARY_PATH\n`,
    );
  }
  for (const { dataFolder } of [cluster.coordinator, ...cluster.segments]) {
    mkdirSync(dataFolder, { recursive: true });
  }
}

/** Writes the config file on every host, as gpbackup does: every value quoted, and two options of its own. */
export function writeConfig(cluster: Cluster, endpoint: string): void {
  for (const { executable, config } of cluster.hosts) {
    const options = {
      endpoint,
      aws_access_key_id: cluster.keys.accessKeyId,
      aws_secret_access_key: cluster.keys.secretAccessKey,
      bucket: BUCKET,
      folder: FOLDER,
      restore_subset: 'on',
      pgport: '5432',
      backup_plugin_version: '',
    };
    const lines = Object.entries(options).map(([name, value]) => `  ${name}: "${value}"\n`);
    writeFileSync(config, `executablepath: "${executable}"\noptions:\n${lines.join('')}`);
  }
}
