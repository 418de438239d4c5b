/** What a failed try means for the next one. */
export type Verdict =
  /** The next try would fail the same way. */
  | 'final'
  /** A passing fault: again, after a pause. */
  | 'again'
  /** Possibly a passing fault (a body damaged on its way): again, but only a few times. */
  | 'few'
  /** The server asks for less: again, after a pause, with fewer requests at once. */
  | 'slow down'
  /** The credentials ran out: again with new ones, where there is a source of new ones. */
  | 'new credentials'
  /** The clocks differ: again, signed with the server's time. */
  | 'server clock';

/** S3's codes, whatever the status says (S3 API Reference, "Error responses"). */
const BY_S3_CODE: Readonly<Record<string, Verdict>> = {
  InternalError: 'again',
  ServiceUnavailable: 'slow down',
  SlowDown: 'slow down',
  SlowDownRead: 'slow down',
  SlowDownWrite: 'slow down',
  Throttling: 'slow down',
  ThrottlingException: 'slow down',
  RequestLimitExceeded: 'slow down',
  TooManyRequests: 'slow down',
  RequestTimeout: 'again',
  OperationAborted: 'again',
  ConditionalRequestConflict: 'again',
  RequestTimeTooSkewed: 'server clock',
  BadDigest: 'few',
  XAmzContentSHA256Mismatch: 'few',
  XAmzContentChecksumMismatch: 'few',
  IncompleteBody: 'few',
  ExpiredToken: 'new credentials',
  ExpiredTokenException: 'new credentials',
  TokenRefreshRequired: 'new credentials',
  // No pause makes room on a disk, whatever the status.
  InsufficientStorage: 'final',
  XMinioStorageFull: 'final',
  StorageFull: 'final',
  QuotaExceeded: 'final',
  XMinioAdminBucketQuotaExceeded: 'final',
  // STS: the identity provider does not answer it; a token that it does not take yet, or no more.
  IDPCommunicationError: 'again',
  InvalidIdentityToken: 'few',
};

/** The server does not know the keys, or no longer: S3's codes, and those of MinIO and Ceph for tokens. */
export function isUnknownKey(code: string): boolean {
  return ['InvalidAccessKeyId', 'InvalidToken', 'InvalidTokenId', 'InvalidClientTokenId'].includes(code);
}

const BY_STATUS: Readonly<Record<number, Verdict>> = {
  304: 'few',
  408: 'again',
  429: 'slow down',
  499: 'again',
  500: 'again',
  501: 'final',
  503: 'slow down',
  505: 'final',
  507: 'final',
  508: 'final',
  510: 'final',
  511: 'final',
};

/** The verdict on an answer that is an error. */
export function classifyAnswer(status: number, code: string): Verdict {
  // The code is the server's word: it may be the name of something that every object inherits.
  const known = (Object.hasOwn(BY_S3_CODE, code) ? BY_S3_CODE[code] : undefined) ?? BY_STATUS[status];
  if (known !== undefined) return known;
  return status > 500 ? 'again' : 'final';
}

/** Codes of connections that may work a moment later. */
const PASSING = new Set([
  'ERR_PROXY_TUNNEL',
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EADDRNOTAVAIL',
  'ETIMEDOUT',
  'ETIMEOUT',
  'EPIPE',
  'ENETUNREACH',
  'ENETDOWN',
  'EHOSTUNREACH',
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ESTALLED',
  'ESHORT',
  'ConnectionRefused',
  'ConnectionClosed',
  'Timeout',
]);

const FINAL = new Set(['EPROXYREFUSED', 'ETOOLONG', 'EBADHOST', 'ECLIENTCERT', 'ETLSVERSION']);

/** The verdict on a try without a whole answer, by the code of its TransportError. */
export function classifyTransport(code: string): Verdict {
  if (PASSING.has(code)) return 'again';
  return FINAL.has(code) || isCertificateCode(code) ? 'final' : 'few';
}

/** Codes of a certificate that does not convince: OpenSSL's and Node's names. */
export function isCertificateCode(code: string): boolean {
  return (
    code !== 'ECLIENTCERT' &&
    /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|^ERR_TLS_|^INVALID_(CA|PURPOSE)$|_KEY_TOO_SMALL$|^CA_MD_TOO_WEAK$|^PATH_LENGTH_EXCEEDED$/.test(
      code,
    )
  );
}
