import type { Socket, UnixSocketListener } from 'bun';
import { bareHost } from '../../base/bare-host.ts';
import { ConnectAnswer } from './connect-answer.ts';
import type { TlsSettings } from './own-side.ts';
import { privateSocketPath } from './private-socket.ts';
import { atProxy, type Proxy } from './proxy.ts';
import { Relay } from './relay.ts';
import { transportErrorOf } from './runtime-error.ts';
import { TransportError } from './transport-error.ts';

const NEVER = new AbortController().signal;

/**
 * A way to one server through a proxy. The runtime's own takes a body whole, however slowly it moves on, and has it in
 * memory three to four times (64 MiB within 132 ms towards a server that reads nothing). Here it connects to a socket
 * of this process instead, each of whose connections is a tunnel (CONNECT) to the server, and speaks TLS with that:
 * bodies leave in pieces as they do without a proxy, and the proxy's password goes to the proxy alone.
 *
 * No other user reaches the socket, and it leads to no other server.
 */
export class Tunnel {
  /** What the runtime connects to in place of the server. */
  readonly path: string;
  readonly #target: string;
  readonly #proxy: Proxy;
  readonly #tls: () => TlsSettings;
  readonly #listener: UnixSocketListener<Relay | undefined>;
  #failure: { readonly at: number; readonly error: TransportError } | undefined;
  /** Tunnels that the proxy has not opened yet. */
  #opening = 0;

  /**
   * @param target HOST:PORT
   * @param tls for a proxy that is spoken to by https
   */
  constructor(target: string, proxy: Proxy, tls: () => TlsSettings) {
    this.#target = target;
    this.#proxy = proxy;
    this.#tls = tls;
    this.path = privateSocketPath();
    this.#listener = Bun.listen<Relay | undefined>({
      unix: this.path,
      socket: {
        open: (near) => {
          near.data = new Relay(near as Socket);
          void this.#connect(near as Socket, near.data);
        },
        data: (near, bytes) => near.data?.fromNear(bytes),
        drain: (near) => near.data?.nearDrained(),
        close: (near) => near.data?.nearEnded(),
        error: (near) => near.data?.nearEnded(),
      },
    });
    this.#listener.unref();
  }

  /**
   * What really happened to a request that was sent at `time` (of `performance`): the runtime only knows that its
   * connection was closed, or that nothing came.
   */
  failureOf(time: number, seen: unknown): unknown {
    if (this.#failure !== undefined && this.#failure.at >= time) return this.#failure.error;
    const isWaiting = this.#opening > 0 && seen instanceof TransportError && seen.code === 'ESTALLED';
    return isWaiting ? atProxy(this.#proxy, seen) : seen;
  }

  async #connect(near: Socket, relay: Relay): Promise<void> {
    const { hostname, port, protocol } = new URL(this.#proxy.origin);
    const host = bareHost(hostname);
    const answer = new ConnectAnswer();
    let settled = false;
    this.#opening += 1;
    const settle = (error?: unknown): void => {
      if (settled) return;
      settled = true;
      this.#opening -= 1;
      if (error === undefined) return;
      this.#failure = { at: performance.now(), error: atProxy(this.#proxy, transportErrorOf(error, NEVER)) };
      near.terminate();
    };
    try {
      await Bun.connect({
        hostname: host,
        port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
        ...(protocol === 'https:' ? { tls: { ...this.#tls(), serverName: host } } : {}),
        socket: {
          open: (far) => {
            if (protocol !== 'https:') far.write(this.#head());
          },
          handshake: (far, isTrusted, distrust) => {
            if (isTrusted && distrust === null) {
              far.write(this.#head());
              return;
            }
            settle(distrust ?? new TransportError('EPROTO', 'its certificate is not trusted'));
            far.terminate();
          },
          data: (far, bytes) => {
            if (settled) {
              relay.fromFar(bytes);
              return;
            }
            try {
              const first = answer.read(bytes);
              if (first === undefined) return;
              settle();
              relay.open(far, first);
            } catch (error) {
              settle(error);
              far.terminate();
            }
          },
          drain: () => relay.farDrained(),
          close: () => {
            settle(
              new TransportError('ERR_PROXY_TUNNEL', 'it closed the connection before it answered CONNECT'),
            );
            relay.farEnded();
          },
          error: (_far, error) => settle(error),
        },
      });
    } catch (error) {
      settle(error);
    }
  }

  #head(): string {
    const { authorization } = this.#proxy;
    const lines = [`CONNECT ${this.#target} HTTP/1.1`, `Host: ${this.#target}`];
    if (authorization !== undefined) lines.push(`Proxy-Authorization: ${authorization.reveal()}`);
    return `${lines.join('\r\n')}\r\n\r\n`;
  }
}
