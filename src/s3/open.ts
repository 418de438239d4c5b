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
import type { HeadersOf } from './server.ts';
import type { StillTrying } from './still-trying.ts';
import { Throttle } from './throttle.ts';

/** All that the store needs to know; nothing of it is a config file's text. */
export interface StoreOptions extends Omit<AddressChoice, 'providerStyle' | 'region'> {
  /** Undefined: the one in the endpoint's host name, else us-east-1. */
  readonly region: string | undefined;
  readonly credentials: CredentialSource;
  readonly transport: Transport;
  /** The proxy that requests go through. */
  readonly proxy?: ProxyFacts | undefined;
  readonly retryPolicy: RetryPolicy;
  readonly headersOf?: HeadersOf;
  /** What a user can do about a failure. Absent: errors have no hint. */
  readonly hintFor?: HintFor;
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

/** A client of one bucket. Nothing is sent before the first operation. */
export function openStore(options: StoreOptions): S3Client {
  const { bucket, endpoint, awsScheme, dualStack, urlStyle, hostNamesBucket } = options;
  const host = endpoint?.host ?? s3HostOf(options.region ?? 'us-east-1', dualStack);
  const provider = providerOf(host);
  const region = options.region ?? regionOf(host) ?? 'us-east-1';
  return new S3Client({
    bucket,
    region,
    addressFor: (inRegion) =>
      addressOf({
        bucket,
        region: inRegion,
        endpoint,
        awsScheme,
        dualStack,
        urlStyle,
        hostNamesBucket,
        providerStyle: provider.style ?? 'path',
      }),
    provider,
    credentials: options.credentials,
    transport: options.transport,
    throttle: new Throttle(options.concurrency),
    retryPolicy: options.retryPolicy,
    proxy: options.proxy,
    headersOf: options.headersOf,
    hintFor: options.hintFor,
    stillTrying: options.stillTrying,
    pace: options.pace,
    log: options.log,
    signal: options.signal,
  });
}
