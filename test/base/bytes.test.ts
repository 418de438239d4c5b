import { describe, expect, test } from 'bun:test';
import { assert, constantFrom, integer, property, string, tuple } from 'fast-check';
import { formatSize, GiB, KiB, MiB, parseSize, TiB } from '../../src/base/bytes.ts';

describe('a size', () => {
  test.each([
    ['0', 0],
    ['1', 1],
    ['5242880', 5 * MiB],
    ['500MB', 500 * MiB],
    ['500mb', 500 * MiB],
    ['500 MB', 500 * MiB],
    ['10 MB', 10 * MiB],
    ['  10  MB  ', 10 * MiB],
    ['10M', 10 * MiB],
    ['10m', 10 * MiB],
    ['10MiB', 10 * MiB],
    ['10mib', 10 * MiB],
    ['1GB', GiB],
    ['1.5GB', 1.5 * GiB],
    ['0.5K', 512],
    ['1KB', KiB],
    ['1T', TiB],
    ['5TiB', 5 * TiB],
    ['7B', 7],
    ['7 b', 7],
    ['007', 7],
    ['0.0001KB', 0],
    [String(Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER],
    ['8191TB', 8191 * TiB],
  ])('%p is %p bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  test.each([
    '',
    ' ',
    'MB',
    '-1',
    '-5MB',
    '+5MB',
    '1e3',
    '1e3MB',
    '0x10',
    '1,5GB',
    '1_000',
    '.5GB',
    '5.GB',
    '10 M B',
    '10XB',
    '10iB',
    '10 IB',
    '10MBB',
    '10PB',
    '10%',
    'ten',
    'NaN',
    'Infinity',
    '10MB 5',
    '10\nMB?',
    '１０MB',
  ])('%p is none', (text) => {
    expect(parseSize(text)).toBeUndefined();
  });

  test.each([
    String(Number.MAX_SAFE_INTEGER + 1),
    '8192TB',
    '9'.repeat(40),
    '9'.repeat(400),
    '99999999999TB',
  ])('%p is more than can be counted', (text) => {
    expect(parseSize(text)).toBeUndefined();
  });

  test('is the same however its unit is spelt', () => {
    assert(
      property(integer({ min: 0, max: 4096 }), constantFrom('K', 'M', 'G', 'T'), (number, unit) => {
        const sizes = ['', 'B', 'iB'].flatMap((suffix) =>
          ['', ' '].map((space) => parseSize(`${number}${space}${unit}${suffix}`)),
        );
        expect(new Set(sizes).size).toBe(1);
        expect(Number.isSafeInteger(sizes[0])).toBe(true);
      }),
    );
  });

  test('is a whole number of bytes or none, whatever the text', () => {
    const pieces = tuple(
      string({ unit: constantFrom('0', '9', '.', ' ', '-', 'e') }),
      constantFrom('', 'B', 'K', 'MiB', 'tb'),
    );
    assert(
      property(pieces, ([number, unit]) => {
        const bytes = parseSize(number + unit);
        if (bytes !== undefined) expect(Number.isSafeInteger(bytes) && bytes >= 0).toBe(true);
      }),
    );
  });
});

describe('a size for people', () => {
  test.each([
    [0, '0B'],
    [1023, '1023B'],
    [KiB, '1KB'],
    [KiB + 512, '1.5KB'],
    [5 * MiB, '5MB'],
    [192 * MiB, '192MB'],
    [GiB - MiB, '1023MB'],
    [GiB, '1GB'],
    [1.25 * GiB, '1.3GB'],
    [5 * TiB, '5TB'],
  ])('%p bytes are %p', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text);
  });

  test('is read back as the same size to one decimal', () => {
    assert(
      property(integer({ min: 0, max: 5 * TiB }), (bytes) => {
        const read = parseSize(formatSize(bytes)) ?? Number.NaN;
        const unit = [TiB, GiB, MiB, KiB, 1].find((candidate) => bytes >= candidate) ?? 1;
        expect(Math.abs(read - bytes)).toBeLessThanOrEqual(unit / 20 + 1);
      }),
    );
  });
});
