import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unpackDebianPackages } from '../servers/debian-program.ts';
import { freePorts } from '../servers/free-ports.ts';
import { ServerPlace } from '../servers/server-place.ts';
import { untilListening } from '../servers/until-listening.ts';

/** A tinyproxy that runs, and wants a user and a password. */
export interface Tinyproxy {
  /** HOST:PORT */
  readonly address: string;
  /** The request lines that it was sent. */
  requests(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

export async function installTinyproxy(): Promise<string> {
  return join(await unpackDebianPackages('tinyproxy-bin'), 'usr', 'bin', 'tinyproxy');
}

/** @throws NotInstallable */
export async function startTinyproxy(user: string, password: string): Promise<Tinyproxy> {
  const program = await installTinyproxy();
  const place = await ServerPlace.make('tinyproxy');
  const [port = 0] = await freePorts(1);
  const log = place.path('requests.log');
  const config = await place.write(
    'tinyproxy.conf',
    `Listen 127.0.0.1
Port ${port}
Timeout 600
LogFile "${log}"
LogLevel Connect
MaxClients 100
BasicAuth ${user} ${password}
`,
  );
  const process = place.process('tinyproxy', { program, args: ['-d', '-c', config] });
  try {
    await process.start();
    await untilListening('tinyproxy', process, port);
  } catch (error) {
    await place.clear();
    throw error;
  }
  return {
    address: `127.0.0.1:${port}`,
    requests: async () => {
      const text = await readFile(log, 'utf8').catch(() => '');
      return [...text.matchAll(/Request \(file descriptor \d+\): (.*)$/gm)].map(([, line = '']) => line);
    },
    stop: () => place.clear(),
  };
}
