import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import { sendAnswer } from '../http/answer-writer.ts';
import { Connection, ConnectionLost } from '../http/connection.ts';
import { MalformedRequest, parseRequestHead } from '../http/request.ts';
import { errorAnswer, newRequestIds } from './answer.ts';
import { type BlobStorage, DiscardingBlobs, FolderBlobs, MemoryBlobs } from './blobs.ts';
import { type Certificate, makeCertificate } from './certificate.ts';
import { Exchange, type ServerState } from './exchange.ts';
import { ObjectAccess } from './object-access.ts';
import { completeOptions, type S3ServerOptions, type ServerSettings, type ServerTls } from './options.ts';
import { PlayedProvider } from './profiles/played-provider.ts';
import type { RecordedRequest } from './recorded-request.ts';
import { routeOf } from './route.ts';
import { Store } from './store.ts';

export type { SeedOptions, ShownObject, ShownUpload } from './object-access.ts';
export type { Credential, S3Operation, S3ServerOptions } from './options.ts';
export type { RecordedRequest } from './recorded-request.ts';
export type { ObjectAccess };

/** A running server; it listens on 127.0.0.1 only. */
export interface S3Server {
  /** http(s)://127.0.0.1:PORT */
  readonly url: string;
  readonly port: number;
  /** With a profile: the same objects, past it, for whoever looks at them in the tests' name (region us-east-1). */
  readonly doorUrl?: string;
  /** Of the first credential. */
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  /** With tls: the certificate in PEM, which clients have to trust. */
  readonly certificate?: string;
  /** Every request whose head arrived, oldest first. */
  readonly requests: RecordedRequest[];
  /** With tls: the name in the certificate of each connection's client, empty where it showed none. */
  readonly clients: readonly string[];
  /** The stored objects and uploads, past HTTP. */
  readonly objects: ObjectAccess;
  /** The time by which signatures are judged and answers dated; may be replaced. */
  clock: () => Date;
  /** Ends all connections at once, and frees the port. Stored files stay. */
  stop(): Promise<void>;
}

const discardedFromBytes = 1024 * 1024;

function blobStorage({ directory, discard }: ServerSettings): BlobStorage {
  const storage = directory === undefined ? new MemoryBlobs() : new FolderBlobs(directory);
  return discard ? new DiscardingBlobs(storage, discardedFromBytes) : storage;
}

/** Starts a server with no objects. @throws when the port is taken */
export async function startS3Server(options: S3ServerOptions = {}): Promise<S3Server> {
  const settings = completeOptions(options);
  const store = new Store(blobStorage(settings), settings);
  const requests: RecordedRequest[] = [];
  const clock = (): Date => server.clock();
  const provider = settings.profile === undefined ? undefined : new PlayedProvider(settings.profile);
  const state: ServerState = { settings, store, requests, clock, provider };
  for (const bucket of settings.buckets) store.createBucket(bucket, new Date());

  const sockets = new Set<Socket>();
  let connections = 0;
  const track = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  };
  const acceptFor =
    (of: ServerState) =>
    (socket: Socket): void => {
      track(socket);
      // Head and body are written one after the other: Nagle's algorithm would hold the body back.
      socket.setNoDelay(true);
      connections++;
      void serve(of, new Connection(connections, socket));
    };
  const { tls } = settings;
  const certificate =
    tls === undefined
      ? undefined
      : (tls.certificate ?? (await makeCertificate(settings.domain, settings.buckets)));
  const clients: string[] = [];
  const listener = createListener(certificate && { ...tls, certificate }, (socket) => {
    if (socket instanceof TLSSocket) clients.push(String(socket.getPeerCertificate().subject?.CN ?? ''));
    acceptFor(state)(socket);
  });
  // Connections that are still in their handshake have to be ended as well.
  if (tls !== undefined) listener.on('connection', track);
  const port = await listen(listener, settings.port);
  const door = provider === undefined ? undefined : createListener(undefined, acceptFor(pastProfile(state)));
  const doorPort = door === undefined ? undefined : await listen(door, 0);
  const [credential] = settings.credentials;
  const server: S3Server = {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    accessKeyId: credential.accessKeyId,
    secretAccessKey: credential.secretAccessKey,
    region: settings.region,
    ...(certificate === undefined ? {} : { certificate: certificate.certificate }),
    ...(doorPort === undefined ? {} : { doorUrl: `http://127.0.0.1:${doorPort}` }),
    requests,
    clients,
    objects: new ObjectAccess(store, clock),
    clock: () => new Date(),
    stop: async () => {
      const closed = [listener, ...(door === undefined ? [] : [door])].map(
        (open) => new Promise<void>((resolve) => open.close(() => resolve())),
      );
      for (const socket of sockets) socket.destroy();
      await Promise.all(closed);
    },
  };
  return server;
}

/** The same store as Amazon's S3, with nothing recorded. */
function pastProfile(state: ServerState): ServerState {
  const settings = { ...state.settings, profile: undefined, domain: 'localhost', region: 'us-east-1' };
  return { ...state, settings, requests: [], provider: undefined };
}

/** Half-open: a client that has said all (FIN) still gets its answer. */
function createListener(
  tls: (ServerTls & { readonly certificate: Certificate & { readonly chain?: string } }) | undefined,
  accept: (socket: Socket) => void,
): Server {
  if (tls === undefined) return createServer({ allowHalfOpen: true }, accept);
  const { certificate, clientAuthority, minVersion, maxVersion } = tls;
  const listener = createTlsServer(
    {
      key: certificate.privateKey,
      cert: certificate.chain ?? certificate.certificate,
      allowHalfOpen: true,
      ...(clientAuthority === undefined
        ? {}
        : { ca: clientAuthority, requestCert: true, rejectUnauthorized: true }),
      ...(minVersion === undefined ? {} : { minVersion }),
      ...(maxVersion === undefined ? {} : { maxVersion }),
    },
    accept,
  );
  // A client that doesn't trust the certificate ends the handshake; that is its good right.
  listener.on('tlsClientError', (_error, socket) => socket.destroy());
  return listener;
}

async function listen(listener: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(port, '127.0.0.1', resolve);
  });
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

/** One request after the other, as long as the connection is kept alive. */
async function serve(state: ServerState, connection: Connection): Promise<void> {
  try {
    for (;;) {
      const bytes = await connection.readHead();
      if (bytes === undefined) break;
      const head = parseRequestHead(bytes);
      const exchange = new Exchange(
        state,
        connection,
        head,
        routeOf(head, state.settings.domain, state.settings.base),
      );
      if (!(await exchange.run())) break;
    }
    await connection.finish();
    await connection.linger();
  } catch (error) {
    if (error instanceof MalformedRequest) await refuseMalformed(connection, error);
    else if (!(error instanceof ConnectionLost)) throw error;
  } finally {
    connection.destroy();
  }
}

async function refuseMalformed(connection: Connection, error: MalformedRequest): Promise<void> {
  const ids = newRequestIds();
  const answer = errorAnswer(400, 'BadRequest', error.message, '/', ids);
  try {
    await sendAnswer(
      connection,
      {
        ...answer,
        headers: {
          ...answer.headers,
          connection: 'close',
          'x-amz-request-id': ids.requestId,
          'x-amz-id-2': ids.hostId,
        },
      },
      { isHead: false, onHeadSent: () => {} },
    );
    await connection.finish();
    await connection.linger();
  } catch (lost) {
    if (!(lost instanceof ConnectionLost)) throw lost;
  }
}
