import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../program/until.ts';
import { cacheFolderOf } from '../servers/cached-folder.ts';
import { freePorts } from '../servers/free-ports.ts';
import { installPythonPackage } from '../servers/python-package.ts';
import { ServerProcess } from '../servers/server-process.ts';

const VERSION = '2.4.10';

/** A proxy program that others use, as opposed to the one that follows a script. */
export interface ProxyProgram {
  /** HOST:PORT */
  readonly address: string;
  stop(): Promise<void>;
}

/**
 * Installs and starts proxy.py on loopback, which wants a user and a password (407 without).
 * @throws NotInstallable
 */
export async function startProxyProgram(user: string, password: string): Promise<ProxyProgram> {
  const programs = await installPythonPackage(cacheFolderOf('proxy.py', VERSION), `proxy.py==${VERSION}`);
  const folder = await mkdtemp(join(tmpdir(), 'proxy-program-'));
  const [port = 0] = await freePorts(1);
  const child = new ServerProcess('proxy', folder, {
    program: join(programs, 'python'),
    args: [
      '-m',
      'proxy',
      '--hostname=127.0.0.1',
      `--port=${port}`,
      '--num-acceptors=1',
      '--num-workers=1',
      '--log-level=ERROR',
      `--data-dir=${folder}`,
      `--basic-auth=${user}:${password}`,
    ],
  });
  const stop = async (): Promise<void> => {
    await child.kill();
    await rm(folder, { recursive: true, force: true });
  };
  await child.start();
  try {
    await until(async () => {
      if (!child.isRunning) throw new Error(`the proxy ${child.ending}:\n${await child.lastWords()}`);
      return await answers(port);
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { address: `127.0.0.1:${port}`, stop };
}

/** Any answer will do: what it is asked for is itself. */
async function answers(port: number): Promise<boolean> {
  return await fetch(`http://127.0.0.1:${port}/`).then(
    () => true,
    () => false,
  );
}
