import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { cacheFolderOf } from './cached-folder.ts';
import { freePorts } from './free-ports.ts';
import { installMavenJar } from './maven-program.ts';
import { relay } from './relay.ts';
import type { ServerProgram } from './server.ts';
import type { ServerPlace } from './server-place.ts';
import { type PreparedServer, startServer } from './start-server.ts';
import { accessAt } from './test-key.ts';

const version = '5.2.0';
const folder = cacheFolderOf('s3mock', version);
const innerPort = 9090;

/**
 * A mock for tests of Java programs; it takes any key. Its port for http is open on all interfaces, whatever it is told:
 * it runs in a network namespace of its own, which has nothing but loopback.
 */
export const s3mock: ServerProgram = {
  name: 's3mock',
  version,
  title: `Adobe S3Mock ${version}`,
  inEveryRun: false,
  keepsData: true,
  install: () => installMavenJar(folder, { group: 'com.adobe.testing', name: 's3mock', version }, 'exec'),
  start: () => startServer('s3mock', prepare),
};

async function prepare(place: ServerPlace): Promise<PreparedServer> {
  const data = await place.makeFolder('data');
  const [port = 0] = await freePorts(1);
  const socket = place.path('relay.sock');
  const isRoot = process.getuid?.() === 0;
  const script = `ip link set lo up && { setpriv --pdeathsig=KILL "$0" "$1" "$2" ${innerPort} & exec java "\${@:3}"; }`;
  const inOwnNetwork = [...(isRoot ? [] : ['--user', '--map-root-user']), '--net', 'bash', '-c', script];
  const relayLaunch = [process.execPath, join(import.meta.dir, 'relay.ts'), socket];
  const server = place.process('s3mock', {
    program: 'unshare',
    args: [
      ...inOwnNetwork,
      ...relayLaunch,
      '-jar',
      join(folder, `s3mock-${version}-exec.jar`),
      `--http.port=${innerPort}`,
      `--com.adobe.testing.s3mock.store.root=${data}`,
      '--com.adobe.testing.s3mock.store.retain-files-on-exit=true',
    ],
  });
  const entrance = relay(() => connect(socket));
  entrance.listen(port, '127.0.0.1');
  await once(entrance, 'listening');
  place.atEnd(async () => {
    entrance.close();
  });
  return { process: server, access: accessAt(`http://127.0.0.1:${port}`) };
}
