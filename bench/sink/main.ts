import { Connection } from './connection.ts';
import type { Counters, SinkReport } from './counters.ts';
import type { Network } from './pace.ts';

/** A server that throws bytes away and makes bytes up, in a process of its own. It ends with the bench. */
export interface SinkSettings {
  readonly certificate: string;
  readonly privateKey: string;
  /** The network of the third listener; the others have none to speak of. */
  readonly network: Network;
}

export type ToSink =
  | { readonly kind: 'start'; readonly settings: SinkSettings }
  | { readonly kind: 'report' };

export type FromSink =
  | { readonly kind: 'ready'; readonly http: number; readonly https: number; readonly network: number }
  | { readonly kind: 'report'; readonly report: SinkReport };

const counters: Counters = { requests: 0, received: 0, sent: 0 };
let cpu = process.cpuUsage();

const tell = (message: FromSink): void => {
  process.send?.(message);
};

function listen(network: Network, tls?: { cert: string; key: string }): number {
  return Bun.listen<Connection>({
    hostname: '127.0.0.1',
    port: 0,
    ...(tls === undefined ? {} : { tls }),
    socket: {
      open: (socket) => {
        socket.setNoDelay(true);
        socket.data = new Connection(socket, network, counters);
      },
      data: (socket, bytes) => socket.data.take(bytes),
      drain: (socket) => socket.data.send(),
      // A client that goes away ends its own measurement with an error.
      error: () => {},
    },
  }).port;
}

function start({ certificate, privateKey, network }: SinkSettings): void {
  const fast: Network = { latency: 0, bandwidth: Infinity };
  tell({
    kind: 'ready',
    http: listen(fast),
    https: listen(fast, { cert: certificate, key: privateKey }),
    network: listen(network),
  });
}

function report(): void {
  const { user, system } = process.cpuUsage(cpu);
  tell({ kind: 'report', report: { ...counters, cpu: (user + system) / 1e6 } });
  cpu = process.cpuUsage();
  Object.assign(counters, { requests: 0, received: 0, sent: 0 });
}

process.on('message', (message: ToSink) => {
  if (message.kind === 'start') start(message.settings);
  else report();
});
process.on('disconnect', () => process.exit(0));
