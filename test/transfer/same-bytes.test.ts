import { expect, test } from 'bun:test';
import { bare, mayBeMd5, sameBytes } from '../../src/transfer/same-bytes.ts';

const NOTHING = { size: 10, etag: undefined, crc32: undefined, uploadToken: undefined };
const MD5 = '"d41d8cd98f00b204e9800998ecf8427e"';

test.each([
  ['sizes differ', { etag: MD5 }, { etag: MD5, size: 11 }, undefined, 'different'],
  [
    'checksums agree, whatever the ETags',
    { crc32: 1, etag: '"a"' },
    { crc32: 1, etag: '"b"' },
    undefined,
    'same',
  ],
  [
    'checksums differ, whatever the ETags',
    { crc32: 1, etag: MD5 },
    { crc32: 2, etag: MD5 },
    undefined,
    'different',
  ],
  ['one has a checksum', { crc32: 1 }, {}, undefined, 'unknown'],
  ['ETags agree', { etag: MD5 }, { etag: MD5.replaceAll('"', '') }, undefined, 'same'],
  ['ETags of parts agree', { etag: '"x-3"' }, { etag: '"x-3"' }, undefined, 'same'],
  ['ETags differ', { etag: MD5 }, { etag: '"x"' }, undefined, 'unknown'],
  ['weak ETags agree', { etag: `W/${MD5}` }, { etag: `W/${MD5}` }, undefined, 'unknown'],
  ['the replica was made of it', { etag: '"x-3"' }, { etag: '"y"' }, 'x-3', 'same'],
  ['the replica was made of another', { etag: '"x-3"' }, { etag: '"y"' }, 'x-4', 'unknown'],
  ['one upload made both', { uploadToken: 't' }, { uploadToken: 't' }, undefined, 'same'],
  ['two uploads made them', { uploadToken: 't' }, { uploadToken: 'u' }, undefined, 'unknown'],
  ['there is nothing to compare', {}, {}, undefined, 'unknown'],
] as const)('%s', (_, one, other, replicaOf, expected) => {
  const replica = { facts: { ...NOTHING, ...other }, replicaOf };
  expect(sameBytes({ facts: { ...NOTHING, ...one } }, replica)).toBe(expected);
});

test('an ETag without its quotes', () => {
  expect([bare(MD5), bare('x'), bare('W/"x"'), bare(undefined)]).toEqual([
    MD5.slice(1, -1),
    'x',
    undefined,
    undefined,
  ]);
});

test.each([
  [MD5, true],
  [MD5.toUpperCase(), true],
  ['"d41d8cd98f00b204e9800998ecf8427e-2"', false],
  ['"short"', false],
  [undefined, false],
])('%p may be an MD5: %p', (etag, expected) => {
  expect(mayBeMd5(etag)).toBe(expected);
});
