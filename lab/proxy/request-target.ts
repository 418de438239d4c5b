import { ConnectionLost } from '../http/connection.ts';

/** A request, and the server that it is for. */
export interface Addressed {
  /** The head with a path in its first line, without the empty line at its end. */
  readonly head: Buffer;
  /** HOST:PORT */
  readonly address: string;
  /** CONNECT: bytes of any protocol follow. */
  readonly isTunnel: boolean;
}

/**
 * Finds the server of a request (RFC 9112, section 3.2): the one behind, or without one that which the request line names, as
 * clients of an `http_proxy` write it.
 * @throws ConnectionLost when nothing names it
 */
export function addressed(head: Buffer, upstream: string | undefined): Addressed {
  if (upstream !== undefined) return { head, address: hostOf(upstream), isTunnel: false };
  const text = head.toString('latin1');
  const tunnel = /^CONNECT (\S+:\d+) HTTP\/1\.1\r\n/.exec(text);
  if (tunnel?.[1] !== undefined) {
    const rest = text.slice(tunnel[0].length);
    return {
      head: Buffer.from(`CONNECT / HTTP/1.1\r\n${rest}`, 'latin1'),
      address: tunnel[1],
      isTunnel: true,
    };
  }
  const absolute = /^([A-Z]+) (http:\/\/[^/\s]+)(\/\S*)? /.exec(text);
  const [all = '', method = '', origin = '', path = '/'] = absolute ?? [];
  if (all === '') throw new ConnectionLost('the request names no server');
  const rest = text.slice(all.length);
  return {
    head: Buffer.from(`${method} ${path} ${rest}`, 'latin1'),
    address: hostOf(origin),
    isTunnel: false,
  };
}

function hostOf(origin: string): string {
  const { hostname, port } = new URL(origin);
  return `${hostname}:${port === '' ? 80 : port}`;
}
