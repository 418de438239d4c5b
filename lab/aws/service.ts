import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Certificate } from '../s3-server/certificate.ts';

/** A request to a played service of AWS's. */
export interface ServiceCall {
  readonly method: string;
  readonly path: string;
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * What goes wrong with one request: an answer instead of the service's, a connection reset, silence, a wait in
 * milliseconds or for something, or an answer of which only the first half comes.
 */
export type ServiceFault =
  | ServiceAnswer
  | 'reset'
  | 'silence'
  | 'cut'
  | { readonly after: number | (() => Promise<void>) };

export interface Service {
  readonly url: string;
  readonly port: number;
  /** Every request that has arrived, oldest first. */
  readonly calls: ServiceCall[];
  /** Taken by the next requests, one each; undefined lets one pass. */
  readonly faults: (ServiceFault | undefined)[];
  stop(): Promise<void>;
}

export interface ServiceOptions {
  /** More requests at once than this get 503. */
  readonly mostAtOnce?: number;
  /** Milliseconds that each answer takes. */
  readonly latency?: number;
  readonly certificate?: Certificate;
}

/** Starts a service on a port of loopback that answers by `serve`. */
export async function startService(
  serve: (call: ServiceCall) => ServiceAnswer,
  { mostAtOnce = Number.POSITIVE_INFINITY, latency = 0, certificate }: ServiceOptions = {},
): Promise<Service> {
  const calls: ServiceCall[] = [];
  const faults: (ServiceFault | undefined)[] = [];
  let atOnce = 0;

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const call = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: new Map(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
      body: Buffer.concat(chunks),
    };
    calls.push(call);
    const fault = faults.shift();
    if (fault === 'silence') return;
    if (fault === 'reset') {
      request.socket.destroy();
      return;
    }
    atOnce += 1;
    try {
      const crowded = atOnce > mostAtOnce;
      const wait = isObject(fault) && 'after' in fault ? fault.after : latency;
      if (typeof wait === 'function') await wait();
      else if (wait > 0 && !crowded) await Bun.sleep(wait);
      const own = isObject(fault) && 'status' in fault ? fault : serve(call);
      const answer: ServiceAnswer = crowded ? { status: 503 } : own;
      if (fault === 'cut') {
        const body = answer.body ?? '';
        response.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
        response.write(body.slice(0, body.length / 2), () => request.socket.destroy());
        return;
      }
      response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
    } finally {
      atOnce -= 1;
    }
  };

  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    handle(request, response).catch(() => response.destroy());
  };
  const server: Server =
    certificate === undefined
      ? createServer(listener)
      : createTlsServer({ cert: certificate.certificate, key: certificate.privateKey }, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${address.port}`,
    port: address.port,
    calls,
    faults,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function isObject(fault: ServiceFault | undefined): fault is Exclude<ServiceFault, string> {
  return typeof fault === 'object';
}
