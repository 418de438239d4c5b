import { expect, test } from 'bun:test';
import { crc32 } from 'node:zlib';
import { assert, property, uint8Array } from 'fast-check';
import { combineCrc32, crc32ToBase64 } from '../../../lab/s3-server/crc32.ts';

test('the combined CRC is that of the bytes one after the other', () => {
  assert(
    property(uint8Array({ maxLength: 5000 }), uint8Array({ maxLength: 5000 }), (first, second) => {
      const whole = crc32(Buffer.concat([first, second]));
      expect(combineCrc32(crc32(first), crc32(second), second.length)).toBe(whole);
    }),
  );
});

test('nothing before and nothing behind change nothing', () => {
  const crc = crc32('text');
  expect(combineCrc32(0, crc, 4)).toBe(crc);
  expect(combineCrc32(crc, 0, 0)).toBe(crc);
});

test('lengths above 2^32 count whole', () => {
  // 8 GiB of zeros, doubled up from one.
  let crc = crc32(new Uint8Array(1));
  for (let length = 1; length < 2 ** 33; length *= 2) crc = combineCrc32(crc, crc, length);
  let inGigabytes = crc32(new Uint8Array(2 ** 20));
  for (let length = 2 ** 20; length < 2 ** 33; length *= 2)
    inGigabytes = combineCrc32(inGigabytes, inGigabytes, length);
  expect(crc).toBe(inGigabytes);
});

test('S3 writes the four bytes in base64, the highest first', () => {
  // The check value of CRC-32/ISO-HDLC is that of "123456789".
  expect(crc32ToBase64(crc32('123456789'))).toBe(Buffer.from('cbf43926', 'hex').toString('base64'));
});
