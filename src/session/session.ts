import { reasonOf } from '../base/plugin-error.ts';
import { PROGRAM, VERSION } from '../base/product.ts';
import type { Config, TlsConfig } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import type { Log } from '../log/log.ts';
import type { CredentialSource } from '../s3/auth/credentials.ts';
import type { S3Client } from '../s3/client.ts';
import type { ProxyFacts } from '../s3/errors/hint-facts.ts';
import { Transport } from '../s3/http/transport.ts';
import { trustOf } from '../s3/http/trust.ts';
import { openStore } from '../s3/open.ts';
import { isAwsRegion } from '../s3/providers/partitions.ts';
import { regionOf } from '../s3/providers/providers.ts';
import type { RetryPolicy } from '../s3/retry.ts';
import type { CommandContext } from './command.ts';
import { credentialsOf, type SignInParts } from './credentials.ts';
import { type ProxyChoice, proxyChoice } from './proxy.ts';
import { headersOf } from './request-headers.ts';
import { SetUpMark } from './set-up-mark.ts';
import { watched } from './watched.ts';

/** What a command works with: the config and a client of its bucket. */
export interface Session {
  readonly config: Config;
  readonly client: S3Client;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly environment: CommandContext['environment'];
  /** What the client works with. */
  readonly parts: SessionParts;
  /** To be removed when the set-up of the session's backup has succeeded. */
  readonly setUpMark: SetUpMark | undefined;
}

