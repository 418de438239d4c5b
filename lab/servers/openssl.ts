import { join } from 'node:path';
import type { Issued } from '../s3-server/authority.ts';
import { unpackDebianPackages } from './debian-program.ts';
import { freePorts } from './free-ports.ts';
import { ServerPlace } from './server-place.ts';
import { untilListening } from './until-listening.ts';

/** @returns the program @throws NotInstallable */
export async function installOpenssl(): Promise<string> {
  return join(await unpackDebianPackages('openssl'), 'usr', 'bin', 'openssl');
}

/** OpenSSL's own server, which refuses clients by alerts; it speaks no S3. */
export interface OpensslServer {
  /** HOST:PORT */
  readonly address: string;
  stop(): Promise<void>;
}

/**
 * @param options of `openssl s_server`
 * @param authority of the clients that it accepts
 * @throws NotInstallable
 */
export async function startOpenssl(
  { chain, privateKey }: Issued,
  authority: string,
  options: readonly string[],
): Promise<OpensslServer> {
  const program = await installOpenssl();
  const place = await ServerPlace.make('openssl');
  const [port = 0] = await freePorts(1);
  const files = [
    '-cert',
    await place.write('server.pem', chain),
    '-key',
    await place.write('server.key', privateKey),
  ];
  const clients = ['-CAfile', await place.write('clients.pem', authority), '-verify_return_error'];
  const process = place.process('openssl', {
    program,
    args: ['s_server', '-accept', `127.0.0.1:${port}`, '-www', ...files, ...clients, ...options],
  });
  try {
    await process.start();
    await untilListening('openssl', process, port);
  } catch (error) {
    await place.clear();
    throw error;
  }
  return { address: `127.0.0.1:${port}`, stop: () => place.clear() };
}
