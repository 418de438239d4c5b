import { reasonOf } from '../base/plugin-error.ts';
import type { Config } from '../config/config.ts';
import { Draft, readKept } from '../host/kept-file.ts';
import { ownFolder } from '../host/private-folder.ts';
import type { S3Client } from '../s3/client.ts';
import { s3Url } from '../s3/errors/s3-error.ts';
import { TwoSites } from '../transfer/two-sites.ts';
import type { CommandContext } from './command.ts';
import { openSecond } from './second-site.ts';
import type { Session } from './session.ts';

/** Milliseconds without progress after which the second site is asked. */
const PATIENCE = 30_000;
/** For how long the processes of a host take the first site for unreachable after one has found it so. */
const DOWN = 5 * 60_000;

/** The same config, whose server is not waited for as long as where nothing else has the objects. */
export function bounded(config: Config): Config {
  const { connection } = config;
  const retry = { ...connection.retry, timeout: Math.min(connection.retry.timeout, PATIENCE) };
  return { ...config, connection: { ...connection, retry } };
}

/** Reads from the second site what the first does not give. */
export function twoSites(session: Session, context: CommandContext): TwoSites {
  const { config, log } = session;
  const { second } = config;
  let client: Promise<S3Client> | undefined;
  return new TwoSites({
    client: async () => {
      client ??= openSecond(config, context, 'long').then((opened) => opened.client);
      return await client;
    },
    keyOf: (key) => replicaKey(config, key),
    tell: (why) =>
      log.warning(`reading from the second site, ${s3Url(second?.bucket ?? '', second?.folder)}: ${why}`),
    isFirstDown: () => isDown(session),
    firstIsDown: () => noteDown(session),
  });
}

/** Where the second site has the replica of a key: the same path in its own folder. */
function replicaKey({ folder, second }: Config, key: string): string {
  const path = folder === '' ? key : key.slice(folder.length + 1);
  const other = second?.folder ?? '';
  return other === '' ? path : `${other}/${path}`;
}

/** Tells nothing to whoever can read the folder. */
function nameOf({ config: { connection, bucket } }: Session): string {
  const { endpoint, region } = connection.address;
  return `unreached-${Bun.hash(JSON.stringify([endpoint, region, bucket])).toString(36)}`;
}

/** Whether another process of this host has just found that the first site can't be reached. */
function isDown(session: Session): boolean {
  for (const { modified } of readKept(session.environment, nameOf(session))) {
    const age = Date.now() - modified;
    if (age > -DOWN && age < DOWN) return true;
  }
  return false;
}

/** Leaves word of it for the other processes; without it each of them finds out by itself. */
export function noteDown(session: Session): void {
  try {
    const folder = ownFolder(session.environment);
    if (folder === undefined) return;
    using draft = new Draft(folder, nameOf(session));
    draft.publish('');
  } catch (error) {
    session.log.verbose(`other processes do not hear of it: ${reasonOf(error)}`);
  }
}
