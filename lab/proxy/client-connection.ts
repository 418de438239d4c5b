import { connect, type Socket } from 'node:net';
import { ConnectionLost } from '../http/connection.ts';
import { parseRequestHead } from '../http/request.ts';
import { RequestBody } from '../http/request-body.ts';
import { type RecordedRequest, recordOf } from '../s3-server/recorded-request.ts';
import { routeOf } from '../s3-server/route.ts';
import { exchange } from './exchange.ts';
import type { ProxyAction } from './faults.ts';
import { Life, Line } from './line.ts';
import type { Link } from './link.ts';
import { type Addressed, addressed } from './request-target.ts';

/** What a connection asks the proxy. */
export interface Surroundings {
  /** http://HOST:PORT of the server behind; undefined when the requests name it. */
  readonly upstream: () => string | undefined;
  /** A host `BUCKET.DOMAIN` is virtual-hosted style, as for the servers themselves. */
  readonly domain: string;
  readonly clock: () => Date;
  /** The address that a name of a request leads to. */
  readonly resolve: (name: string) => string;
  /** Called once for each request. */
  readonly actionFor: (request: RecordedRequest) => ProxyAction | undefined;
}

const mostPipedBytes = 1024 * 1024;

/** One connection of a client, and the one to the server that belongs to it. */
export class ClientConnection {
  readonly #id: number;
  readonly #client: Line;
  readonly #link: Link;
  readonly #life: Life;
  #server: Line | undefined;
  #serverAddress = '';
  #isBusy = false;
  #serverEnded = false;

  /** @param onDeath called when the connection dies at random */
  constructor(id: number, socket: Socket, link: Link, onDeath: () => void) {
    this.#id = id;
    this.#link = link;
    this.#life = new Life(link.lifeOfConnection(), () => {
      onDeath();
      this.reset();
    });
    this.#client = lineOf(id, socket, link, 'down', this.#life);
  }

  /** One request after the other, as long as both sides keep their connections. @throws ConnectionLost */
  async serve(surroundings: Surroundings): Promise<void> {
    for (;;) {
      this.#isBusy = false;
      const bytes = await this.#client.readHead();
      if (bytes === undefined) return;
      this.#isBusy = true;
      if (!(await this.#exchange(addressed(bytes, surroundings.upstream()), surroundings))) break;
      if (this.#serverEnded) break;
    }
    await this.#client.finish();
    await this.#client.linger();
  }

  /** Ends both connections with RST. */
  reset(): void {
    this.#client.reset();
    this.#server?.reset();
  }

  async #exchange(target: Addressed, { actionFor, domain, clock, resolve }: Surroundings): Promise<boolean> {
    const head = parseRequestHead(target.head);
    const route = routeOf(head, domain);
    const body = new RequestBody(this.#client, Number(head.headers.get('content-length') ?? 0), false);
    const record = recordOf(head, target.isTunnel ? { ...route, key: target.address } : route, body, {
      connectionId: this.#id,
      startedAt: clock(),
    });
    const action = actionFor(record);
    if (target.isTunnel && action === undefined) {
      await this.#tunnel(resolve(target.address));
      return false;
    }
    return await exchange({
      client: this.#client,
      server: async () => await this.#connect(resolve(target.address)),
      link: this.#link,
      head: Buffer.concat([target.head, Buffer.from('\r\n\r\n')]),
      body,
      record,
      action,
    });
  }

  async #tunnel(address: string): Promise<void> {
    const server = await this.#connect(address);
    await this.#client.write(Buffer.from('HTTP/1.1 200 Connection established\r\n\r\n'));
    await Promise.all([pipe(this.#client, server), pipe(server, this.#client)]);
  }

  async #connect(address: string): Promise<Line> {
    if (this.#server !== undefined && this.#serverAddress === address) return this.#server;
    this.#server?.destroy();
    const server = lineOf(this.#id, await open(address), this.#link, 'up', this.#life);
    this.#server = server;
    this.#serverAddress = address;
    // A server that ends an idle connection ends the client's too, or the client would use it again.
    this.#serverEnded = false;
    void server.clientDone.then(() => {
      if (server !== this.#server) return;
      this.#serverEnded = true;
      if (!this.#isBusy) this.#client.destroy();
    });
    return server;
  }
}

function lineOf(id: number, socket: Socket, link: Link, direction: 'up' | 'down', life: Life): Line {
  // Head and body are written one after the other: Nagle's algorithm would hold the body back.
  socket.setNoDelay(true);
  return new Line(id, socket, link, direction, life);
}

async function open(address: string): Promise<Socket> {
  const colon = address.lastIndexOf(':');
  const socket = connect({
    host: address.slice(0, colon),
    port: Number(address.slice(colon + 1)),
    allowHalfOpen: true,
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', (cause) => reject(new ConnectionLost(`${address} can't be reached`, { cause })));
  });
  return socket;
}

async function pipe(from: Line, to: Line): Promise<void> {
  for (;;) {
    const chunk = await from.read(mostPipedBytes);
    if (chunk === undefined) break;
    await to.write(chunk);
  }
  await to.finish();
}
