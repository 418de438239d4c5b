import type { Log } from '../log/log.ts';
import { type AddressChoice, addressOf } from './address.ts';
import type { CredentialSource } from './auth/credentials.ts';
import { S3Client } from './client.ts';
import type { HintFor, ProxyFacts } from './errors/hint-facts.ts';
import type { Transport } from './http/transport.ts';
import type { Pace } from './pace.ts';
import { s3HostOf } from './providers/partitions.ts';
import { providerOf, regionOf } from './providers/providers.ts';
import type { RetryPolicy } from './retry.ts';
import type { HeadersOf, ServerParts } from './server.ts';
import type { StillTrying } from './still-trying.ts';
import { Throttle } from './throttle.ts';

/** Where the store is. */
export interface StorePlace extends Omit<AddressChoice, 'providerStyle' | 'region'> {
  /** Undefined: the one in the endpoint's host name, else us-east-1. */
  readonly region: string | undefined;
}

/** All that the store needs to know; nothing of it is a config file's text. */
export interface StoreOptions extends StorePlace {
  readonly credentials: CredentialSource;
  readonly transport: Transport;
  /** The proxy for requests to a URL. */
  readonly proxyOf?: (url: URL) => ProxyFacts | undefined;
  readonly retryPolicy: RetryPolicy;
  readonly headersOf?: HeadersOf;
  /** Gives what a user can do about a failure; called when there is one. Absent: errors have no hint. */
  readonly hints?: () => Promise<HintFor>;
  /** The most requests in parallel. */
  readonly concurrency: number;
  /** Told of waiting and of failed tries. Absent: nobody waits. */
  readonly stillTrying?: StillTrying;
  /** Absent: the bytes of objects move as fast as they can. */
  readonly pace?: Pace | undefined;
  readonly log: Log;
  /** Ends all requests and pauses. */
  readonly signal: AbortSignal;
}

function whereabouts(place: StorePlace): Pick<ServerParts, 'provider' | 'region' | 'addressFor'> {
  const host = place.endpoint?.host ?? s3HostOf(place.region ?? 'us-east-1', place);
  const provider = providerOf(host);
  return {
    provider,
    region: place.region ?? regionOf(host) ?? 'us-east-1',
    addressFor: (region) => addressOf({ ...place, region, providerStyle: provider.style ?? 'path' }),
  };
}

/** A client of one bucket. Nothing is sent before the first operation. */
export function openStore(options: StoreOptions): S3Client {
  const where = whereabouts(options);
  const { scheme, host } = where.addressFor(where.region);
  const url = URL.parse(`${scheme}://${host}`);
  return new S3Client({
    ...where,
    bucket: options.bucket,
    credentials: options.credentials,
    transport: options.transport,
    throttle: new Throttle(options.concurrency),
    retryPolicy: options.retryPolicy,
    // Some hosts fit into no URL; their requests fail.
    proxy: url === null ? undefined : options.proxyOf?.(url),
    headersOf: options.headersOf,
    hints: options.hints,
    stillTrying: options.stillTrying,
    pace: options.pace,
    log: options.log,
    signal: options.signal,
  });
}
