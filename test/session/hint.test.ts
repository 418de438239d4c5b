import { describe, expect, test } from 'bun:test';
import type { HintFacts } from '../../src/s3/errors/hint-facts.ts';
import { hintFor } from '../../src/session/hint.ts';

const PROXY = { address: 'proxy.example:3128', setting: 'http_proxy' };

const facts: HintFacts = {
  status: undefined,
  code: '',
  scheme: 'https',
  host: 's3.example:9000',
  bucket: 'backups',
  region: 'us-east-1',
  ofStore: false,
  proxy: undefined,
  serverRegion: undefined,
  redirectedTo: undefined,
  retryable: false,
};

/** What went wrong, and the words that the hint must have: the option to change, or what to look at. */
const CASES: readonly (readonly [
  why: string,
  status: number | undefined,
  code: string,
  change: Partial<HintFacts>,
  words: readonly string[],
])[] = [
  [
    'wrong region, named by the server',
    400,
    'AuthorizationHeaderMalformed',
    { serverRegion: 'eu-west-1' },
    ['set region: eu-west-1', '"us-east-1"'],
  ],
  ['wrong region, not named', 400, 'AuthorizationHeaderMalformed', {}, ['"us-east-1"', 'region']],
  [
    'bucket in another region',
    301,
    'PermanentRedirect',
    { serverRegion: 'eu-west-1' },
    ['backups', 'set region: eu-west-1'],
  ],
  ['redirect to nowhere known', 301, 'PermanentRedirect', {}, ['endpoint', 'region', 'url_style']],
  [
    'redirect of a HEAD, without a document',
    301,
    '',
    { serverRegion: 'eu-west-1' },
    ['set region: eu-west-1'],
  ],
  ['temporary redirect', 307, '', {}, ['redirects', 'endpoint']],
  ['wrong secret key', 403, 'SignatureDoesNotMatch', {}, ['aws_secret_access_key']],
  ['unknown access key', 403, 'InvalidAccessKeyId', {}, ['aws_access_key_id']],
  ['no permission', 403, 'AccessDenied', {}, ['policy', 'backups']],
  ['no permission, answer of a HEAD', 403, '', {}, ['keys', 'policy']],
  ['session token expired', 400, 'ExpiredToken', {}, ['token', 'expired']],
  ['a key that S3Proxy does not take', 400, 'InvalidRequest', {}, ['characters', 'folder']],
  ['unknown key on s3s', 403, 'NotSignedUp', {}, ['aws_access_key_id']],
  ['session token missing on MinIO', 403, 'InvalidTokenId', {}, ['missing', 'aws_session_token']],
  ['key below another on versitygw', 409, 'ObjectParentIsFile', {}, ['folder']],
  ['session token of another key', 400, 'InvalidToken', {}, ['aws_session_token']],
  ['missing bucket', 404, 'NoSuchBucket', {}, ['create the bucket backups', 'option bucket']],
  ['missing object', 404, 'NoSuchKey', {}, ['folder', 'bucket']],
  ['missing object, answer of a HEAD', 404, 'NotFound', {}, ['bucket backups', 'folder']],
  ['clock skew', 403, 'RequestTimeTooSkewed', {}, ['clock', 'ntp']],
  ['certificate not trusted', undefined, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', {}, ['not trusted', 'ca_file']],
  ['client certificate missing', undefined, 'ECLIENTCERT', {}, ['client_cert_file', 's3.example:9000']],
  ['client certificate missing at nginx', 400, 'ClientCertificateRefused', {}, ['client_cert_file']],
  ['old TLS', undefined, 'ETLSVERSION', {}, ['TLS on s3.example:9000', 'tls_min_version: 1.2']],
  ['handshake refused', undefined, 'ETLSALERT', {}, ['client_cert_file', 'cipher']],
  ['intermediate missing', undefined, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', {}, ['s3.example:9000 should send']],
  ['certificate of our own making', undefined, 'DEPTH_ZERO_SELF_SIGNED_CERT', {}, ['not trusted', 'ca_file']],
  [
    'certificate for another name',
    undefined,
    'ERR_TLS_CERT_ALTNAME_INVALID',
    {},
    ['not for s3.example:', 'url_style: path'],
  ],
  [
    'http on an https port, refused',
    400,
    '',
    { scheme: 'http' },
    ['speaks https', 'write https:// in endpoint'],
  ],
  [
    'http on an https port, cut',
    undefined,
    'ECONNRESET',
    { scheme: 'http', retryable: true },
    ['speaks https', 'write https:// in endpoint'],
  ],
  ['https on an http port', undefined, 'EPROTO', {}, ['TLS', 'write http:// in endpoint']],
  [
    'https on an http port, cut',
    undefined,
    'ECONNRESET',
    { retryable: true },
    ['speaks http', 'write http:// in endpoint'],
  ],
  ['tinyproxy wants a login', 401, '', { proxy: PROXY }, ['http_proxy', 'password']],
  [
    'a store behind a proxy wants a login',
    401,
    '',
    { proxy: PROXY, ofStore: true },
    ['aws_secret_access_key'],
  ],
  ['proxy wants a login', 407, '', { proxy: PROXY }, ['http_proxy', 'password']],
  ['the bucket in front of an address', undefined, 'EBADHOST', {}, ['url_style: path']],
  ['an endless answer', undefined, 'ETOOLONG', {}, ['s3.example:9000', 'endpoint']],
  ['proxy refuses the tunnel', undefined, 'EPROXYREFUSED', { proxy: PROXY }, ['http_proxy']],
  ['proxy without a way', undefined, 'ERR_PROXY_TUNNEL', { proxy: PROXY }, ['cannot reach', 'endpoint']],
  [
    'nothing listens, behind a proxy',
    undefined,
    'ECONNREFUSED',
    { proxy: PROXY, retryable: true },
    ['the proxy proxy.example:3128', 'http_proxy'],
  ],
  [
    'nothing listens',
    undefined,
    'ECONNREFUSED',
    { retryable: true },
    ['s3.example:9000', 'port of endpoint'],
  ],
  ['name unknown', undefined, 'ENOTFOUND', { retryable: true }, ['s3.example is', 'DNS', 'endpoint']],
  [
    'no name service',
    undefined,
    'EAI_AGAIN',
    { retryable: true },
    ['for s3.example:', 'name server', 'resolv.conf'],
  ],
  [
    'server that sends nothing',
    undefined,
    'ESTALLED',
    { retryable: true },
    ['accepts connections', 'firewall'],
  ],
  ['no S3 server', undefined, 'EPROTOCOL', {}, ['S3 server', 'endpoint']],
  ['virtual-host style demanded', 403, 'SecondLevelDomainForbidden', {}, ['url_style: virtual']],
  ["the same in another provider's words", 403, 'PathStyleDomainForbidden', {}, ['url_style: virtual']],
  ["wrong region, in another provider's words", 400, 'InvalidRegionName', {}, ['"us-east-1"', 'region']],
  ['function missing', 501, 'NotImplemented', {}, ['checksum: off']],
  ['too large', 400, 'EntityTooLarge', {}, ['backup_multipart_chunksize']],
  ['object replaced', 412, 'PreconditionFailed', {}, ['replaced']],
  [
    'a redirect to another host',
    307,
    '',
    { redirectedTo: 'https://new.example' },
    ['https://new.example', 'endpoint'],
  ],
  ['a redirect of a portal', 302, '', { redirectedTo: 'https://login.example' }, ['https://login.example']],
  [
    'a redirect to https on the same host',
    308,
    '',
    { scheme: 'http', redirectedTo: 'https://s3.example' },
    ['wants https', 'write https://s3.example in endpoint'],
  ],
  [
    'a 301 that is not of S3',
    301,
    '',
    { scheme: 'http', redirectedTo: 'https://s3.example' },
    ['write https://s3.example in endpoint'],
  ],
  ['a 301 of S3 with a Location', 301, '', { ofStore: true, redirectedTo: 'https://x' }, ['backups']],
  ['too large for a gateway', 413, '', {}, ['backup_multipart_chunksize']],
  ['a full storage', 507, '', {}, ['full', 'delete_backup']],
  ["a full storage in MinIO's words", 507, 'XMinioStorageFull', { ofStore: true }, ['full']],
  ['a quota', 403, 'QuotaExceeded', { ofStore: true }, ['quota', 'backups']],
  ['a certificate that has expired', undefined, 'CERT_HAS_EXPIRED', {}, ['renew the certificate']],
  ['a certificate of tomorrow', undefined, 'CERT_NOT_YET_VALID', {}, ['clock']],
  ['another service', undefined, 'ENOTHTTP', {}, ['s3.example:9000 does not answer in HTTP on this port']],
  [
    'a bucket with capitals',
    400,
    'InvalidBucketName',
    { bucket: 'My-backups', ofStore: true },
    ['"My-backups" is not a valid bucket name'],
  ],
  [
    'a bucket with capitals, not found',
    404,
    'NoSuchBucket',
    { bucket: 'My-backups', ofStore: true },
    ['"My-backups" is not a valid bucket name', 'lower-case'],
  ],
  [
    'a bucket with capitals, refused without a document',
    400,
    '',
    { bucket: 'My_backups', scheme: 'http' },
    ['"My_backups" is not a valid bucket name'],
  ],
  [
    'a proxy whose name is unknown',
    undefined,
    'ENOTFOUND',
    { proxy: PROXY, retryable: true },
    ['the proxy proxy.example:3128', 'DNS', 'http_proxy'],
  ],
  [
    'a proxy without a way to it',
    undefined,
    'EHOSTUNREACH',
    { proxy: PROXY, retryable: true },
    ['the proxy proxy.example:3128', 'reached'],
  ],
  [
    'a gateway’s page behind a proxy',
    502,
    '',
    { proxy: PROXY, retryable: true },
    ['the proxy proxy.example:3128 or from s3.example:9000', 'endpoint'],
  ],
  ['a fault that did not pass', 503, 'SlowDown', { retryable: true }, ['did not recover', 'retry_timeout']],
];

test.each(CASES)('%s: the hint says what to do', (_, status, code, change, words) => {
  const hint = hintFor({ ...facts, status, code, ...change });
  for (const word of words) expect(hint).toContain(word);
});

test('every hint is one line in lower case without a full stop, as it is printed after "HINT: "', () => {
  for (const [, status, code, change] of CASES) {
    const hint = hintFor({ ...facts, status, code, ...change }) ?? '';
    expect(hint).toMatch(/^(?:[a-z]|"|CRC)[^\n]{10,}[^.\n]$/);
  }
});

describe('what is blamed is what failed', () => {
  test('an S3 error document over http says nothing of https', () => {
    for (const status of [400, 403, 404, 409, 500, 503]) {
      for (const code of ['', 'SomethingNew', 'InvalidBucketName', 'KeyTooLongError', 'InvalidRequest']) {
        const hint = hintFor({ ...facts, scheme: 'http', status, code, ofStore: true }) ?? '';
        expect(hint).not.toContain('https');
      }
    }
  });

  test('a connection to a proxy that was not made says nothing of the endpoint', () => {
    for (const code of [
      'ECONNREFUSED',
      'ENOTFOUND',
      'EAI_AGAIN',
      'EHOSTUNREACH',
      'ENETUNREACH',
      'ETIMEDOUT',
    ]) {
      const hint = hintFor({ ...facts, code, proxy: PROXY, retryable: true }) ?? '';
      expect(hint).toContain('http_proxy');
      expect(hint).not.toMatch(/endpoint|s3\.example/);
    }
  });

  test('a certificate that is too old or too new is not one of an unknown authority', () => {
    for (const code of ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'ERR_TLS_CERT_ALTNAME_INVALID']) {
      expect(hintFor({ ...facts, code })).not.toContain('ca_file');
    }
  });

  test('a full storage is not waited for longer', () => {
    for (const code of ['InsufficientStorage', 'XMinioStorageFull', 'QuotaExceeded']) {
      expect(hintFor({ ...facts, status: 507, code })).not.toContain('retry_timeout');
    }
  });
});

describe('nothing is made up', () => {
  test('for a final failure of which nothing is known', () => {
    expect(hintFor({ ...facts, status: 418, code: 'Teapot' })).toBeUndefined();
    expect(hintFor({ ...facts, status: undefined, code: 'SOMETHING_NEW' })).toBeUndefined();
  });

  test('for codes that are also names of inherited properties', () => {
    for (const code of ['constructor', '__proto__', 'toString']) {
      expect(hintFor({ ...facts, status: 418, code })).toBeUndefined();
    }
  });
});
