import { printable } from '../../base/printable.ts';
import { certificateDay } from './certificate-day.ts';
import type { CertificateFacts } from './handshake.ts';

/** Names of a certificate in a message; a load balancer's may have hundreds. */
const MOST_NAMES = 10;

/**
 * Why a certificate was refused, with its days and names; undefined where its chain does not show it.
 * @param chain the server's certificate, then those of its authorities
 */
export function certificateWords(
  code: string,
  chain: readonly CertificateFacts[],
  now = Date.now(),
): string | undefined {
  const [own, ...authorities] = chain;
  if (own === undefined) return undefined;
  if (code === 'CERT_HAS_EXPIRED') {
    const ended = chain.find(({ until }) => until.getTime() < now);
    return (
      ended &&
      `${whose(ended, own)} has expired: it was valid until ${certificateDay(ended.until.getTime(), now)}`
    );
  }
  if (code === 'CERT_NOT_YET_VALID') {
    const early = chain.find(({ from }) => from.getTime() > now);
    return (
      early &&
      `${whose(early, own)} is not valid yet: it begins on ${certificateDay(early.from.getTime(), now)}`
    );
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const { names } = own;
    const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
    return names.length === 0
      ? 'the certificate names no host (it has no subject alternative name)'
      : `the certificate is for ${printable(names.slice(0, MOST_NAMES).join(', '))}${more} only`;
  }
  if (code === 'DEPTH_ZERO_SELF_SIGNED_CERT') {
    const name = own.subject === '' ? '' : ` of ${printable(own.subject)}`;
    return `the certificate${name} is signed by itself and not trusted here`;
  }
  const last = authorities.at(-1) ?? own;
  if (last.issuer === '') return undefined;
  const issuer = printable(last.issuer);
  if (code === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE') {
    return `the authority of the certificate, ${issuer}, is not known here, and the server sends no certificate of it`;
  }
  return /^(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?)$/.test(code)
    ? `the authority of the certificate, ${issuer}, is not known here`
    : undefined;
}

/** The server's own certificate, or that of an authority above it. */
function whose(one: CertificateFacts, own: CertificateFacts): string {
  return one === own ? 'the certificate' : `the certificate of the authority ${printable(one.subject)}`;
}
