import { describe, expect, test } from 'bun:test';
import { SignatureV4 } from '@smithy/signature-v4';
import { assert, asyncProperty, constantFrom, date, dictionary, option, record, string } from 'fast-check';
import { Secret } from '../../../src/base/secret.ts';
import { amzDate, EMPTY_SHA256, type Signable, Signer, sha256Hex } from '../../../src/s3/auth/signer.ts';
import { encodeKey, encodeQuery } from '../../../src/s3/encode.ts';

/** The key that Amazon made up for its examples. */
const example = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: new Secret('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'),
  sessionToken: undefined,
};
const host = 'examplebucket.s3.amazonaws.com';
const exampleDay = new Date('2013-05-24T00:00:00Z');

function signatureOf(authorization: string | undefined): string {
  return /Signature=([0-9a-f]{64})$/.exec(authorization ?? '')?.[1] ?? '';
}

const published: readonly (readonly [string, Signable, string])[] = [
  [
    'GET Object with a range',
    {
      method: 'GET',
      path: '/test.txt',
      query: '',
      headers: { host, range: 'bytes=0-9' },
      payloadHash: EMPTY_SHA256,
    },
    'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  ],
  [
    'PUT Object whose key needs encoding',
    {
      method: 'PUT',
      path: `/${encodeKey('test$file.text')}`,
      query: '',
      headers: {
        host,
        date: 'Fri, 24 May 2013 00:00:00 GMT',
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      },
      payloadHash: sha256Hex('Welcome to Amazon S3.'),
    },
    '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  ],
  [
    'GET Bucket lifecycle',
    {
      method: 'GET',
      path: '/',
      query: encodeQuery({ lifecycle: '' }),
      headers: { host },
      payloadHash: EMPTY_SHA256,
    },
    'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  ],
  [
    'GET Bucket, list objects',
    {
      method: 'GET',
      path: '/',
      query: encodeQuery({ prefix: 'J', 'max-keys': '2' }),
      headers: { host },
      payloadHash: EMPTY_SHA256,
    },
    '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  ],
];

describe('the examples that Amazon publishes', () => {
  test.each(published)('%s', (_, request, signature) => {
    const { authorization } = new Signer('us-east-1').sign(request, example, exampleDay);
    expect(signatureOf(authorization)).toBe(signature);
  });

  test('the whole header of the first is as published', () => {
    const [[, request, signature] = []] = published;
    if (request === undefined) throw new Error('no example');
    const headers = new Signer('us-east-1').sign(request, example, exampleDay);
    expect(headers['authorization']).toBe(
      'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, ' +
        `SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature=${signature ?? ''}`,
    );
    expect(headers['x-amz-date']).toBe('20130524T000000Z');
  });
});

/** The hash that the other implementation is given. */
class Sha256 {
  readonly #hasher: Bun.CryptoHasher;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    const key = secret === undefined || typeof secret === 'string' ? secret : Buffer.from(bytesOf(secret));
    this.#hasher = key === undefined ? new Bun.CryptoHasher('sha256') : new Bun.CryptoHasher('sha256', key);
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hasher.update(typeof data === 'string' ? data : bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hasher.digest());
  }

  reset(): void {
    throw new Error('never reused');
  }
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array<ArrayBuffer> {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

const visible = string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 40 });
/** The other implementation loses the name that every object has. */
const queryName = string({ unit: 'grapheme', minLength: 1 }).filter((name) => name !== '__proto__');
/** With blanks at the ends and several in a row, which the signature counts as one. */
const headerValue = string({ unit: constantFrom('a', '7', ' ', ' ', '=', ';', '/') });

test('signs any request as the independent @smithy/signature-v4 does', async () => {
  await assert(
    asyncProperty(
      record({
        method: constantFrom('GET', 'PUT', 'HEAD', 'POST', 'DELETE'),
        key: string({ unit: 'grapheme', maxLength: 60 }),
        query: dictionary(queryName, string({ unit: 'grapheme' })),
        metadata: dictionary(
          string({ unit: constantFrom('a', 'b', 'x', 'z', '0', '9'), minLength: 1 }).map(
            (name) => `x-amz-meta-${name}`,
          ),
          headerValue,
        ),
        body: string(),
        accessKeyId: string({ unit: constantFrom('A', 'K', 'I', '0', '9'), minLength: 4 }),
        secret: visible,
        token: option(visible.map((text) => `t${text}t`)),
        region: constantFrom('us-east-1', 'eu-central-1', 'cn-north-1', 'auto'),
        at: date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }),
      }),
      async ({ method, key, query, metadata, body, accessKeyId, secret, token, region, at }) => {
        // The other implementation leaves out a query parameter of this name, which is for presigned URLs.
        delete query['x-amz-signature'];
        const path = `/bucket/${encodeKey(key)}`;
        const headers = { host: 'server.example:9000', ...metadata };
        const payloadHash = sha256Hex(body);
        const ours = new Signer(region).sign(
          { method, path, query: encodeQuery(query), headers, payloadHash },
          {
            accessKeyId,
            secretAccessKey: new Secret(secret),
            sessionToken: token === null ? undefined : new Secret(token),
          },
          at,
        );
        const theirs = await new SignatureV4({
          service: 's3',
          region,
          sha256: Sha256,
          uriEscapePath: false,
          credentials: {
            accessKeyId,
            secretAccessKey: secret,
            ...(token === null ? {} : { sessionToken: token }),
          },
        }).sign(
          { method, protocol: 'https:', hostname: 'server.example', path, query, headers, body },
          { signingDate: at },
        );
        expect(ours).toEqual(theirs.headers);
      },
    ),
    { numRuns: 300 },
  );
});

describe('one signer for many requests', () => {
  const request: Signable = {
    method: 'GET',
    path: '/k',
    query: '',
    headers: { host },
    payloadHash: EMPTY_SHA256,
  };
  const other = { ...example, secretAccessKey: new Secret('another secret') };
  const days = [
    '2026-01-01T23:59:59Z',
    '2026-01-02T00:00:00Z',
    '2026-01-01T12:00:00Z',
    '2027-01-01T00:00:00Z',
  ];

  test('its remembered key never outlives the day or the secret', () => {
    const kept = new Signer('us-east-1');
    for (const day of days) {
      for (const credentials of [example, other, example, example]) {
        const at = new Date(day);
        expect(kept.sign(request, credentials, at)).toEqual(
          new Signer('us-east-1').sign(request, credentials, at),
        );
      }
    }
  });

  test('each secret, each region and each day has its own signature', () => {
    const signatures = days.flatMap((day) =>
      [example, other].flatMap((credentials) =>
        ['us-east-1', 'eu-west-1'].map((region) =>
          signatureOf(new Signer(region).sign(request, credentials, new Date(day))['authorization']),
        ),
      ),
    );
    expect(new Set(signatures).size).toBe(days.length * 2 * 2);
  });

  test('adds the token only where there is one', () => {
    const headers = new Signer('us-east-1').sign(request, example, exampleDay);
    expect(Object.keys(headers)).not.toContain('x-amz-security-token');
    const withToken = new Signer('us-east-1').sign(
      request,
      { ...example, sessionToken: new Secret('token') },
      exampleDay,
    );
    expect(withToken['x-amz-security-token']).toBe('token');
    expect(withToken['authorization']).toContain('x-amz-security-token');
  });

  test('does not change the headers it is given', () => {
    const headers = Object.freeze({ host });
    new Signer('us-east-1').sign({ ...request, headers }, example, exampleDay);
    expect(headers).toEqual({ host });
  });
});

test('the date of a signature is UTC without separators', () => {
  expect(amzDate(new Date('2026-01-02T03:04:05.678Z'))).toBe('20260102T030405Z');
});

test('the hash of nothing is the constant that requests without a body use', () => {
  expect(sha256Hex('')).toBe(EMPTY_SHA256);
});
