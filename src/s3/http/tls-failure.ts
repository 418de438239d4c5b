import { certificateWords } from './certificate.ts';
import { shakeHands, type Way } from './handshake.ts';
import type { OwnSide } from './own-side.ts';
import { TransportError } from './transport-error.ts';

/** What servers say of the certificate that they were shown, or not shown (RFC 8446, section 6.2). */
const ON_OUR_CERTIFICATE: Readonly<Record<string, string>> = {
  TLSV1_ALERT_CERTIFICATE_REQUIRED: 'certificate required',
  SSLV3_ALERT_NO_CERTIFICATE: 'no certificate',
  SSLV3_ALERT_BAD_CERTIFICATE: 'bad certificate',
  SSLV3_ALERT_UNSUPPORTED_CERTIFICATE: 'unsupported certificate',
  SSLV3_ALERT_CERTIFICATE_REVOKED: 'certificate revoked',
  SSLV3_ALERT_CERTIFICATE_EXPIRED: 'certificate expired',
  SSLV3_ALERT_CERTIFICATE_UNKNOWN: 'certificate unknown',
  TLSV1_ALERT_UNKNOWN_CA: 'unknown authority',
  TLSV1_ALERT_ACCESS_DENIED: 'access denied',
};

/** No version of TLS that both speak: as the server says it, and as this side sees it. */
const ON_VERSIONS =
  /^(TLSV1_ALERT_(PROTOCOL_VERSION|INAPPROPRIATE_FALLBACK)|UNSUPPORTED_PROTOCOL|WRONG_SSL_VERSION)$/;

/**
 * The failure of an https request with what another handshake shows: why the server refused it, the day a certificate
 * ended, the names that it is for. The failure as it is where that shows nothing.
 */
export async function explained(failure: TransportError, way: Way, own: OwnSide): Promise<TransportError> {
  const ofCertificate = /CERT|SELF_SIGNED|UNABLE_TO/.test(failure.code);
  const { chain, failure: reason, hungUp } = await shakeHands(way, own, !ofCertificate);
  const told = (code: string, words: string): TransportError =>
    new TransportError(code, words, { cause: failure, remark: failure.remark });
  if (ofCertificate) {
    const words = certificateWords(failure.code, chain);
    return words === undefined ? failure : told(failure.code, words);
  }
  if (reason === undefined) {
    return hungUp
      ? told(
          failure.code,
          'the server closed the connection after the TLS handshake, as one does that does not accept the client certificate',
        )
      : failure;
  }
  const hasCertificate = own.cert !== undefined;
  const onCertificate = Object.hasOwn(ON_OUR_CERTIFICATE, reason) ? ON_OUR_CERTIFICATE[reason] : undefined;
  if (onCertificate !== undefined) {
    return hasCertificate
      ? told('ECLIENTCERT', `the server does not accept the client certificate: ${onCertificate}`)
      : told('ECLIENTCERT', `the server requires a client certificate: ${onCertificate}`);
  }
  if (ON_VERSIONS.test(reason)) {
    const oldest = own.minVersion === undefined ? '1.2 or 1.3' : '1.3';
    return told('ETLSVERSION', `the server does not speak TLS ${oldest}`);
  }
  const [, alert] = /^(?:SSLV3|TLSV1)_ALERT_(.+)$/.exec(reason) ?? [];
  return alert === undefined
    ? failure
    : told('ETLSALERT', `the server refuses the TLS handshake: ${alert.toLowerCase().replaceAll('_', ' ')}`);
}
