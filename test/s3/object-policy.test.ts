import { describe, expect, test } from 'bun:test';
import { Secret } from '../../src/base/secret.ts';
import { ProcessLog } from '../../src/log/log.ts';
import { staticCredentials } from '../../src/s3/auth/credentials.ts';
import { crc32, crc32ToBase64, md5Base64 } from '../../src/s3/checksum.ts';
import type { S3Client } from '../../src/s3/client.ts';
import { Transport } from '../../src/s3/http/transport.ts';
import { type ObjectPolicy, protectPart, protectPut } from '../../src/s3/object-policy.ts';
import { openStore } from '../../src/s3/open.ts';

/** A client that is asked for its provider and scheme only; it sends nothing. */
function clientOf(endpoint: string | undefined): S3Client {
  const [scheme = '', host = ''] = endpoint?.split('://') ?? [];
  return openStore({
    bucket: 'backups',
    region: 'eu-west-1',
    endpoint: endpoint === undefined ? undefined : { scheme: scheme === 'http' ? 'http' : 'https', host },
    awsScheme: 'https',
    dualStack: 'auto',
    fips: false,
    accelerate: false,
    urlStyle: 'auto',
    hostNamesBucket: false,
    credentials: staticCredentials({
      accessKeyId: 'AKIA',
      secretAccessKey: new Secret('secret'),
      sessionToken: undefined,
    }),
    transport: new Transport({
      trust: () => ({ rejectUnauthorized: true }),
      proxy: undefined,
      userAgent: 'test',
    }),
    retryPolicy: { timeout: 600_000, reachTimeout: 600_000, maxRetries: undefined },
    concurrency: 5,
    log: new ProcessLog(() => {}),
    signal: new AbortController().signal,
  });
}

const AWS = clientOf(undefined);
const R2 = clientOf('https://x.r2.cloudflarestorage.com');
const OWN = clientOf('https://s3.example');
const OWN_HTTP = clientOf('http://s3.example');
const body = new TextEncoder().encode('123456789');
const crc = { 'x-amz-checksum-crc32': crc32ToBase64(crc32(body)) };
// RFC 1864 writes the digest in base64; of "123456789" it is 25f9e794323b453885f5181f1b624d0b.
const md5 = { 'content-md5': Buffer.from('25f9e794323b453885f5181f1b624d0b', 'hex').toString('base64') };
const auto: ObjectPolicy = { checksum: 'auto', payloadSigning: 'auto' };

test('Content-MD5 is the digest in base64', () => {
  expect(md5Base64(body)).toBe(md5['content-md5']);
});

describe('a PutObject', () => {
  test.each<readonly [string, S3Client, Partial<ObjectPolicy>, object, boolean]>([
    ['on AWS has a CRC32 and no signed body', AWS, {}, crc, false],
    ['on an unknown server has Content-MD5 and a signed body', OWN, {}, md5, true],
    ['on a server that refuses checksums has Content-MD5 and a signed body', R2, {}, md5, true],
    ['over http has a signed body always', OWN_HTTP, {}, md5, true],
    ['has a CRC32 anywhere when it is demanded', OWN, { checksum: 'crc32' }, crc, false],
    ['over http has both when a CRC32 is demanded', OWN_HTTP, { checksum: 'crc32' }, crc, true],
    ['has no checksum with checksum: off, so its body is signed', AWS, { checksum: 'off' }, {}, true],
    ['has an unsigned body when told so, over http as well', OWN_HTTP, { payloadSigning: 'off' }, md5, false],
    ['has a signed body when told so', AWS, { payloadSigning: 'on' }, crc, true],
  ])('%s', (_, client, policy, headers, signBody) => {
    expect(protectPut(client, { ...auto, ...policy }, body, crc32(body))).toEqual({
      headers: { ...headers },
      signBody,
    });
  });
});

describe('a part', () => {
  test.each<readonly [string, S3Client, Partial<ObjectPolicy>, boolean, object, boolean]>([
    ['has a CRC32 where the server acknowledged it', OWN, {}, true, crc, false],
    ['has a signed body instead where it did not', OWN, {}, false, {}, true],
    ['over http has both', OWN_HTTP, {}, true, crc, true],
    ['has an unsigned body when told so', OWN_HTTP, { payloadSigning: 'off' }, true, crc, false],
    ['has Content-MD5 where nothing else protects it', OWN, { payloadSigning: 'off' }, false, md5, false],
    ['has nothing when both are off', OWN, { payloadSigning: 'off', checksum: 'off' }, false, {}, false],
  ])('%s', (_, client, policy, withCrc, headers, signBody) => {
    expect(protectPart(client, { ...auto, ...policy }, withCrc, body, crc32(body))).toEqual({
      headers: { ...headers },
      signBody,
    });
  });
});
