import { describe, expect, test } from 'bun:test';
import { formatDuration, parseDuration } from '../../src/base/duration.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('a duration', () => {
  test.each([
    ['0', 0],
    ['600', 600 * SECOND],
    ['600s', 600 * SECOND],
    ['90 s', 90 * SECOND],
    ['10m', 10 * MINUTE],
    ['10min', 10 * MINUTE],
    ['10 MIN', 10 * MINUTE],
    ['1h', HOUR],
    ['500ms', 500],
    [' 5S ', 5 * SECOND],
  ])('%p is %p ms', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  test.each([
    '',
    ' ',
    's',
    '-1',
    '-1s',
    '1.5h',
    '1e3',
    '10 m s',
    '1w',
    '10sec',
    '1h30m',
    'ten',
    '0x10',
    '9'.repeat(30),
    `${Number.MAX_SAFE_INTEGER}s`,
  ])('%p is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

test.each([
  [0, '0 ms'],
  [350, '350 ms'],
  [999, '999 ms'],
  [1000, '1 s'],
  [1500, '1.5 s'],
  [90 * SECOND, '90 s'],
  [2 * MINUTE - 1000, '119 s'],
  [2 * MINUTE, '2 min'],
  [10 * MINUTE, '10 min'],
  [24 * HOUR, '1440 min'],
])('%p ms are %p for people', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});
