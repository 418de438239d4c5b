import { expect, test } from 'bun:test';
import { copySourceHeaders, ofSource } from '../../../src/s3/operations/copy-source.ts';

const FACTS = {
  size: 1,
  etag: '"e"',
  modified: undefined,
  version: undefined,
  crc32: undefined,
  uploadToken: undefined,
};

test.each([
  ['bucket', 'a/b', 'bucket/a/b'],
  ['bucket', 'a b+c%d/é?&=#', 'bucket/a%20b%2Bc%25d/%C3%A9%3F%26%3D%23'],
  ['bucket', '/a//b/', 'bucket//a//b/'],
  ['tenant:bucket', 'k', 'tenant%3Abucket/k'],
  [
    'arn:aws:s3:us-west-2:123456789012:accesspoint/x',
    'k',
    'arn%3Aaws%3As3%3Aus-west-2%3A123456789012%3Aaccesspoint/x/object/k',
  ],
])('a source in %s, %s', (bucket, key, expected) => {
  expect(copySourceHeaders({ bucket, key, facts: FACTS, headers: { 'x-amz-x': '1' } })).toEqual({
    'x-amz-x': '1',
    'x-amz-copy-source': expected,
    'x-amz-copy-source-if-match': '"e"',
  });
});

test('a weak ETag is no condition', () => {
  const headers = copySourceHeaders({
    bucket: 'b',
    key: 'k',
    facts: { ...FACTS, etag: 'W/"e"' },
    headers: {},
  });
  expect(headers).toEqual({ 'x-amz-copy-source': 'b/k' });
});

test("the key of the source's owner and the account of its bucket have other names, and nothing else goes along", () => {
  const customer = 'x-amz-server-side-encryption-customer-';
  expect(
    ofSource({
      [`${customer}algorithm`]: 'AES256',
      [`${customer}key`]: 'key',
      [`${customer}key-md5`]: 'md5',
      'x-amz-expected-bucket-owner': '123456789012',
      'x-amz-request-payer': 'requester',
      'x-gateway': 'secret',
    }),
  ).toEqual({
    'x-amz-copy-source-server-side-encryption-customer-algorithm': 'AES256',
    'x-amz-copy-source-server-side-encryption-customer-key': 'key',
    'x-amz-copy-source-server-side-encryption-customer-key-md5': 'md5',
    'x-amz-source-expected-bucket-owner': '123456789012',
  });
});
