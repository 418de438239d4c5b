import { describe, expect, test } from 'bun:test';
import { array, assert, maxSafeNat, property, string, tuple } from 'fast-check';
import { OffsetsError, parseOffsets } from '../../src/backup/offsets.ts';

const PATH = '/tmp/gpbackup_offsets';
const read = (text: string): unknown => parseOffsets(text, PATH).map(({ start, end }) => [start, end]);

describe('the ranges of an offsets file', () => {
  test.each([
    ['1 0 10', [[0, 10]]],
    [
      '2 0 10 20 30',
      [
        [0, 10],
        [20, 30],
      ],
    ],
    ['1 5 5', [[5, 5]]],
    ['0', []],
    [
      '2 20 30 0 10',
      [
        [20, 30],
        [0, 10],
      ],
    ],
    [
      '2 0 10 5 20',
      [
        [0, 10],
        [5, 20],
      ],
    ],
    ['1 0 10\n', [[0, 10]]],
    ['  1\t0  10 \r\n', [[0, 10]]],
    ['1 0 5497558138880', [[0, 5 * 2 ** 40]]],
    [`1 0 ${Number.MAX_SAFE_INTEGER}`, [[0, Number.MAX_SAFE_INTEGER]]],
    ['01 007 010', [[7, 10]]],
  ])('%p', (text, ranges) => {
    expect(read(text)).toEqual(ranges);
  });

  test('are read as gprestore writes them, whatever they are', () => {
    assert(
      property(array(tuple(maxSafeNat(), maxSafeNat())), (pairs) => {
        const ranges = pairs.map(([a, b]) => [Math.min(a, b), Math.max(a, b)]);
        expect(read(`${ranges.length} ${ranges.flat().join(' ')}\n`)).toEqual(ranges);
      }),
    );
  });
});

describe('anything else is an error that names the file and what is wrong', () => {
  test.each([
    ['', 'it is empty'],
    [' \n', 'it is empty'],
    ['1', 'announces 1 ranges, 2 offsets, and has 0'],
    ['1 0', 'announces 1 ranges, 2 offsets, and has 1'],
    ['1 0 10 20', 'announces 1 ranges, 2 offsets, and has 3'],
    ['2 0 10', 'announces 2 ranges, 4 offsets, and has 2'],
    ['0 0 10', 'announces 0 ranges, 0 offsets, and has 2'],
    ['1 10 9', 'range 1 ends at 9, before its start at 10'],
    ['2 0 1 8 7', 'range 2 ends at 7, before its start at 8'],
    ['-1 0 10', '"-1" is not a valid offset'],
    ['1 -5 10', '"-5" is not a valid offset'],
    ['1 0 1e3', '"1e3" is not a valid offset'],
    ['1 0 0x10', '"0x10" is not a valid offset'],
    ['1 0 1.5', '"1.5" is not a valid offset'],
    ['1,0,10', '"1,0,10" is not a valid offset'],
    ['one', '"one" is not a valid offset'],
    [`1 0 ${2 ** 53}`, `"${2 ** 53}" is not a valid offset`],
    [`1 0 ${'9'.repeat(100)}`, `"${'9'.repeat(40)}" is not a valid offset`],
    ['9007199254740991', 'announces 9007199254740991 ranges'],
  ])('%p', (text, words) => {
    expect(() => read(text)).toThrow(OffsetsError);
    expect(() => read(text)).toThrow(`offsets file ${PATH}: `);
    expect(() => read(text)).toThrow(words);
  });

  test('whatever the text', () => {
    assert(
      property(string({ unit: 'binary' }), (text) => {
        try {
          for (const { start, end } of parseOffsets(text, PATH)) expect(start).toBeLessThanOrEqual(end);
        } catch (error) {
          expect(error).toBeInstanceOf(OffsetsError);
        }
      }),
    );
  });
});
