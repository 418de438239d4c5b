import { join } from 'node:path';
import { unpackDebianPackages } from './debian-program.ts';
import { freePorts } from './free-ports.ts';
import { ServerPlace } from './server-place.ts';
import { untilListening } from './until-listening.ts';

/** An nginx that runs in front of a server. */
export interface Gateway {
  /** HOST:PORT */
  readonly address: string;
  stop(): Promise<void>;
}

/** @returns the program @throws NotInstallable */
export async function installNginx(): Promise<string> {
  return join(await unpackDebianPackages('nginx'), 'usr', 'sbin', 'nginx');
}

/** Paths that nginx would have below /var/lib. */
const SCRATCH = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

/**
 * Starts nginx on a free port of loopback.
 * @param server the block `server { … }`, as for port 443 and with its files in /etc/nginx
 * @param files those files, by their names
 * @throws NotInstallable
 */
export async function startNginx(server: string, files: Readonly<Record<string, string>>): Promise<Gateway> {
  const program = await installNginx();
  const place = await ServerPlace.make('nginx');
  const [port = 0] = await freePorts(1);
  for (const [name, text] of Object.entries(files)) await place.write(name, text);
  const config = await place.write(
    'nginx.conf',
    `daemon off;
master_process off;
pid nginx.pid;
error_log stderr;
events { worker_connections 512; }
http {
access_log off;
${SCRATCH.map((name) => `${name}_temp_path ${name};`).join('\n')}
${server.replace('listen 443', `listen 127.0.0.1:${port}`).replaceAll('/etc/nginx/', `${place.folder}/`)}
}
`,
  );
  const process = place.process('nginx', {
    program,
    args: ['-p', place.folder, '-c', config, '-e', 'stderr'],
  });
  try {
    await process.start();
    await untilListening('nginx', process, port);
  } catch (error) {
    await place.clear();
    throw error;
  }
  return { address: `127.0.0.1:${port}`, stop: () => place.clear() };
}
