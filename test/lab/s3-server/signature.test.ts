import { expect, test } from 'bun:test';
import type { RequestHead } from '../../../lab/http/request.ts';
import { canonicalRequest, signatureOf, stringToSign } from '../../../lab/s3-server/signature.ts';

/**
 * The four examples of "Signature Calculations for the Authorization Header: Transferring Payload in a Single Chunk" in
 * the S3 API Reference, with the key that Amazon made up for them.
 */
const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const scope = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', date: '20130524', region: 'us-east-1', service: 's3' };
const timestamp = '20130524T000000Z';
const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const textHash = '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072';

function sign(
  head: Omit<RequestHead, 'headers'>,
  headers: Record<string, string>,
  payloadHash: string,
): string {
  const all = new Map(
    Object.entries({
      host: 'examplebucket.s3.amazonaws.com',
      'x-amz-content-sha256': payloadHash,
      'x-amz-date': timestamp,
      ...headers,
    }),
  );
  const canonical = canonicalRequest({ ...head, headers: all }, [...all.keys()].toSorted(), payloadHash);
  return signatureOf(secretAccessKey, scope, stringToSign(scope, timestamp, canonical));
}

test('Amazon’s example of GET Object with a range', () => {
  const head = { method: 'GET', rawPath: '/test.txt', rawQuery: '' };
  expect(sign(head, { range: 'bytes=0-9' }, emptyHash)).toBe(
    'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  );
});

test('Amazon’s example of PUT Object, with a character in the key that has to be encoded', () => {
  const headers = { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' };
  for (const rawPath of ['/test$file.text', '/test%24file.text']) {
    expect(sign({ method: 'PUT', rawPath, rawQuery: '' }, headers, textHash)).toBe(
      '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    );
  }
});

test('Amazon’s example of a query without a value', () => {
  const head = { method: 'GET', rawPath: '/', rawQuery: 'lifecycle' };
  expect(sign(head, {}, emptyHash)).toBe('fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543');
});

test('Amazon’s example of a query with two values, in any order', () => {
  for (const rawQuery of ['max-keys=2&prefix=J', 'prefix=J&max-keys=2']) {
    expect(sign({ method: 'GET', rawPath: '/', rawQuery }, {}, emptyHash)).toBe(
      '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    );
  }
});
