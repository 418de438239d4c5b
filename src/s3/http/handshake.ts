import { isIP } from 'node:net';
import { connect, type DetailedPeerCertificate } from 'node:tls';
import type { OwnSide } from './own-side.ts';

/** Milliseconds for all of it; the request has failed already. */
const PATIENCE = 10_000;
/** Milliseconds after a handshake of TLS 1.3 in which the server refuses it if it does (RFC 8446, section 4.4.2.4). */
const OBJECTION = 2000;
/** Certificates; chains may be made to have no end. */
const LONGEST_CHAIN = 10;

/** A server, or the socket of a tunnel to it. */
export interface Way {
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
  /** Path of a socket to connect to in place of the server. */
  readonly socket: string | undefined;
}

export interface CertificateFacts {
  readonly from: Date;
  readonly until: Date;
  /** Host names and addresses. */
  readonly names: readonly string[];
  readonly subject: string;
  readonly issuer: string;
}

/** What was seen of a handshake. */
export interface Handshake {
  /** The server's certificate, then those of its authorities as far as it sent them; empty: it did not come so far. */
  readonly chain: readonly CertificateFacts[];
  /** The version that both speak, such as TLSv1.3; undefined: none was agreed on. */
  readonly protocol: string | undefined;
  /** The TLS library's word for what went wrong, such as TLSV1_ALERT_UNKNOWN_CA; undefined: nothing. */
  readonly failure: string | undefined;
  /** After a handshake that went well the server hung up, before anything was sent to it. */
  readonly hungUp: boolean;
}

/**
 * Shakes hands with a server as a request would, and sends nothing: the runtime's fetch reports neither a certificate
 * nor why a handshake failed.
 * @param waits whether the server may object after the handshake
 */
export async function shakeHands(
  { host, port, socket: path }: Way,
  { cert, key, minVersion }: OwnSide,
  waits: boolean,
): Promise<Handshake> {
  return await new Promise((resolve) => {
    let chain: readonly CertificateFacts[] = [];
    let protocol: string | undefined;
    let shaken = false;
    let failure: string | undefined;
    const socket = connect({
      ...(path === undefined ? { host, port } : { path }),
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(minVersion === undefined ? {} : { minVersion: 'TLSv1.3' }),
      // Only looked at: nothing is sent.
      rejectUnauthorized: false,
    });
    const end = (hungUp: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ chain, protocol, failure, hungUp });
    };
    let timer = setTimeout(end, PATIENCE, false);
    socket.on('error', (error: Error & { code?: string }) => {
      failure = /^ERR_SSL_(.+)$/.exec(error.code ?? '')?.[1];
      end(shaken && failure === undefined);
    });
    socket.on('close', () => end(shaken));
    socket.once('secureConnect', () => {
      shaken = true;
      protocol = socket.getProtocol() ?? undefined;
      chain = chainOf(socket.getPeerCertificate(true));
      if (!waits) end(false);
      clearTimeout(timer);
      timer = setTimeout(end, OBJECTION, false);
    });
  });
}

function chainOf(first: DetailedPeerCertificate): readonly CertificateFacts[] {
  const chain: CertificateFacts[] = [];
  const seen = new Set<object>();
  let next: DetailedPeerCertificate | undefined = first;
  while (next?.valid_to !== undefined && !seen.has(next) && chain.length < LONGEST_CHAIN) {
    seen.add(next);
    const { valid_from: from, valid_to: until, subjectaltname = '', subject, issuer } = next;
    const names = subjectaltname.split(', ').map((entry) => entry.replace(/^[^:]*:/, ''));
    chain.push({
      from: new Date(from),
      until: new Date(until),
      names: names.filter((entry) => entry !== ''),
      subject: nameIn(subject),
      issuer: nameIn(issuer),
    });
    next = next.issuerCertificate;
  }
  return chain;
}

/** The name that people know a certificate by. */
function nameIn(subject: DetailedPeerCertificate['subject'] | undefined): string {
  return String(subject?.CN ?? subject?.O ?? '');
}
