import type { Log } from '../log/log.ts';
import { addressOf } from './address.ts';
import { S3Client } from './client.ts';
import type { CredentialSource } from './credentials.ts';
import { providerOf } from './providers.ts';
import type { RetryPolicy } from './retry.ts';
import { Throttle } from './throttle.ts';
import { Transport } from './transport.ts';
import { trustOf } from './trust.ts';

/** All that the store must be told; nothing of it is a config file's text. */
export interface StoreOptions {
  readonly bucket: string;
  readonly region: string;
  /** Absent: AWS. */
  readonly endpoint: { readonly scheme: 'http' | 'https'; readonly host: string } | undefined;
  readonly urlStyle: 'auto' | 'path' | 'virtual';
  readonly hostNamesBucket: boolean;
  readonly credentials: CredentialSource;
  readonly proxy: (() => string) | undefined;
  readonly verifyTls: boolean;
  readonly caFile: string | undefined;
  readonly retryPolicy: RetryPolicy;
  /** The most requests at once. */
  readonly concurrency: number;
  readonly userAgent: string;
  readonly log: Log;
  /** Ends all requests and pauses. */
  readonly signal: AbortSignal;
}

/** A client of one bucket. Nothing is sent before the first operation. */
export function openStore(options: StoreOptions): S3Client {
  const { bucket, region, endpoint, urlStyle, hostNamesBucket, verifyTls, caFile, proxy, userAgent } =
    options;
  const provider = providerOf(endpoint?.host ?? 's3.amazonaws.com');
  const transport = new Transport({ trust: () => trustOf({ verifyTls, caFile }), proxy, userAgent });
  return new S3Client({
    bucket,
    region,
    addressFor: (inRegion) =>
      addressOf({
        bucket,
        region: inRegion,
        endpoint,
        urlStyle,
        hostNamesBucket,
        providerStyle: provider.style ?? 'path',
      }),
    provider,
    credentials: options.credentials,
    transport,
    throttle: new Throttle(options.concurrency),
    retryPolicy: options.retryPolicy,
    proxied: proxy !== undefined,
    log: options.log,
    signal: options.signal,
  });
}
