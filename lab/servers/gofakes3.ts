import { join } from 'node:path';
import { cacheFolderOf } from './cached-folder.ts';
import { freePorts } from './free-ports.ts';
import { installGoProgram } from './go-program.ts';
import type { ServerProgram } from './server.ts';
import { startServer } from './start-server.ts';
import { accessAt } from './test-key.ts';

const version = '1.2.0';
const folder = cacheFolderOf('gofakes3', version);

/** A fake for tests of Go programs; it takes any key. */
export const gofakes3: ServerProgram = {
  name: 'gofakes3',
  version,
  title: `gofakes3 ${version}`,
  inEveryRun: false,
  keepsData: false,
  install: () => installGoProgram(folder, 'github.com/johannesboyne/gofakes3/cmd/gofakes3', `v${version}`),
  start: () =>
    startServer('gofakes3', async (place) => {
      const [port = 0] = await freePorts(1);
      const process = place.process('gofakes3', {
        program: join(folder, 'gofakes3'),
        args: ['-host', `127.0.0.1:${port}`, '-backend', 'memory'],
      });
      return { process, access: accessAt(`http://127.0.0.1:${port}`) };
    }),
};
