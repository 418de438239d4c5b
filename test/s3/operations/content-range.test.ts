import { expect, test } from 'bun:test';
import { parseContentRange } from '../../../src/s3/operations/content-range.ts';

test.each([
  ['bytes 0-0/1', { start: 0, end: 1, total: 1 }],
  ['bytes 0-9/100', { start: 0, end: 10, total: 100 }],
  ['bytes 90-99/100', { start: 90, end: 100, total: 100 }],
  [`bytes 0-${5 * 2 ** 40 - 1}/${5 * 2 ** 40}`, { start: 0, end: 5 * 2 ** 40, total: 5 * 2 ** 40 }],
])('%p is read, its end exclusive', (value, range) => {
  expect(parseContentRange(value)).toEqual(range);
});

test.each([
  null,
  '',
  'bytes 0-9/*',
  'bytes */100',
  'bytes */0',
  'bytes 9-0/100',
  'bytes 0-100/100',
  'bytes 0-0/0',
  'bytes -9/100',
  'bytes 0-/100',
  'bytes 0-9',
  'bytes=0-9/100',
  'items 0-9/100',
  'bytes 0-9/100, bytes 20-29/100',
  'bytes 0-9/1e3',
  'bytes 0x0-9/100',
  'bytes 0-99999999999999999/100000000000000000',
  'bytes  0-9/100',
])('%p is none', (value) => {
  expect(parseContentRange(value)).toBeUndefined();
});
