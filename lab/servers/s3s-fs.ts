import { join } from 'node:path';
import { cacheFolderOf } from './cached-folder.ts';
import { installCargoProgram } from './cargo-program.ts';
import { freePorts } from './free-ports.ts';
import type { ServerProgram } from './server.ts';
import { startServer } from './start-server.ts';
import { accessAt, accessKeyId, secretAccessKey } from './test-key.ts';

const version = '0.14.1';
const folder = cacheFolderOf('s3s-fs', version);

/** The example server of the Rust library s3s. */
export const s3sFs: ServerProgram = {
  name: 's3s-fs',
  version,
  title: `s3s-fs ${version}`,
  inEveryRun: false,
  keepsData: true,
  install: () => installCargoProgram(folder, 's3s-fs', version, ['--features', 'binary']),
  start: () =>
    startServer('s3s-fs', async (place) => {
      const data = await place.makeFolder('data');
      const [port = 0] = await freePorts(1);
      const key = ['--access-key', accessKeyId, '--secret-key', secretAccessKey];
      const address = ['--host', '127.0.0.1', '--port', String(port), '--domain', `localhost:${port}`];
      const process = place.process('s3s-fs', {
        program: join(folder, 'bin', 's3s-fs'),
        args: [...address, ...key, data],
      });
      return { process, access: { ...accessAt(`http://127.0.0.1:${port}`), domain: 'localhost' } };
    }),
};
