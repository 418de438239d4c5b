/**
 * There was no whole answer: no connection, a broken one, one that stalled, or an answer that contradicts
 * itself. `code` is the system's or the runtime's word for it (ECONNREFUSED), or one of ours:
 * ESTALLED (no byte for the watchdog's time), ESHORT (fewer or more bytes than announced),
 * ETOOLONG (more bytes than any such answer has),
 * EPROTOCOL (an answer that S3 does not give),
 * ENOTHTTP (what came is not HTTP: another service listens there),
 * EBADHOST (no URL can have this host),
 * EPROXYREFUSED (the proxy opens no tunnel: 401, 403 or 407),
 * ECLIENTCERT (the server requires a certificate of this client, or another one),
 * ETLSVERSION (server and client have no version of TLS in common),
 * ETLSALERT (the server refuses the TLS handshake for another reason).
 */
export class TransportError extends Error {
  readonly code: string;
  /** What else may have to do with it, at the end of the message. */
  readonly remark: string | undefined;

  constructor(code: string, message: string, options: { cause?: unknown; remark?: string | undefined } = {}) {
    const { cause, remark } = options;
    super(remark === undefined ? message : `${message}; ${remark}`, cause === undefined ? {} : { cause });
    this.name = 'TransportError';
    this.code = code;
    this.remark = remark;
  }
}
