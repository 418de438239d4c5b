import { describe, expect, test } from 'bun:test';
import { crc32ToBase64, crc32ToHex } from '../../../src/s3/checksum.ts';
import { CRC32_METADATA, UPLOAD_METADATA } from '../../../src/s3/operations/metadata.ts';
import { readFacts } from '../../../src/s3/operations/object-facts.ts';

const OURS = 0xcbf43926;
const THEIRS = 0x12345678;

test('a bare answer tells the size only', () => {
  expect(readFacts(new Headers(), 7)).toEqual({
    size: 7,
    etag: undefined,
    modified: undefined,
    version: undefined,
    crc32: undefined,
    uploadToken: undefined,
  });
});

test('the ETag is kept as it came, quotes and W/ included', () => {
  for (const etag of ['"abc"', 'abc', 'W/"abc"', '"abc-12"']) {
    expect(readFacts(new Headers({ etag }), 0).etag).toBe(etag);
  }
});

test('the token of the upload is read from our metadata, without blanks', () => {
  expect(readFacts(new Headers({ [UPLOAD_METADATA]: ' 0a1b2c ' }), 0).uploadToken).toBe('0a1b2c');
});

const crcOf = (headers: Record<string, string>): number | undefined =>
  readFacts(new Headers(headers), 1).crc32;

describe('the checksum of the whole object', () => {
  const stored = crc32ToBase64(THEIRS);

  test('is that of our metadata', () => {
    expect(crcOf({ [CRC32_METADATA]: crc32ToHex(OURS) })).toBe(OURS);
  });

  test('is that of the store when the type is FULL_OBJECT or not told', () => {
    expect(crcOf({ 'x-amz-checksum-crc32': stored, 'x-amz-checksum-type': 'FULL_OBJECT' })).toBe(THEIRS);
    expect(crcOf({ 'x-amz-checksum-crc32': stored })).toBe(THEIRS);
  });

  test('is ours where both are there: it was made from the bytes that this program sent', () => {
    expect(crcOf({ [CRC32_METADATA]: crc32ToHex(OURS), 'x-amz-checksum-crc32': stored })).toBe(OURS);
  });

  test('is none when the store has the checksum of the parts’ checksums', () => {
    expect(crcOf({ 'x-amz-checksum-crc32': stored, 'x-amz-checksum-type': 'COMPOSITE' })).toBeUndefined();
    expect(crcOf({ 'x-amz-checksum-crc32': `${stored}-3` })).toBeUndefined();
  });

  test('without a type, of an object in parts, counts only for what this program has stored', () => {
    const told = { etag: '"0123-3"', 'x-amz-checksum-crc32': stored };
    expect(crcOf(told)).toBeUndefined();
    expect(crcOf({ ...told, [UPLOAD_METADATA]: '0a1b2c' })).toBe(THEIRS);
    expect(crcOf({ ...told, 'x-amz-checksum-type': 'FULL_OBJECT' })).toBe(THEIRS);
  });

  test('is none when it can’t be read', () => {
    expect(crcOf({ 'x-amz-checksum-crc32': 'abc' })).toBeUndefined();
    expect(crcOf({ [CRC32_METADATA]: 'zz' })).toBeUndefined();
  });

  test('of 0 is a checksum, not its absence', () => {
    expect(crcOf({ [CRC32_METADATA]: '00000000' })).toBe(0);
    expect(crcOf({ 'x-amz-checksum-crc32': 'AAAAAA==' })).toBe(0);
  });
});
