import { PROGRAM, VERSION } from '../base/product.ts';
import { Secret } from '../base/secret.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import type { ProcessLog } from '../log/log.ts';
import { chainCredentials, staticCredentials } from '../s3/auth/credentials.ts';
import type { S3Client } from '../s3/client.ts';
import { Transport } from '../s3/http/transport.ts';
import { trustOf } from '../s3/http/trust.ts';
import { openStore } from '../s3/open.ts';
import type { CommandContext } from './command.ts';
import { endpointFromSource } from './endpoint-source.ts';
import { SetUpMark } from './set-up-mark.ts';

/** What a command works with: the config and a client of its bucket. */
export interface Session {
  readonly config: Config;
  readonly client: S3Client;
  readonly log: ProcessLog;
  readonly signal: AbortSignal;
  /** To be removed when the set-up of the session's backup has succeeded. */
  readonly setUpMark: SetUpMark | undefined;
}

/** A hook or an operator's command says early that no server is there; a transfer waits for its return. */
const REACH_TIMEOUT = 60_000;

/** After a set-up that failed, milliseconds without progress until its later commands give up. */
const GIVE_UP = 5000;

/** More than any command wants: the buffers of transfers bound their requests, this is where slowing down begins. */
const MOST_REQUESTS = 1000;

/**
 * Reads the config file and makes a client from it. No request is sent, but to `endpoint_source`.
 * @param waits how long a server that has never answered is waited for: `long` for transfers.
 * @param timestamp of the backup that it is for: `short` is its set-up then, and `long` gives up soon when that failed.
 */
export async function openSession(
  configPath: string,
  context: CommandContext,
  waits: 'long' | 'short' = 'short',
  timestamp?: string,
): Promise<Session> {
  const { log, signal } = context;
  const config = await loadConfig(configPath);
  log.verbosity = config.logVerbosity;
  for (const warning of config.warnings) log.warning(warning);
  const { connection, bucket } = config;
  const { proxy, endpoint, endpointSource, keys } = connection;
  const setUpMark = markOf(config, timestamp, context);
  if (waits === 'short') setUpMark?.set();
  const isHopeless = waits === 'long' && setUpMark?.isSet() === true;
  if (isHopeless)
    log.warning(`the set-up of ${timestamp} failed on this host: giving up after ${GIVE_UP} ms`);
  const retryTimeout = isHopeless ? Math.min(connection.retryTimeout, GIVE_UP) : connection.retryTimeout;
  const { verifyTls, caFile } = connection;
  const transport = new Transport({
    trust: () => trustOf({ verifyTls, caFile }),
    proxy: proxy === undefined ? undefined : () => proxy.reveal(),
    userAgent: `${PROGRAM}/${VERSION}`,
  });
  const client = openStore({
    bucket,
    region: connection.region,
    endpoint:
      endpointSource === undefined
        ? endpoint
        : await endpointFromSource(endpointSource, endpoint, transport, signal, isHopeless ? 1 : undefined),
    awsScheme: connection.awsScheme,
    urlStyle: connection.urlStyle,
    hostNamesBucket: connection.hostNamesBucket,
    credentials:
      keys === undefined ? chainCredentials((value) => new Secret(value)) : staticCredentials(keys),
    transport,
    proxied: proxy !== undefined,
    retryPolicy: {
      timeout: retryTimeout,
      reachTimeout: waits === 'long' ? retryTimeout : Math.min(retryTimeout, REACH_TIMEOUT),
      maxRetries: connection.maxRetries,
    },
    concurrency: MOST_REQUESTS,
    log,
    signal,
  });
  return { config, client, log, signal, setUpMark };
}

function markOf(
  { connection, bucket, folder }: Config,
  timestamp: string | undefined,
  { environment }: CommandContext,
): SetUpMark | undefined {
  if (timestamp === undefined) return undefined;
  return new SetUpMark(
    timestamp,
    [connection.endpoint?.host, connection.region, bucket, folder],
    environment,
  );
}
