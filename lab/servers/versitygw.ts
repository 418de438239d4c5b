import { join } from 'node:path';
import { cacheFolderOf } from './cached-folder.ts';
import { freePorts } from './free-ports.ts';
import { installGoProgram } from './go-program.ts';
import type { ServerProgram } from './server.ts';
import { startServer } from './start-server.ts';
import { accessAt, accessKeyId, secretAccessKey } from './test-key.ts';

const version = '1.8.0';
const folder = cacheFolderOf('versitygw', version);

/** The gateway over a folder of a POSIX file system. */
export const versitygw: ServerProgram = gateway('versitygw', `Versity S3 Gateway ${version}, posix`, true);

/** The same without a folder for versions: a key that is locked can't be written again. */
export const versitygwPlain: ServerProgram = gateway(
  'versitygw-plain',
  `Versity S3 Gateway ${version}, posix, no versions`,
  false,
);

function gateway(name: string, title: string, keepsVersions: boolean): ServerProgram {
  return {
    name,
    version,
    title,
    inEveryRun: keepsVersions,
    keepsData: true,
    install: () => installGoProgram(folder, 'github.com/versity/versitygw/cmd/versitygw', `v${version}`),
    start: () =>
      startServer(name, async (place) => {
        const data = await place.makeFolder('data');
        const versions = keepsVersions ? ['--versioning-dir', await place.makeFolder('versions')] : [];
        const [port = 0] = await freePorts(1);
        const process = place.process('versitygw', {
          program: join(folder, 'versitygw'),
          args: [
            '--port',
            `127.0.0.1:${port}`,
            // Otherwise it closes each connection after one answer.
            '--keep-alive',
            '--virtual-domain',
            `localhost:${port}`,
            '--quiet',
            'posix',
            ...versions,
            data,
          ],
          env: { ROOT_ACCESS_KEY: accessKeyId, ROOT_SECRET_KEY: secretAccessKey },
        });
        return { process, access: { ...accessAt(`http://127.0.0.1:${port}`), domain: 'localhost' } };
      }),
  };
}
