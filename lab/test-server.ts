import { type Fault, FaultPlan, type ProxyAction } from './proxy/faults.ts';
import { type Proxy, startProxy } from './proxy/proxy.ts';
import { makeCertificate } from './s3-server/certificate.ts';
import type { RecordedRequest } from './s3-server/recorded-request.ts';
import { type S3Server, type S3ServerOptions, startS3Server as startStore } from './s3-server/server.ts';

export type { FaultCondition } from './proxy/faults.ts';
export type { S3Server, S3ServerOptions } from './s3-server/server.ts';

/** What can go wrong with a request to the test server: on the wire, or in what the server itself does. */
export type FaultAction =
  | ProxyAction
  /** Takes no notice of the Range header: 200 and the whole object. */
  | { kind: 'ignoreRange' }
  /** 200 with an error document, as CompleteMultipartUpload may answer after it began to send white space; not performed. */
  | { kind: 'okWithError'; code: string; message?: string };

/** The embedded S3 server, reached through a proxy that plays faults; requests are those that arrived at the proxy. */
export interface TestServer extends S3Server {
  readonly faults: FaultPlan<FaultAction>;
}

export type { Fault };

/** Starts an embedded server on 127.0.0.1, with a scripted proxy in front of it, which also speaks its TLS. */
export async function startTestServer(options: S3ServerOptions = {}): Promise<TestServer> {
  const { tls = false, port, ...rest } = options;
  const store = await startStore({ ...rest, encryption: { secure: tls !== false, ...options.encryption } });
  const faults = new FaultPlan<FaultAction>();
  const domain = options.domain ?? options.profile?.host;
  const certificate = tls ? await makeCertificate(domain ?? 'localhost', options.buckets ?? []) : undefined;
  let proxy: Proxy;
  try {
    proxy = await startProxy({
      upstream: store.url,
      clock: () => store.clock(),
      decide: (request) => onTheWire(faults.next(request), request, store),
      ...(port === undefined ? {} : { port }),
      ...(domain === undefined ? {} : { domain }),
      ...(certificate === undefined ? {} : { certificate }),
    });
  } catch (error) {
    await store.stop();
    throw error;
  }
  return {
    ...store,
    url: proxy.url,
    port: proxy.port,
    ...(certificate === undefined ? {} : { certificate: certificate.certificate }),
    requests: proxy.requests,
    faults,
    get clock() {
      return store.clock;
    },
    set clock(clock) {
      store.clock = clock;
    },
    stop: async () => {
      await proxy.stop();
      await store.stop();
    },
  };
}

/** What the proxy does for a fault of the server itself. */
function onTheWire(
  fault: FaultAction | undefined,
  { bucket, key }: RecordedRequest,
  { objects }: S3Server,
): ProxyAction | undefined {
  if (fault?.kind === 'okWithError') {
    const { code, message = 'An internal error occurred. Try again.' } = fault;
    return { kind: 'answer', status: 200, code, message };
  }
  if (fault?.kind !== 'ignoreRange') return fault;
  return {
    kind: 'rewrite',
    status: 200,
    headers: { 'content-range': undefined },
    body: async (bytes) => (await objects.get(bucket ?? '', key)) ?? bytes,
  };
}
