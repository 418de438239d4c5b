import { describe, expect, test } from 'bun:test';
import { crc32 as zlibCrc32 } from 'node:zlib';
import { array, assert, integer, nat, property, uint8Array } from 'fast-check';
import { GiB } from '../../src/base/bytes.ts';
import {
  combineCrc32,
  crc32,
  crc32FromBase64,
  crc32FromHex,
  crc32ToBase64,
  crc32ToHex,
} from '../../src/s3/checksum.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const anyCrc = integer({ min: 0, max: 2 ** 32 - 1 });

describe('crc32', () => {
  test.each([
    ['', 0],
    ['a', 0xe8b7be43],
    ['abc', 0x352441c2],
    ['123456789', 0xcbf43926],
    ['The quick brown fox jumps over the lazy dog', 0x414fa339],
  ])('of %p is the published value', (text, value) => {
    expect(crc32(bytes(text))).toBe(value);
  });

  test('agrees with zlib for any bytes', () => {
    assert(
      property(uint8Array({ maxLength: 3000 }), (data) => {
        expect(crc32(data)).toBe(zlibCrc32(data));
      }),
    );
  });

  test('continues where an earlier one ended, whatever the pieces', () => {
    assert(
      property(array(uint8Array({ maxLength: 200 }), { maxLength: 8 }), (pieces) => {
        const whole = crc32(Buffer.concat(pieces));
        expect(pieces.reduce((crc, piece) => crc32(piece, crc), 0)).toBe(whole);
      }),
    );
  });
});

/** The CRC of `end` zero bytes, from that of `start` ones by doubling. */
const doubled = (start: number, end: number): number => {
  let crc = crc32(new Uint8Array(start));
  for (let length = start; length < end; length *= 2) crc = combineCrc32(crc, crc, length);
  return crc;
};

describe('combineCrc32', () => {
  test('is the CRC of the bytes one after the other, however they were split', () => {
    assert(
      property(uint8Array({ maxLength: 5000 }), nat(), (data, at) => {
        const first = data.subarray(0, at % (data.length + 1));
        const second = data.subarray(first.length);
        expect(combineCrc32(crc32(first), crc32(second), second.length)).toBe(crc32(data));
      }),
    );
  });

  test('joins any number of parts from the first to the last', () => {
    assert(
      property(array(uint8Array({ maxLength: 300 }), { maxLength: 12 }), (parts) => {
        const joined = parts.reduce((crc, part) => combineCrc32(crc, crc32(part), part.length), 0);
        expect(joined).toBe(crc32(Buffer.concat(parts)));
      }),
    );
  });

  test.each([0, 1, 2, 7, 8, 255, 256, 65_535, 65_536])(
    'of %p zero bytes behind, as zlib has it',
    (length) => {
      const zeros = new Uint8Array(length);
      const text = bytes('some text');
      expect(combineCrc32(crc32(text), crc32(zeros), length)).toBe(zlibCrc32(Buffer.concat([text, zeros])));
    },
  );

  test('does not depend on how the joins are grouped, up to parts of 5 GiB', () => {
    const length = integer({ min: 0, max: 5 * GiB });
    assert(
      property(anyCrc, anyCrc, anyCrc, length, length, (a, b, c, lengthOfB, lengthOfC) => {
        const left = combineCrc32(combineCrc32(a, b, lengthOfB), c, lengthOfC);
        const right = combineCrc32(a, combineCrc32(b, c, lengthOfC), lengthOfB + lengthOfC);
        expect(left).toBe(right);
      }),
    );
  });

  test('of 5 GiB of zeros is the same by doubling one byte as by doubling one MiB', () => {
    const fourFrom = (start: number): number => doubled(start, 4 * GiB);
    const one = doubled(1, GiB);
    expect(combineCrc32(fourFrom(1), one, GiB)).toBe(combineCrc32(fourFrom(2 ** 20), one, GiB));
    expect(combineCrc32(one, fourFrom(1), 4 * GiB)).toBe(combineCrc32(fourFrom(1), one, GiB));
  });

  test('changes nothing when nothing follows', () => {
    assert(
      property(anyCrc, (crc) => {
        expect(combineCrc32(crc, 0, 0)).toBe(crc);
      }),
    );
  });

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %p as a length', (length) => {
    expect(() => combineCrc32(1, 2, length)).toThrow(RangeError);
  });
});

describe('the text forms', () => {
  test('S3 writes four bytes in base64, the highest first', () => {
    expect(crc32ToBase64(0xcbf43926)).toBe('y/Q5Jg==');
    expect(crc32ToBase64(1)).toBe('AAAAAQ==');
  });

  test('hex has eight digits, also for a small number', () => {
    expect(crc32ToHex(0xcbf43926)).toBe('cbf43926');
    expect(crc32ToHex(0)).toBe('00000000');
  });

  test('both are read back as the number they were made from', () => {
    assert(
      property(anyCrc, (crc) => {
        expect(crc32FromBase64(crc32ToBase64(crc))).toBe(crc);
        expect(crc32FromHex(crc32ToHex(crc))).toBe(crc);
      }),
    );
  });

  test.each(['', 'y/Q5Jg==-3', 'y/Q5Jg', 'y/Q5JgA=', 'y/Q5 Jg==', 'AAAAAAAA', '!!!!!!=='])(
    '%p is no base64 of one whole CRC',
    (text) => {
      expect(crc32FromBase64(text)).toBeUndefined();
    },
  );

  test.each(['', 'cbf4392', 'cbf439260', 'CBF43926', '0xcbf439', ' cbf43926', 'cbf4392g'])(
    '%p is no hex of a CRC',
    (text) => {
      expect(crc32FromHex(text)).toBeUndefined();
    },
  );
});
