import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { printable } from '../../base/printable.ts';
import { TransportError } from './transport-error.ts';

/** Milliseconds for the look at a certificate; the request has failed already. */
const PATIENCE = 3000;

interface Certificate {
  readonly from: Date;
  readonly until: Date;
  /** Host names and addresses. */
  readonly names: readonly string[];
  readonly issuer: string;
}

/**
 * The failure with what the certificate of `host` says: the day it ended, or the names it is for. The runtime reports
 * neither, so it is fetched from the server once more, and nothing is sent to it.
 * @param host with a port where it is not 443
 */
export async function withCertificate(failure: TransportError, host: string): Promise<TransportError> {
  const certificate = await certificateOf(host);
  const words = certificate === undefined ? undefined : wordsOf(failure.code, certificate);
  return words === undefined
    ? failure
    : new TransportError(failure.code, words, { cause: failure, remark: failure.remark });
}

function wordsOf(code: string, { from, until, names, issuer }: Certificate): string | undefined {
  if (code === 'CERT_HAS_EXPIRED') {
    // Otherwise it is one above it that has.
    return until.getTime() < Date.now()
      ? `the certificate has expired: it was valid until ${day(until)}`
      : undefined;
  }
  if (code === 'CERT_NOT_YET_VALID') {
    return from.getTime() > Date.now()
      ? `the certificate is not valid yet: it begins on ${day(from)}`
      : undefined;
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return names.length === 0 ? undefined : `the certificate is for ${printable(names.join(', '))} only`;
  }
  return issuer === ''
    ? undefined
    : `the authority of the certificate, ${printable(issuer)}, is not known here`;
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

async function certificateOf(host: string): Promise<Certificate | undefined> {
  const url = URL.parse(`https://${host}`);
  if (url === null) return undefined;
  const name = url.hostname.replace(/^\[|\]$/g, '');
  return await new Promise((resolve) => {
    const socket = connect({
      host: name,
      port: url.port === '' ? 443 : Number(url.port),
      ...(isIP(name) === 0 ? { servername: name } : {}),
      // Only looked at: nothing is sent.
      rejectUnauthorized: false,
    });
    const end = (certificate?: Certificate): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(certificate);
    };
    const timer = setTimeout(end, PATIENCE);
    socket.on('error', () => end());
    socket.on('close', () => end());
    socket.once('secureConnect', () => {
      const { valid_from: from, valid_to: until, subjectaltname = '', issuer } = socket.getPeerCertificate();
      const certificate = {
        from: new Date(from),
        until: new Date(until),
        names: subjectaltname.split(', ').map((entry) => entry.replace(/^[^:]*:/, '')),
        issuer: String(issuer?.CN ?? issuer?.O ?? ''),
      };
      const isDated = !Number.isNaN(certificate.from.getTime()) && !Number.isNaN(certificate.until.getTime());
      end(isDated ? { ...certificate, names: certificate.names.filter((entry) => entry !== '') } : undefined);
    });
  });
}
