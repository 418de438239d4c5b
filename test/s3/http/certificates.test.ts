import { beforeAll, describe, expect, test } from 'bun:test';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { makeCertificate } from '../../../lab/s3-server/certificate.ts';
import { certificatesOf } from '../../../src/s3/http/certificates.ts';

let good: string;
let other: string;
const KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
  type: 'pkcs8',
  format: 'pem',
});
beforeAll(async () => {
  [good, other] = (
    await Promise.all([makeCertificate('a.example', []), makeCertificate('b.example', [])])
  ).map(({ certificate }) => `${certificate.trim()}\n`) as [string, string];
});

const block = (label: string, bytes: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(bytes).toString('base64')}\n-----END ${label}-----\n`;
/** What OpenSSL puts behind a trusted certificate: here, a name for it. */
const NOTES = Buffer.from('300a0c08616e20616c696173', 'hex');
const derOf = (pem: string): Buffer => Buffer.from(new X509Certificate(pem).raw);

describe('a certificate is taken', () => {
  const FORMS: readonly (readonly [string, () => string | Buffer])[] = [
    ['as it is', () => good],
    ['with the line ends of Windows', () => good.replaceAll('\n', '\r\n')],
    ['with a byte order mark', () => `\ufeff${good}`],
    ['indented', () => good.replace(/^/gm, '    ')],
    ['with blanks at the ends of lines', () => good.replaceAll('\n', ' \n')],
    ['without a line end at the end', () => good.trimEnd()],
    ['on one line', () => block('CERTIFICATE', derOf(good))],
    ['with text around it', () => `subject: a\n\n${good}issuer: b\n`],
    ['with headers', () => good.replace('-----\n', '-----\nName: value\n\n')],
    ['as X509 CERTIFICATE', () => good.replaceAll('CERTIFICATE', 'X509 CERTIFICATE')],
    ['as TRUSTED CERTIFICATE', () => block('TRUSTED CERTIFICATE', Buffer.concat([derOf(good), NOTES]))],
    ['as TRUSTED CERTIFICATE without notes', () => block('TRUSTED CERTIFICATE', derOf(good))],
    ['in DER', () => derOf(good)],
    ['twice', () => good + good],
  ];
  test.each(FORMS)('%s', (_name, make) => {
    const { pems, problems } = certificatesOf(Buffer.from(make()));
    expect(pems.map((pem) => new X509Certificate(pem).fingerprint256)).toEqual([
      new X509Certificate(good).fingerprint256,
    ]);
    expect(problems).toEqual([]);
  });
});

describe('what is no certificate is named with its place, and the rest taken', () => {
  const DAMAGED = block('CERTIFICATE', Buffer.from('no certificate'));
  const CASES: readonly (readonly [string, () => string, string])[] = [
    ['a key', () => KEY, '"PRIVATE KEY" is not a certificate'],
    ['PKCS#7', () => block('PKCS7', Buffer.from('3003020100', 'hex')), '"PKCS7" is not a certificate'],
    ['a request', () => block('CERTIFICATE REQUEST', NOTES), '"CERTIFICATE REQUEST" is not a certificate'],
    ['other bytes', () => DAMAGED, 'the certificate is damaged'],
    ['signs that are not base64', () => DAMAGED.replace('-\n', '-\n!?'), 'the certificate is damaged'],
    ['nothing inside', () => block('CERTIFICATE', Buffer.alloc(0)), 'the certificate is damaged'],
    ['no end', () => '-----BEGIN CERTIFICATE-----\nAAAA\n', 'the certificate is damaged'],
    ['the end of another', () => DAMAGED.replace('END CERT', 'END X509 CERT'), 'the certificate is damaged'],
    [
      'a cut trusted one',
      () => block('TRUSTED CERTIFICATE', Buffer.from('3082', 'hex')),
      'the certificate is damaged',
    ],
  ];
  test.each(CASES)('%s', (_name, make, words) => {
    const first = other.split('\n').length;
    const { pems, problems } = certificatesOf(Buffer.from(other + make() + good));
    expect(problems).toEqual([`line ${first} (block 2): ${words}`]);
    expect(pems.length).toBe(2);
  });
});

test.each(['', 'hello', '0\u0082\u0001', '-----BEGIN'])('%p contains none', (text) => {
  expect(certificatesOf(Buffer.from(text))).toEqual({ pems: [], problems: [] });
});
