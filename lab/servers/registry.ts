import { ceph } from './ceph.ts';
import { garage } from './garage.ts';
import { gofakes3 } from './gofakes3.ts';
import { minio, minioHttps } from './minio.ts';
import { moto } from './moto.ts';
import { rclone, rcloneDisk } from './rclone.ts';
import { s3mock } from './s3mock.ts';
import { s3proxy } from './s3proxy.ts';
import { s3sFs } from './s3s-fs.ts';
import { seaweedfs } from './seaweedfs.ts';
import type { ServerProgram } from './server.ts';
import { versitygw, versitygwPlain } from './versitygw.ts';

/** Every real server that the suites know: first those of every run, the quickest to install first. */
export const SERVERS: readonly ServerProgram[] = [
  rclone,
  rcloneDisk,
  seaweedfs,
  ceph,
  s3proxy,
  versitygw,
  versitygwPlain,
  minio,
  minioHttps,
  gofakes3,
  moto,
  s3mock,
  s3sFs,
  garage,
];

/**
 * The servers of these names; without any, those of every run.
 * @throws Error for a name that no server has
 */
export function serversNamed(names: readonly string[]): readonly ServerProgram[] {
  if (names.length === 0) return SERVERS.filter((server) => server.inEveryRun);
  return names.map((name) => {
    const server = SERVERS.find((candidate) => candidate.name === name);
    if (server !== undefined) return server;
    throw new Error(
      `no server is called ${name}; there are: ${SERVERS.map((candidate) => candidate.name).join(', ')}`,
    );
  });
}
