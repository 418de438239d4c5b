import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { cacheFolderOf } from './cached-folder.ts';
import { installCargoProgram } from './cargo-program.ts';
import { freePorts } from './free-ports.ts';
import type { ServerProgram } from './server.ts';
import { startServer } from './start-server.ts';
import { untilSucceeds } from './until-succeeds.ts';

const version = '2.5.0';
const folder = cacheFolderOf('garage', version);

/** Its keys have a form of their own. */
const accessKeyId = 'GKaaaaaaaaaaaaaaaaaaaaaaaa';
const secretAccessKey = 'b'.repeat(64);
const region = 'us-east-1';

/** One node, its index in SQLite. */
export const garage: ServerProgram = {
  name: 'garage',
  version,
  title: `Garage ${version}`,
  inEveryRun: false,
  keepsData: true,
  install: () =>
    installCargoProgram(folder, 'garage', version, [
      '--no-default-features',
      '--features',
      'bundled-libs,sqlite',
    ]),
  start: () =>
    startServer('garage', async (place) => {
      const [s3 = 0, rpc = 0] = await freePorts(2);
      const config = await place.write(
        'garage.toml',
        `metadata_dir = "${await place.makeFolder('meta')}"
data_dir = "${await place.makeFolder('data')}"
db_engine = "sqlite"
replication_factor = 1
rpc_bind_addr = "127.0.0.1:${rpc}"
rpc_public_addr = "127.0.0.1:${rpc}"
rpc_secret = "${randomBytes(32).toString('hex')}"
[s3_api]
s3_region = "${region}"
api_bind_addr = "127.0.0.1:${s3}"
root_domain = ".localhost"
`,
      );
      const program = join(folder, 'bin', 'garage');
      const tell = (...args: string[]): Promise<string> => place.command(program, ['-c', config, ...args]);
      const process = place.process('garage', { program, args: ['-c', config, 'server'] });
      const access = {
        endpoint: `http://127.0.0.1:${s3}`,
        region,
        accessKeyId,
        secretAccessKey,
        domain: 'localhost',
      };
      return {
        process,
        access,
        furnish: async () => {
          await untilSucceeds(() => tell('status'), process);
          const [node = ''] = (await tell('node', 'id', '-q')).split('@');
          await tell('layout', 'assign', '-z', 'dc1', '-c', '10G', node);
          await tell('layout', 'apply', '--version', '1');
          await tell('key', 'import', '--yes', '-n', 'test', accessKeyId, secretAccessKey);
          await tell('key', 'allow', '--create-bucket', accessKeyId);
          return access;
        },
      };
    }),
};
