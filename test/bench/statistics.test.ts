import { describe, expect, test } from 'bun:test';
import { figure, median, medianRatio } from '../../bench/statistics.ts';

describe('median', () => {
  test.each([
    [[3], 3],
    [[9, 1, 5], 5],
    [[4, 1, 3, 2], 2.5],
    [[10, 9, 100], 10],
  ])('of %j is %p, whatever the order', (numbers, expected) => {
    const before = [...numbers];
    expect(median(numbers)).toBe(expected);
    expect(numbers).toEqual(before);
  });

  test('of nothing is an error, not a zero', () => {
    expect(() => median([])).toThrow('no median');
  });
});

describe('ratio', () => {
  test('is taken pair by pair, so that a slow minute does not count', () => {
    // The machine was ten times slower in the second and third round.
    expect(medianRatio([2, 20, 20], [1, 10, 10])).toBe(2);
    expect(medianRatio([2, 3, 40], [1, 1, 10])).toBe(3);
  });

  test('leaves out runs that have no partner', () => {
    expect(medianRatio([4], [2, 100])).toBe(2);
    expect(medianRatio([4, 1000], [2])).toBe(2);
  });

  test('is undefined without a pair, or beside zero', () => {
    expect(medianRatio([], [1])).toBeUndefined();
    expect(medianRatio([1], [])).toBeUndefined();
    expect(medianRatio([1], [0])).toBeUndefined();
  });
});

test.each([
  [0, '0'],
  [0.004123, '0.00412'],
  [1.2345, '1.23'],
  [45.64, '45.6'],
  [1234.5, '1,235'],
  [4_294_967_296, '4,294,967,296'],
])('%p is shown with the digits that mean something: %s', (value, text) => {
  expect(figure(value)).toBe(text);
});
