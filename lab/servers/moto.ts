import { join } from 'node:path';
import { cacheFolderOf } from './cached-folder.ts';
import { freePorts } from './free-ports.ts';
import { installPythonPackage } from './python-package.ts';
import type { ServerProgram } from './server.ts';
import { startServer } from './start-server.ts';
import { accessAt } from './test-key.ts';

const version = '5.2.5';
const folder = cacheFolderOf('moto', version);

/** AWS as tests of Python programs see it; it takes any key. */
export const moto: ServerProgram = {
  name: 'moto',
  version,
  title: `moto ${version}`,
  inEveryRun: false,
  keepsData: false,
  install: async () => {
    await installPythonPackage(folder, `moto[s3]==${version}`, 'flask', 'flask-cors');
  },
  start: () =>
    startServer('moto', async (place) => {
      const [port = 0] = await freePorts(1);
      const process = place.process('moto', {
        program: join(folder, 'bin', 'python'),
        args: ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)],
      });
      return { process, access: accessAt(`http://127.0.0.1:${port}`) };
    }),
};
