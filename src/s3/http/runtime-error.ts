import { codeOf, reasonOf } from '../../base/plugin-error.ts';
import { TransportError } from './transport-error.ts';

/** Errors of the runtime's fetch by their code; after an abort its reason, which is the watchdog's or the caller's. */
export function transportErrorOf(error: unknown, signal: AbortSignal): unknown {
  const thrown: unknown = signal.aborted ? signal.reason : error;
  if (thrown instanceof TransportError) return thrown;
  const code = codeOf(thrown);
  if (code === undefined) return thrown;
  const words = wordsOf(reasonOf(thrown));
  // The runtime gives a proxy's status in its message only; a refusal is final, 502 and 503 may pass.
  const refused = code === 'ERR_PROXY_TUNNEL' && /\b40[137]\b/.test(words);
  const ours = refused ? 'EPROXYREFUSED' : (OUR_CODES[code] ?? code);
  return new TransportError(ours, WORDS[code] ?? words, { cause: thrown });
}

/** The runtime's own words without its code, without advice for programmers, and without what a URL may hide. */
function wordsOf(message: string): string {
  const [first = ''] = message.replace(/^[A-Z_]+: /, '').split('. For more information');
  const words = first.replace(/ fetching "[^"]*"?/, '').replace(URLS, originOf);
  return words.replace(/(?<=[a-z])_(?=[A-Za-z])/g, ' ');
}

/** Scheme, host and port: `origin` is null for schemes that the standard does not know. */
function originOf(text: string): string {
  const url = URL.parse(text);
  return url === null ? '' : `${url.protocol}//${url.host}`;
}

const URLS = /\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>]*/gi;

/** In place of the runtime's codes that are not the system's. */
const OUR_CODES: Readonly<Record<string, string>> = {
  Malformed_HTTP_Response: 'ENOTHTTP',
};

/** In place of the runtime's words, which are about browsers and URLs. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was closed before the answer was complete',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the name service does not answer',
  EADDRNOTAVAIL: 'no local port is free for a further connection',
  ENETUNREACH: 'there is no route to the network',
  EHOSTUNREACH: 'there is no route to the host',
  ETIMEDOUT: 'the connection was not accepted in time',
  EPROTO: 'the TLS handshake failed',
  ConnectionClosed: 'the connection was closed before the answer was complete',
  FailedToOpenSocket: 'the connection could not be opened',
  Malformed_HTTP_Response: 'the answer is not HTTP',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another host name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'an authority of the certificate is signed by itself and not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the authority of the certificate is not known here',
  UNABLE_TO_GET_ISSUER_CERT: 'the authority of the certificate is not known here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the authority of the certificate is not known here',
};
