import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { type Outcome, someBytes, Workplace } from '../../lab/program/plugin.ts';
import { minio } from '../../lab/servers/minio.ts';
import { seaweedfs } from '../../lab/servers/seaweedfs.ts';
import type { RunningServer, ServerProgram } from '../../lab/servers/server.ts';
import { versitygw } from '../../lab/servers/versitygw.ts';
import { setFiles } from '../../lab/sets.ts';
import { sdkClient } from '../compatibility/trial.ts';
import { installed } from './installed.ts';

/** Replication on real servers: within one, and from each to another. */
const STARTING = 200_000;
const FULL = '20261125025319';
const LAST = '20261125025328';
const SINGLE = '20261125025334';
/** A set of this suite's own: its data file goes up in parts. */
const LARGE = '20260102030405';
const DATA = `gpbackup_0_${LARGE}`;
const bytes = someBytes(24 * 1024 * 1024);

const programs = [minio, versitygw, seaweedfs].filter(Boolean);
const ready: ServerProgram[] = [];
for (const program of programs) if (await installed(() => program.install())) ready.push(program);

const running = new Map<string, RunningServer>();
const place = new Workplace();
beforeAll(async () => {
  for (const program of ready) {
    const server = await program.start();
    running.set(program.name, server);
    await withSdk(server, async (client) => {
      for (const Bucket of ['backups', 'copies']) await client.send(new CreateBucketCommand({ Bucket }));
      for (const { key, content } of setFiles()) {
        await client.send(new PutObjectCommand({ Bucket: 'backups', Key: key, Body: content }));
      }
    });
    const path = `/data/backups/20260102/${LARGE}/${DATA}`;
    const config = place.config({ url: server.endpoint }, { ...keysOf(server), folder: 'warehouse' });
    const { exitCode, stderr } = await place.run(['backup_data', config, path], { stdin: bytes });
    expect([exitCode, stderr]).toEqual([0, '']);
  }
}, STARTING);
afterAll(async () => {
  place[Symbol.dispose]();
  for (const server of running.values()) await server.stop();
});

async function withSdk<T>(server: RunningServer, work: (client: S3Client) => Promise<T>): Promise<T> {
  const client = sdkClient({ ...server, title: '' } as never);
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}

function named(name: string): RunningServer {
  const server = running.get(name);
  if (server === undefined) throw new Error(`${name} did not start`);
  return server;
}

function keysOf({ accessKeyId, secretAccessKey, region }: RunningServer): Record<string, string> {
  return { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey, region };
}

interface Route {
  readonly from: string;
  readonly to: string;
  readonly folder: string;
}

function optionsOf({ from, to, folder }: Route): Record<string, string> {
  const other =
    from === to
      ? {}
      : {
          remote_endpoint: named(to).endpoint,
          ...Object.fromEntries(
            Object.entries(keysOf(named(to))).map(([name, value]) => [`remote_${name}`, value]),
          ),
        };
  return {
    ...keysOf(named(from)),
    ...other,
    folder: 'warehouse',
    remote_bucket: 'copies',
    remote_folder: folder,
  };
}

function configOf(route: Route): string {
  return place.config({ url: named(route.from).endpoint }, optionsOf(route), `${route.folder}.yaml`);
}

async function run(route: Route, command: string, ...rest: string[]): Promise<Outcome> {
  return await place.run([command, configOf(route), ...rest]);
}

/** Everything below a folder of the second site, by names from there on. */
async function replicaOf({ to, folder }: Route, timestamp: string): Promise<Map<string, number | bigint>> {
  return await withSdk(named(to), async (client) => {
    const found = new Map<string, number | bigint>();
    const Prefix = `${folder}/backups/${timestamp.slice(0, 8)}/${timestamp}/`;
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: 'copies', Prefix }));
    for (const { Key = '' } of Contents) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: 'copies', Key }));
      found.set(Key.slice(Prefix.length), Bun.hash((await Body?.transformToByteArray()) ?? ''));
    }
    return found;
  });
}

