import { join } from 'node:path';
import { cacheFolderOf } from './cached-folder.ts';
import { freePorts } from './free-ports.ts';
import { installMavenPackages } from './maven-program.ts';
import type { ServerAccess, ServerProgram } from './server.ts';
import { ServerPlace } from './server-place.ts';
import type { ServerProcess } from './server-process.ts';
import { startServer } from './start-server.ts';
import { accessAt, accessKeyId, secretAccessKey } from './test-key.ts';
import { untilListening } from './until-listening.ts';
import { untilAnswered } from './until-writable.ts';

const version = '4.1.0';
const folder = cacheFolderOf('s3proxy', version);

/** In front of all others in the second address of the server. */
const PATH = '/s3';

/** jclouds over a folder. */
export const s3proxy: ServerProgram = {
  name: 's3proxy',
  version,
  title: `S3Proxy ${version}, filesystem-nio2`,
  inEveryRun: true,
  keepsData: true,
  install: () =>
    installMavenPackages(folder, [
      { group: 'org.gaul', name: 's3proxy', version },
      // Needed, and not among its dependencies.
      { group: 'com.fasterxml.jackson.core', name: 'jackson-annotations', version: '2.21' },
    ]),
  start: () =>
    startServer('s3proxy', async (place) => {
      const below = await prepare(place, PATH);
      await below.process.start();
      const { process, endpoint } = await prepare(place, '');
      const access = accessAt(endpoint);
      return {
        process,
        access,
        furnish: async () => {
          const probe = { method: 'PUT', path: `${PATH}/probe` };
          await untilAnswered(accessAt(below.endpoint), below.process, probe, [200, 409]);
          return { ...access, pathEndpoint: `${below.endpoint}${PATH}` };
        },
      };
    }),
};

/** The same below a path, as it is behind a gateway. The path is a part of what is signed. */
export async function startS3ProxyBelow(
  path: string,
): Promise<ServerAccess & { readonly stop: () => Promise<void> }> {
  const place = await ServerPlace.make('s3proxy');
  try {
    const { process, endpoint, port } = await prepare(place, path);
    await process.start();
    await untilListening('s3proxy', process, port);
    return { ...accessAt(endpoint), stop: () => place.clear() };
  } catch (error) {
    await place.clear();
    throw error;
  }
}

async function prepare(
  place: ServerPlace,
  path: string,
): Promise<{ process: ServerProcess; endpoint: string; port: number }> {
  const name = `s3proxy${path.replaceAll('/', '-')}`;
  const data = await place.makeFolder(`${name}-data`);
  const [port = 0] = await freePorts(1);
  const endpoint = `http://127.0.0.1:${port}`;
  const properties = {
    's3proxy.endpoint': endpoint,
    ...(path === '' ? {} : { 's3proxy.service-path': path }),
    's3proxy.authorization': 'aws-v2-or-v4',
    's3proxy.identity': accessKeyId,
    's3proxy.credential': secretAccessKey,
    'jclouds.provider': 'filesystem-nio2',
    'jclouds.identity': 'unused',
    'jclouds.credential': 'unused',
    'jclouds.filesystem.basedir': data,
  };
  const lines = Object.entries(properties).map(([key, value]) => `${key}=${value}\n`);
  const config = await place.write(`${name}.conf`, lines.join(''));
  const process = place.process(name, {
    program: 'java',
    args: ['-cp', join(folder, '*'), 'org.gaul.s3proxy.Main', '--properties', config],
    // Java takes the characters of files' names from here.
    env: { LC_ALL: 'C.UTF-8' },
  });
  return { process, endpoint, port };
}
