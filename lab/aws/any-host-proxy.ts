import { createServer, request as forward } from 'node:http';
import { connect, type Socket } from 'node:net';

/** A proxy for `http_proxy` that leads names of hosts to ports of this machine. */
export interface AnyHostProxy {
  readonly url: string;
  /** HOST:PORT of each request and each tunnel, in order. */
  readonly asked: string[];
  stop(): Promise<void>;
}

/** @param portOf undefined: the host can't be reached (502) */
export async function startAnyHostProxy(portOf: (host: string) => number | undefined): Promise<AnyHostProxy> {
  const asked: string[] = [];
  const tunnels = new Set<Socket>();
  const server = createServer((request, response) => {
    const { host, hostname, pathname, search } = new URL(request.url ?? '');
    asked.push(host.includes(':') ? host : `${host}:80`);
    const port = portOf(hostname);
    if (port === undefined) {
      response.writeHead(502).end();
      return;
    }
    const onward = forward(
      {
        host: '127.0.0.1',
        port,
        method: request.method,
        path: `${pathname}${search}`,
        headers: { ...request.headers, host },
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  server.on('connect', (request, client: Socket) => {
    const [hostname = ''] = (request.url ?? '').split(':');
    asked.push(request.url ?? '');
    const port = portOf(hostname);
    if (port === undefined) {
      client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      return;
    }
    const there = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      client.pipe(there).pipe(client);
    });
    for (const socket of [client, there]) {
      tunnels.add(socket);
      socket.on('error', () => {
        client.destroy();
        there.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    stop: async () => {
      for (const socket of tunnels) socket.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