function sourceOf(timestamp: string): Map<string, number | bigint> {
  if (timestamp === LARGE) return new Map([[DATA, Bun.hash(bytes)]]);
  return new Map(
    setFiles(timestamp).map(({ key, content }) => [key.slice(key.lastIndexOf('/') + 1), Bun.hash(content)]),
  );
}

const names = ready.map(({ name }) => name);
const ROUTES: readonly Route[] = [
  ...names.map((name) => ({ from: name, to: name, folder: `within-${name}` })),
  ...names.map((from, index) => {
    const to = names[(index + 1) % names.length] ?? from;
    return { from, to, folder: `${from}-to-${to}` };
  }),
].filter(({ from, to, folder }) => from !== to || folder.startsWith('within-'));

describe.each(ROUTES.map((route) => [route.folder, route] as const))('%s', (_, route) => {
  const how = route.from === route.to ? '(the server copied)' : '(through this host)';

  test.each([FULL, SINGLE, LARGE])('%s arrives whole, and once', async (timestamp) => {
    const done = await run(route, 'replicate_backup', timestamp);
    expect(done.exitCode, done.stderr).toBe(0);
    expect(done.stdout.toString()).toContain(how);
    expect(await replicaOf(route, timestamp)).toEqual(sourceOf(timestamp));
    const again = await run(route, 'replicate_backup', timestamp);
    expect([again.exitCode, again.stderr.includes('already replicated')], again.stderr).toEqual([1, true]);
  });

  test('a chain arrives, and what was there is left as it is', async () => {
    const done = await run(route, 'replicate_backup', LAST, '--chain');
    expect([done.exitCode, done.stderr]).toEqual([0, '']);
    expect(done.stdout.toString()).toContain(`, ${setFiles(FULL).length} were there already`);
    expect(await replicaOf(route, LAST)).toEqual(sourceOf(LAST));
  });

  test('a restore reads from there with the options swapped, and by failover', async () => {
    const { to, folder } = route;
    const swapped = { ...keysOf(named(to)), bucket: 'copies', folder };
    const config = place.config({ url: named(to).endpoint }, swapped, 'swapped.yaml');
    const path = `/data/backups/20260102/${LARGE}/${DATA}`;
    const restored = await place.run(['restore_data', config, path]);
    expect([restored.exitCode, restored.stderr, Bun.hash(restored.stdout)]).toEqual([0, '', Bun.hash(bytes)]);
    const options = { ...optionsOf(route), bucket: 'nowhere', restore_failover: 'on', retry_timeout: '2s' };
    const failing = place.config({ url: named(route.from).endpoint }, options, 'failover.yaml');
    const other = await place.run(['restore_data', failing, path]);
    expect([other.exitCode, other.stderr, Bun.hash(other.stdout)]).toEqual([0, '', Bun.hash(bytes)]);
  });

  test('a replica is deleted, twice', async () => {
    for (const timestamp of [FULL, SINGLE, LARGE, LAST]) {
      expect((await run(route, 'delete_replica', timestamp)).exitCode).toBe(0);
      expect((await replicaOf(route, timestamp)).size).toBe(0);
    }
    const twice = await run(route, 'delete_replica', FULL);
    expect([twice.exitCode, twice.stdout.toString().includes('already deleted')]).toEqual([0, true]);
  });

  test('killed at 20 random moments and started again, it ends whole', async () => {
    const config = configOf(route);
    for (let kill = 0; kill < 20; kill += 1) {
      const child = place.start(['replicate_backup', config, FULL], { stdin: new Uint8Array(0) });
      // No event of a real server tells how far it is: the moment is a time.
      const timer = setTimeout(() => child.kill('SIGKILL'), 20 + Math.random() * 400);
      await child.exited;
      clearTimeout(timer);
      const there = await replicaOf(route, FULL);
      const hasReport = there.has(`gpbackup_${FULL}_report`);
      expect(hasReport && there.size < setFiles(FULL).length).toBe(false);
    }
    const { exitCode, stderr } = await run(route, 'replicate_backup', FULL);
    expect(exitCode === 0 ? '' : stderr).toMatch(/^$|already replicated/);
    expect(await replicaOf(route, FULL)).toEqual(sourceOf(FULL));
  });
});
