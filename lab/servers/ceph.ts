import { randomUUID } from 'node:crypto';
import { configOf } from './ceph-config.ts';
import { installDebianPackages } from './debian-package.ts';
import { freePorts } from './free-ports.ts';
import type { ServerProgram } from './server.ts';
import type { ServerPlace } from './server-place.ts';
import { type PreparedServer, startServer } from './start-server.ts';
import { accessAt, accessKeyId, secretAccessKey } from './test-key.ts';
import { untilSucceeds } from './until-succeeds.ts';

const version = '16.2.15';

/**
 * A monitor, an object store in memory and the gateway that speaks S3. Only the gateway is killed and restarted: the
 * store behind it would forget everything.
 */
export const ceph: ServerProgram = {
  name: 'ceph',
  version,
  title: `Ceph RGW ${version}`,
  inEveryRun: true,
  keepsData: true,
  install: () => installDebianPackages('Ceph', version, ['radosgw', 'ceph-mon', 'ceph-osd']),
  start: () => startServer('ceph', prepare),
};

async function prepare(place: ServerPlace): Promise<PreparedServer> {
  const [s3 = 0, monitor = 0, oldMonitor = 0] = await freePorts(3);
  const cluster = randomUUID();
  for (const folder of ['mon', 'osd', 'rgw', 'run']) await place.makeFolder(folder);
  const addresses = `[v2:127.0.0.1:${monitor}/0,v1:127.0.0.1:${oldMonitor}/0]`;
  const config = await place.write('ceph.conf', configOf({ folder: place.folder, cluster, addresses, s3 }));
  const run = (program: string, ...args: string[]): Promise<string> =>
    place.command(program, ['-c', config, ...args]);
  const tell = (...args: string[]): Promise<string> => run('ceph', '--connect-timeout', '30', ...args);
  const admin = (...args: string[]): Promise<string> => run('radosgw-admin', '-n', 'client.admin', ...args);

  const map = place.path('monmap');
  const member = ['--addv', 'a', addresses.replaceAll('/0', '')];
  await place.command('monmaptool', ['--create', '--fsid', cluster, ...member, map]);
  await makeKeyrings(place);
  const monitorKeys = ['--monmap', map, '--keyring', place.path('mon.keyring')];
  await run('ceph-mon', '--mkfs', '-i', 'a', ...monitorKeys);
  await place.process('ceph-mon', { program: 'ceph-mon', args: ['-c', config, '-i', 'a', '-f'] }).start();

  const disk = randomUUID();
  await tell('auth', 'import', '-i', place.path('daemons.keyring'));
  await tell('osd', 'new', disk);
  await run('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', disk);
  await place.process('ceph-osd', { program: 'ceph-osd', args: ['-c', config, '-i', '0', '-f'] }).start();

  const process = place.process('radosgw', {
    program: 'radosgw',
    args: ['-c', config, '-n', 'client.rgw.a', '-f'],
  });
  const access = { ...accessAt(`http://127.0.0.1:${s3}`), domain: 'localhost' };
  return {
    process,
    access,
    furnish: async () => {
      const user = ['user', 'create', '--uid=test', '--display-name=test'];
      const key = ['--access-key', accessKeyId, '--secret', secretAccessKey];
      // It makes the gateway's pools, or waits for them.
      await untilSucceeds(() => admin(...user, ...key), process);
      const tenant = { name: 'team', accessKeyId: 'teamkey', secretAccessKey: 'teamsecret' };
      const teamKey = ['--access-key', tenant.accessKeyId, '--secret', tenant.secretAccessKey];
      await admin(...user, `--tenant=${tenant.name}`, ...teamKey);
      return { ...access, tenant, roleArn: await makeRole(admin) };
    },
  };
}

/** A role that the test user may assume, and that may do everything with objects and buckets. @returns its ARN */
async function makeRole(admin: (...args: string[]) => Promise<string>): Promise<string> {
  const trust = allowing({ Principal: { AWS: ['arn:aws:iam:::user/test'] }, Action: ['sts:AssumeRole'] });
  const rights = allowing({ Action: ['s3:*'], Resource: 'arn:aws:s3:::*' });
  const name = '--role-name=backup';
  await admin('role', 'create', name, '--path=/', `--assume-role-policy-doc=${trust}`);
  await admin('role-policy', 'put', name, '--policy-name=all', `--policy-doc=${rights}`);
  return 'arn:aws:iam:::role/backup';
}

function allowing(rest: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...rest }] });
}

/** Secrets of all daemons: the monitor takes its own and the admin's from the start, the others it has to be told. */
async function makeKeyrings(place: ServerPlace): Promise<void> {
  const make = (file: string, name: string, caps: readonly string[]): Promise<string> =>
    place.command('ceph-authtool', [place.path(file), '--gen-key', '-n', name, ...caps]);
  const create = (file: string): Promise<string> =>
    place.command('ceph-authtool', ['--create-keyring', place.path(file)]);
  const all = ['--cap', 'mon', 'allow *', '--cap', 'osd', 'allow *', '--cap', 'mgr', 'allow *'];
  for (const file of ['mon', 'client.admin', 'osd.0', 'client.rgw.a', 'daemons'])
    await create(`${file}.keyring`);
  await make('mon.keyring', 'mon.', ['--cap', 'mon', 'allow *']);
  await make('client.admin.keyring', 'client.admin', all);
  await make('osd.0.keyring', 'osd.0', ['--cap', 'mon', 'allow profile osd', '--cap', 'osd', 'allow *']);
  await make('client.rgw.a.keyring', 'client.rgw.a', [
    '--cap',
    'mon',
    'allow rw',
    '--cap',
    'osd',
    'allow rwx',
  ]);
  const merge = (into: string, from: string): Promise<string> =>
    place.command('ceph-authtool', [place.path(into), '--import-keyring', place.path(from)]);
  await merge('mon.keyring', 'client.admin.keyring');
  await merge('daemons.keyring', 'osd.0.keyring');
  await merge('daemons.keyring', 'client.rgw.a.keyring');
}
