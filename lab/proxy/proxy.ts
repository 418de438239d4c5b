import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { ConnectionLost } from '../http/connection.ts';
import { MalformedRequest } from '../http/request.ts';
import { seededRandom } from '../random.ts';
import type { Certificate } from '../s3-server/certificate.ts';
import type { RecordedRequest } from '../s3-server/recorded-request.ts';
import { ClientConnection } from './client-connection.ts';
import type { ProxyAction } from './faults.ts';
import { FaultPlan } from './faults.ts';
import { Link } from './link.ts';

export type { ProxyAction } from './faults.ts';
export type { Link, Mortality } from './link.ts';

export interface ProxyOptions {
  /** http://HOST:PORT of the server behind; without it the proxy is one for `http_proxy`: each request names its server. */
  readonly upstream?: string;
  /** Where names lead, in place of DNS: for a server that the program must take for one at a distance. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** For the connections that die at random; the same seed draws the same numbers. */
  readonly seed?: number;
  /** Clients have to speak TLS with it; the server behind is spoken to in plain http all the same. */
  readonly certificate?: Certificate;
  /** A free one by default. */
  readonly port?: number;
  /** A host `BUCKET.DOMAIN` addresses the bucket; 'localhost' by default. */
  readonly domain?: string;
  /** The time of records. */
  readonly clock?: () => Date;
  /** Asked for each request that the script has nothing for. */
  readonly decide?: (request: RecordedRequest) => ProxyAction | undefined;
}

/** A proxy on 127.0.0.1 that does to connections and requests what it is told. */
export interface Proxy {
  /** http://127.0.0.1:PORT, the same for all its life. */
  readonly url: string;
  readonly port: number;
  /** What is to go wrong with which request. */
  readonly script: FaultPlan;
  /** How all lines behave. */
  readonly link: Link;
  /** Every request whose head arrived, oldest first; of CONNECT, the host and port are the key. */
  readonly requests: RecordedRequest[];
  /** How many connections clients have made, and how many of them died at random. */
  readonly connections: { made: number; died: number };
  /** The server behind, which may have moved. */
  upstream: string | undefined;
  /** Ends all connections with RST; with a share (0 to 1), each with that probability, counted as died at random. */
  cut(share?: number): void;
  /** Ends all connections, and refuses new ones until `accept`. */
  refuse(): Promise<void>;
  accept(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a proxy. It runs in this process: nothing else may keep the event loop busy for long. */
export async function startProxy(options: ProxyOptions = {}): Promise<Proxy> {
  const { seed = 1, decide, certificate, domain = 'localhost', clock = () => new Date() } = options;
  const { hosts = {} } = options;
  const resolveName = (address: string): string =>
    address.replace(/^[^:]+(?=:\d+$)/, (name) => hosts[name] ?? name);
  const random = seededRandom(seed);
  const link = new Link(random);
  const script = new FaultPlan();
  const requests: RecordedRequest[] = [];
  const connections = { made: 0, died: 0 };
  const open = new Set<ClientConnection>();
  const sockets = new Set<Socket>();

  const serve = async (socket: Socket): Promise<void> => {
    connections.made += 1;
    const connection = new ClientConnection(connections.made, socket, link, () => {
      connections.died += 1;
    });
    open.add(connection);
    try {
      await connection.serve({
        upstream: () => proxy.upstream,
        domain,
        clock,
        resolve: resolveName,
        actionFor: (request) => {
          requests.push(request);
          return script.next(request) ?? decide?.(request);
        },
      });
    } catch (error) {
      // What is no HTTP is not passed on.
      if (!(error instanceof ConnectionLost) && !(error instanceof MalformedRequest)) throw error;
    } finally {
      connection.reset();
      open.delete(connection);
    }
  };
  const accept = (socket: Socket): void => void serve(socket);
  const cut = (share = 1): void => {
    for (const connection of open) {
      if (random() >= share) continue;
      if (share < 1) connections.died += 1;
      connection.reset();
    }
  };

  const newListener = (): Server => {
    if (certificate === undefined) return createServer({ allowHalfOpen: true }, accept);
    const { privateKey, certificate: cert } = certificate;
    const secure = createTlsServer({ key: privateKey, cert, allowHalfOpen: true }, accept);
    // A client that doesn't trust the certificate ends the handshake; that is its good right.
    secure.on('tlsClientError', (_error, socket) => socket.destroy());
    // Connections that are still in their handshake have to be ended as well.
    secure.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    return secure;
  };
  let listener: Server | undefined = newListener();
  const port = await listen(listener, options.port ?? 0);
  const refuse = async (): Promise<void> => {
    const closing = listener;
    listener = undefined;
    const closed = new Promise<void>((resolve) => {
      if (closing === undefined) resolve();
      else closing.close(() => resolve());
    });
    cut();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const proxy: Proxy = {
    url: `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    script,
    link,
    requests,
    connections,
    upstream: options.upstream,
    cut,
    refuse,
    accept: async () => {
      if (listener !== undefined) return;
      listener = newListener();
      await listen(listener, port);
    },
    stop: async () => {
      link.release();
      await refuse();
    },
  };
  return proxy;
}

async function listen(listener: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(port, '127.0.0.1', resolve);
  });
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return address.port;
}
