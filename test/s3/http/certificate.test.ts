import { describe, expect, test } from 'bun:test';
import { certificateWords } from '../../../src/s3/http/certificate.ts';
import type { CertificateFacts } from '../../../src/s3/http/handshake.ts';

const NOW = Date.parse('2026-06-15T12:00:00Z');

function facts(changes: Partial<CertificateFacts> = {}): CertificateFacts {
  return {
    from: new Date('2026-01-01'),
    until: new Date('2027-01-01'),
    names: ['s3.example'],
    subject: 'leaf',
    issuer: 'Authority',
    ...changes,
  };
}
const words = (code: string, ...chain: CertificateFacts[]): string | undefined =>
  certificateWords(code, chain, NOW);

describe('what is said of a certificate', () => {
  const old = { until: new Date('2026-06-13') };
  test.each<[string, string, CertificateFacts[], string | undefined]>([
    ['nothing came', 'CERT_HAS_EXPIRED', [], undefined],
    ['none of those that came has expired', 'CERT_HAS_EXPIRED', [facts()], undefined],
    ['own', 'CERT_HAS_EXPIRED', [facts(old)], 'the certificate has expired: it was valid until 2026-06-13'],
    [
      'that above',
      'CERT_HAS_EXPIRED',
      [facts(), facts({ ...old, subject: 'Authority' })],
      'the certificate of the authority Authority has expired: it was valid until 2026-06-13',
    ],
    [
      'not yet',
      'CERT_NOT_YET_VALID',
      [facts({ from: new Date('2026-06-17') })],
      'the certificate is not valid yet: it begins on 2026-06-17',
    ],
    [
      'a few hours ago',
      'CERT_HAS_EXPIRED',
      [facts({ until: new Date('2026-06-15T09:30:00Z') })],
      'the certificate has expired: it was valid until 2026-06-15 09:30 UTC',
    ],
    [
      'no names at all',
      'ERR_TLS_CERT_ALTNAME_INVALID',
      [facts({ names: [] })],
      'the certificate names no host (it has no subject alternative name)',
    ],
    [
      'many names',
      'ERR_TLS_CERT_ALTNAME_INVALID',
      [facts({ names: Array.from({ length: 12 }, (_, index) => `h${index}`) })],
      'the certificate is for h0, h1, h2, h3, h4, h5, h6, h7, h8, h9 and 2 more only',
    ],
    [
      'self-signed without a name',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      [facts({ subject: '' })],
      'the certificate is signed by itself and not trusted here',
    ],
    [
      'control characters in a name',
      'SELF_SIGNED_CERT_IN_CHAIN',
      [facts(), facts({ issuer: 'a\u001b[31m' })],
      'the authority of the certificate, a?[31m, is not known here',
    ],
    ['an authority without a name', 'UNABLE_TO_GET_ISSUER_CERT', [facts({ issuer: '' })], undefined],
    ['another reason', 'CERT_SIGNATURE_FAILURE', [facts()], undefined],
  ])('%s', (_name, code, chain, expected) => {
    expect(words(code, ...chain)).toBe(expected);
  });
});
