/**
 * There was no whole answer: no connection, a broken one, one that stalled, or an answer that contradicts
 * itself. `code` is the system's or the runtime's word for it (ECONNREFUSED), or one of ours:
 * ESTALLED (no byte for the watchdog's time), ESHORT (fewer or more bytes than announced),
 * ETOOLONG (more bytes than any such answer has),
 * EPROTOCOL (an answer that S3 does not give),
 * ENOTHTTP (what came is not HTTP: another service listens there),
 * EPROXYREFUSED (the proxy opens no tunnel: 403 or 407).
 */
export class TransportError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'TransportError';
    this.code = code;
  }
}
