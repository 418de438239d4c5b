import { codeOf, reasonOf } from '../../base/plugin-error.ts';
import { TransportError } from './transport-error.ts';

/** Errors of the runtime's fetch by their code; after an abort its reason, which is the watchdog's or the caller's. */
export function transportErrorOf(error: unknown, signal: AbortSignal): unknown {
  const thrown: unknown = signal.aborted ? signal.reason : error;
  if (thrown instanceof TransportError) return thrown;
  const code = codeOf(thrown);
  if (code === undefined) return thrown;
  const [first = ''] = reasonOf(thrown)
    .replace(/^[A-Z_]+: /, '')
    .split('. For more information');
  // Without the address, which may contain what nobody shall see.
  const words = first.replace(/ fetching ".*$/s, '');
  // The runtime tells a proxy's status in its message only; a refusal is final, 502 and 503 may pass.
  const refused = code === 'ERR_PROXY_TUNNEL' && /\b40[37]\b/.test(first);
  return new TransportError(refused ? 'EPROXYREFUSED' : code, WORDS[code] ?? words, { cause: thrown });
}

/** In place of the runtime's words, which are about browsers and URLs. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was closed before the answer was complete',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the name service does not answer',
  EADDRNOTAVAIL: 'no local port is free for a further connection',
  ENETUNREACH: 'there is no route to the network',
  EHOSTUNREACH: 'there is no route to the host',
  FailedToOpenSocket: 'the connection could not be opened',
  ConnectionClosed: 'the connection was closed before the answer was complete',
  Malformed_HTTP_Response: 'the answer is not HTTP',
  ERR_TLS_CERT_ALTNAME_INVALID: "the server's certificate is for another host",
  CERT_HAS_EXPIRED: "the server's certificate has expired",
};
