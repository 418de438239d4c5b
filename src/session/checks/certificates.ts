import { X509Certificate } from 'node:crypto';
import { printable } from '../../base/printable.ts';
import type { Finding } from '../../output/finding.ts';
import type { CertificateFacts } from '../../s3/http/handshake.ts';
import { readCertificates } from '../../s3/http/own-files.ts';
import type { Checked } from './checked.ts';
import { fail, ok, unseen, warn } from './findings.ts';

const DAY = 86_400_000;
/** Days that whoever renews a certificate should have. */
const SOON = 30;

/** The version of TLS, and how long the server's certificates and the own one last. */
export async function certificateFindings(checked: Checked): Promise<readonly Finding[]> {
  return [...(await ofServer(checked)), ...ofClient(checked)];
}

async function ofServer({ session }: Checked): Promise<readonly Finding[]> {
  const { address } = session.client.server;
  if (address.scheme !== 'https') return [];
  const { chain, protocol, failure } = await session.parts.transport.look(`https://${address.host}`);
  const [own] = chain;
  // Why a handshake fails, the bucket's check says with its hint.
  if (own === undefined)
    return [unseen('tls', `the handshake failed${failure === undefined ? '' : ` (${failure})`}`)];
  const first = chain.reduce((one, other) => (other.until < one.until ? other : one), own);
  const whose = first === own ? '' : `, with its authority ${printable(first.subject)}`;
  const detail = `${printable(own.subject)}, issued by ${printable(own.issuer)}, ${lasts(first)}${whose}`;
  const hint = `renew the certificate of ${address.host}`;
  return [ok('tls', protocol ?? 'unknown version'), ofAge('certificate', detail, first, hint)];
}

function ofClient({ session }: Checked): readonly Finding[] {
  const { clientCertificate } = session.config.connection.tls;
  if (clientCertificate === undefined) return [];
  const { certFile } = clientCertificate;
  // The file was read before, or there would be no session.
  const dates = readCertificates('client_cert_file', certFile).pems.map((pem) => {
    const { validTo } = new X509Certificate(pem);
    return { until: new Date(validTo) };
  });
  const [first] = dates.toSorted((one, other) => one.until.getTime() - other.until.getTime());
  if (first === undefined) return [];
  const hint = 'renew it on every host (client_cert_file)';
  return [ofAge('client certificate', `${certFile}, ${lasts(first)}`, first, hint)];
}

function ofAge(
  what: string,
  detail: string,
  { until }: Pick<CertificateFacts, 'until'>,
  hint: string,
): Finding {
  const left = until.getTime() - Date.now();
  if (left < 0) return fail(what, detail, hint);
  return left < SOON * DAY ? warn(what, detail, hint) : ok(what, detail);
}

/** `ends in 10 days (2026-12-09)`. */
function lasts({ until }: Pick<CertificateFacts, 'until'>): string {
  const left = until.getTime() - Date.now();
  const day = until.toISOString().slice(0, 10);
  if (left < 0) return `has expired on ${day}`;
  const days = Math.floor(left / DAY);
  if (days < 2) return `ends within ${Math.max(1, Math.round(left / 3_600_000))} hours (${day})`;
  return `ends in ${days} days (${day})`;
}