export interface SessionParts extends SignInParts {
  readonly credentials: CredentialSource;
  readonly proxyOf: ProxyChoice;
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
 * @param restores what the first site does not give may come from the second, which is asked early
 */
export async function openSession(
  configPath: string,
  context: CommandContext,
  waits: 'long' | 'short' = 'short',
  timestamp?: string,
  restores = false,
): Promise<Session> {
  const config = await loadConfig(configPath, context);
  const log = context.log.at(config.logVerbosity);
  for (const warning of config.warnings) log.warning(warning);
  const setUpMark = markOf(config, timestamp, context);
  if (waits === 'short' && setUpMark !== undefined) {
    const { warnOfExposure } = await import('./warn-of-exposure.ts');
    warnOfExposure(configPath, config, log);
    setUpMark.set();
  }
  const bounded = restores && config.failsOver ? (await import('./failover.ts')).bounded(config) : config;
  return await sessionOf(bounded, context, waits, { log, timestamp, setUpMark });
}

/** What a session is for, besides its config. */
export interface SessionPurpose {
  readonly log: Log;
  readonly timestamp?: string | undefined;
  readonly setUpMark?: SetUpMark | undefined;
  /** What a hint is about, in words in front of it. */
  readonly about?: string | undefined;
}

/** Makes a client from a config that has been read; as `openSession`. */
export async function sessionOf(
  config: Config,
  context: CommandContext,
  waits: 'long' | 'short',
  { log, timestamp, setUpMark, about }: SessionPurpose,
): Promise<Session> {
  const { signal } = context;
  // Lists and deletes get on without it: they neither read nor write an object.
  const needsKey = waits === 'long' || timestamp !== undefined;
  const customerKey = await customerKeyOf(config, needsKey ? undefined : log);
  const { connection, bucket } = config;
  const { address, tls, retry } = connection;
  const isHopeless = waits === 'long' && setUpMark?.isSet() === true;
  if (isHopeless)
    log.warning(
      `the set-up of ${timestamp} failed on this host: giving up after ${GIVE_UP / 1000} s without progress`,
    );
  const retryTimeout = isHopeless ? Math.min(retry.timeout, GIVE_UP) : retry.timeout;
  const proxyOf = await proxyChoice(connection.proxy, context.environment, connection.noProxy);
  const warn = (message: string): void => log.warning(message);
  const ownTls = isPlainTls(tls) ? undefined : (await import('./own-tls.ts')).ownTlsOf(tls, warn);
  const transport = new Transport({
    trust: () => {
      const { environment } = context;
      return trustOf({
        ...tls,
        caFileName: 'ca_file',
        folder: ownTls?.folder,
        environment,
        warn,
      });
    },
    ownSide: ownTls?.ownSide,
    proxy: (url) => {
      const chosen = proxyOf(url);
      if (chosen !== undefined) {
        log.info(`${url.origin} is reached through the proxy ${chosen.proxy.origin} (${chosen.setting})`);
      }
      return chosen?.proxy;
    },
    userAgent: `${PROGRAM}/${VERSION}`,
  });
  const retryPolicy: RetryPolicy = {
    timeout: retryTimeout,
    reachTimeout: waits === 'long' ? retryTimeout : Math.min(retryTimeout, REACH_TIMEOUT),
    maxRetries: retry.maxRetries,
  };
  const storeEndpoint =
    address.endpointSource === undefined
      ? address.endpoint
      : await (await import('./endpoint-source.ts')).endpointFromSource(
          address.endpointSource,
          address.endpoint,
          transport,
          signal,
          isHopeless ? 1 : undefined,
        );
  const { backup, restore } = config.bandwidth;
  const isLimited = backup !== undefined || restore !== undefined;
  const pace = isLimited ? (await import('./bandwidth.ts')).paceOf(config.bandwidth, log) : undefined;
  const signInParts = {
    transport,
    retryPolicy,
    patient: waits === 'long',
    region: awsRegionOf(address.region, storeEndpoint?.host),
    environment: context.environment,
    log,
  };
  const credentials = await credentialsOf(connection, signInParts);
  const client = openStore({
    stillTrying: watched(log, signal, pace),
    pace,
    ...address,
    bucket,
    endpoint: storeEndpoint,
    credentials,
    transport,
    proxyOf: (url) => factsOf(proxyOf(url)),
    retryPolicy,
    headersOf: headersOf(connection.requests, customerKey),
    hints: async () => (await import('./request-hint.ts')).hintsFor(connection.requests, about),
    concurrency: MOST_REQUESTS,
    log,
    signal,
  });
  const { environment } = context;
  const parts = { ...signInParts, credentials, proxyOf };
  return { config, client, log, signal, environment, parts, setUpMark };
}

/**
 * The headers of SSE-C, where a key for it is named.
 * @param log where one that can't be read is not an error
 */
async function customerKeyOf(
  { objects: { customerKeyFile } }: Config,
  log: Log | undefined,
): Promise<Readonly<Record<string, string>> | undefined> {
  if (customerKeyFile === undefined) return undefined;
  const { customerKeyHeaders, readCustomerKey } = await import('./objects/customer-key.ts');
  try {
    return customerKeyHeaders(readCustomerKey(customerKeyFile));
  } catch (error) {
    if (log === undefined) throw error;
    log.verbose(reasonOf(error));
    return undefined;
  }
}

function markOf(
  { connection: { address }, bucket, folder }: Config,
  timestamp: string | undefined,
  { environment }: CommandContext,
): SetUpMark | undefined {
  if (timestamp === undefined) return undefined;
  return new SetUpMark(timestamp, [address.endpoint?.host, address.region, bucket, folder], environment);
}

/** Nothing but a file of authorities, as in most configs. */
function isPlainTls({ caPath, clientCertificate, minVersion }: TlsConfig): boolean {
  return caPath === undefined && clientCertificate === undefined && minVersion === '1.2';
}

/** What hints say about a proxy. */
function factsOf(chosen: ReturnType<ProxyChoice>): ProxyFacts | undefined {
  return chosen && { address: new URL(chosen.proxy.origin).host, setting: chosen.setting };
}

/** The region to sign in to. A server other than AWS's may call its own anything: that is none of AWS's. */
function awsRegionOf(region: string | undefined, host: string | undefined): string | undefined {
  if (host === undefined) return region;
  const told = region ?? regionOf(host);
  return told !== undefined && isAwsRegion(told) ? told : undefined;
}
