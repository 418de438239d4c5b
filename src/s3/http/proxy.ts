import { reasonOf } from '../../base/plugin-error.ts';
import { Secret } from '../../base/secret.ts';
import { TransportError } from './transport-error.ts';

/** A proxy that requests are sent through. */
export interface Proxy {
  /** `http://host:port`, or https: no user, no password. */
  readonly origin: string;
  /** The value of Proxy-Authorization. */
  readonly authorization: Secret | undefined;
}

/** @param url an http or https URL, which may contain a user and a password */
export function proxyOf(url: Secret): Proxy {
  const { protocol, hostname, port, username, password } = new URL(url.reveal());
  const origin = `${protocol}//${hostname}:${port === '' ? (protocol === 'https:' ? 443 : 80) : port}`;
  if (username === '' && password === '') return { origin, authorization: undefined };
  const credentials = Buffer.concat([unescaped(username), Buffer.from(':'), unescaped(password)]);
  return { origin, authorization: new Secret(`Basic ${credentials.toString('base64')}`) };
}

/** Codes of a connection that was not made: with a proxy it is the proxy that was connected to. */
const UNCONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH']);

/** The failure of a request that the runtime sent through a proxy: names the proxy where that is what failed. */
export function throughProxy(proxy: Proxy, failure: unknown): unknown {
  return failure instanceof TransportError && UNCONNECTED.has(failure.code)
    ? atProxy(proxy, failure)
    : failure;
}

/** A failure of the proxy itself. */
export function atProxy(proxy: Proxy, failure: unknown): TransportError {
  const code = failure instanceof TransportError ? failure.code : 'ERR_PROXY_TUNNEL';
  return new TransportError(code, `proxy ${proxy.origin}: ${reasonOf(failure)}`, { cause: failure });
}

/** The bytes that a percent-encoded text means. A sign that encodes nothing stays: passwords are written by people. */
function unescaped(text: string): Buffer {
  const parts = text.split(/(%[0-9a-f]{2})/i);
  return Buffer.concat(
    parts.map((part, index) => (index % 2 === 1 ? Buffer.from(part.slice(1), 'hex') : Buffer.from(part))),
  );
}
