import { join } from 'node:path';
import { cacheFolderOf } from './cached-folder.ts';
import { freePorts } from './free-ports.ts';
import { installMavenPackages } from './maven-program.ts';
import type { ServerProgram } from './server.ts';
import type { ServerProcess } from './server-process.ts';
import { startServer } from './start-server.ts';
import { accessAt, accessKeyId, secretAccessKey } from './test-key.ts';
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
      const data = await place.makeFolder('data');
      const [port = 0, pathPort = 0] = await freePorts(2);
      const properties = {
        's3proxy.authorization': 'aws-v2-or-v4',
        's3proxy.identity': accessKeyId,
        's3proxy.credential': secretAccessKey,
        'jclouds.provider': 'filesystem-nio2',
        'jclouds.identity': 'unused',
        'jclouds.credential': 'unused',
        'jclouds.filesystem.basedir': data,
      };
      const program = async (name: string, endpoint: string, path: string): Promise<ServerProcess> => {
        const all = { ...properties, 's3proxy.endpoint': endpoint, 's3proxy.service-path': path };
        const lines = Object.entries(all).map(([key, value]) => `${key}=${value}\n`);
        const config = await place.write(`${name}.conf`, lines.join(''));
        return place.process(name, {
          program: 'java',
          args: ['-cp', join(folder, '*'), 'org.gaul.s3proxy.Main', '--properties', config],
          // Java takes the characters of files' names from here.
          env: { LC_ALL: 'C.UTF-8' },
        });
      };
      const access = accessAt(`http://127.0.0.1:${port}`);
      const besides = accessAt(`http://127.0.0.1:${pathPort}`);
      const withPath = await program('s3proxy-path', besides.endpoint, PATH);
      await withPath.start();
      return {
        process: await program('s3proxy', access.endpoint, ''),
        access,
        furnish: async () => {
          await untilAnswered(besides, withPath, { method: 'PUT', path: `${PATH}/probe` }, [200, 409]);
          return { ...access, pathEndpoint: `${besides.endpoint}${PATH}` };
        },
      };
    }),
};
