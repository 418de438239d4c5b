import { describe, expect, test } from 'bun:test';
import { type HintContext, hintFor } from '../../../src/s3/errors/hint.ts';

const context: HintContext = {
  scheme: 'https',
  host: 's3.example:9000',
  bucket: 'backups',
  region: 'us-east-1',
  proxied: false,
  serverRegion: undefined,
  retryable: false,
};

/** What went wrong, and the words that the hint must have: the option to change, or what to look at. */
const CASES: readonly (readonly [
  why: string,
  status: number | undefined,
  code: string,
  change: Partial<HintContext>,
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
  ['temporary redirect', 307, '', {}, ['not followed', 'endpoint']],
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
  ['certificate of our own making', undefined, 'DEPTH_ZERO_SELF_SIGNED_CERT', {}, ['not trusted', 'ca_file']],
  [
    'certificate for another name',
    undefined,
    'ERR_TLS_CERT_ALTNAME_INVALID',
    {},
    ['not for s3.example:9000', 'url_style: path'],
  ],
  ['http on an https port, refused', 400, '', { scheme: 'http' }, ['speaks https', 'encryption: on']],
  [
    'http on an https port, cut',
    undefined,
    'ECONNRESET',
    { scheme: 'http', retryable: true },
    ['speaks https', 'encryption: on'],
  ],
  ['https on an http port', undefined, 'EPROTO', {}, ['TLS', 'encryption: off']],
  [
    'https on an http port, cut',
    undefined,
    'ECONNRESET',
    { retryable: true },
    ['speaks http', 'encryption: off'],
  ],
  ['proxy wants a login', 407, '', { proxied: 'http_proxy' }, ['http_proxy', 'password']],
  [
    'proxy of the environment refuses the tunnel',
    undefined,
    'EPROXYREFUSED',
    { proxied: 'HTTPS_PROXY in the environment' },
    ['HTTPS_PROXY in the environment'],
  ],
  [
    'proxy that DNS does not know',
    undefined,
    'ENOTFOUND',
    { proxied: 'http_proxy', retryable: true },
    ['name of the proxy', 'http_proxy'],
  ],
  ['an endless answer', undefined, 'ETOOLONG', {}, ['s3.example:9000', 'endpoint']],
  ['proxy refuses the tunnel', undefined, 'EPROXYREFUSED', { proxied: 'http_proxy' }, ['http_proxy']],
  [
    'proxy without a way',
    undefined,
    'ERR_PROXY_TUNNEL',
    { proxied: 'http_proxy' },
    ['can not reach', 'endpoint'],
  ],
  [
    'nothing listens, behind a proxy',
    undefined,
    'ECONNREFUSED',
    { proxied: 'http_proxy', retryable: true },
    ['proxy', 'http_proxy'],
  ],
  [
    'nothing listens',
    undefined,
    'ECONNREFUSED',
    { retryable: true },
    ['s3.example:9000', 'port of endpoint'],
  ],
  ['name unknown', undefined, 'ENOTFOUND', { retryable: true }, ['s3.example:9000', 'DNS', 'endpoint']],
  [
    'no name service',
    undefined,
    'EAI_AGAIN',
    { retryable: true },
    ['s3.example:9000', 'name server', 'resolv.conf'],
  ],
  ['server stands still', undefined, 'ESTALLED', { retryable: true }, ['reachable', 'firewall']],
  ['no S3 server', undefined, 'EPROTOCOL', {}, ['S3 server', 'endpoint']],
  ['virtual-host style demanded', 403, 'SecondLevelDomainForbidden', {}, ['url_style: virtual']],
  ["the same in another provider's words", 403, 'PathStyleDomainForbidden', {}, ['url_style: virtual']],
  ["wrong region, in another provider's words", 400, 'InvalidRegionName', {}, ['"us-east-1"', 'region']],
  ['function missing', 501, 'NotImplemented', {}, ['checksum: off']],
  ['too large', 400, 'EntityTooLarge', {}, ['backup_multipart_chunksize']],
  ['object replaced', 412, 'PreconditionFailed', {}, ['replaced']],
  ['a fault that did not pass', 503, 'SlowDown', { retryable: true }, ['did not recover', 'retry_timeout']],
];

test.each(CASES)('%s: the hint says what to do', (_, status, code, change, words) => {
  const hint = hintFor(status, code, { ...context, ...change });
  for (const word of words) expect(hint).toContain(word);
});

test('every hint is one line in lower case without a full stop, as it is printed after "HINT: "', () => {
  for (const [, status, code, change] of CASES) {
    const hint = hintFor(status, code, { ...context, ...change }) ?? '';
    expect(hint).toMatch(/^(?:[a-z]|CRC)[^\n]{10,}[^.\n]$/);
  }
});

describe('nothing is made up', () => {
  test('for a final failure of which nothing is known', () => {
    expect(hintFor(418, 'Teapot', context)).toBeUndefined();
    expect(hintFor(undefined, 'SOMETHING_NEW', context)).toBeUndefined();
  });

  test('for codes that are also names of inherited properties', () => {
    for (const code of ['constructor', '__proto__', 'toString']) {
      expect(hintFor(418, code, context)).toBeUndefined();
    }
  });
});
