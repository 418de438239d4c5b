import { join } from 'node:path';
import type { GivenKeys } from '../aws/metadata.ts';
import { cacheFolderOf } from './cached-folder.ts';
import { freePorts } from './free-ports.ts';
import { installGoProgram } from './go-program.ts';
import { ServerPlace } from './server-place.ts';
import { untilSucceeds } from './until-succeeds.ts';

const version = 'v1.13.0';
const folder = cacheFolderOf('ec2-metadata-mock', version);

/** AWS's own program that plays the instance metadata of EC2. */
export interface MetadataMock {
  readonly url: string;
  stop(): Promise<void>;
}

/** @throws NotInstallable */
export async function installMetadataMock(): Promise<void> {
  await installGoProgram(folder, 'github.com/aws/amazon-ec2-metadata-mock/cmd/ec2-metadata-mock', version);
}

/** @param onlyV2 requests without a session token are refused */
export async function startMetadataMock(keys: GivenKeys, onlyV2: boolean): Promise<MetadataMock> {
  const place = await ServerPlace.make('ec2-metadata-mock');
  try {
    const [port = 0] = await freePorts(1);
    const credentials = { Code: 'Success', LastUpdated: '2026-01-01T00:00:00Z', Type: 'AWS-HMAC', ...keys };
    const values = { 'iam-security-credentials': credentials };
    const config = await place.write('config.json', JSON.stringify({ metadata: { values } }));
    const process = place.process('mock', {
      program: join(folder, 'ec2-metadata-mock'),
      args: ['-n', '127.0.0.1', '-p', String(port), '-c', config, ...(onlyV2 ? ['--imdsv2'] : [])],
    });
    await process.start();
    const url = `http://127.0.0.1:${port}`;
    await untilSucceeds(async () => await fetch(url), process);
    return { url, stop: async () => await place.clear() };
  } catch (error) {
    const words = await place.lastWords();
    await place.clear();
    throw new Error(`ec2-metadata-mock did not start:\n${words}`, { cause: error });
  }
}
