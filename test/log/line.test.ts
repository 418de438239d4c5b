import { describe, expect, test } from 'bun:test';
import { assert, constantFrom, date, integer, property, record, string } from 'fast-check';
import { escapeControls, formatLogLine, type LogOrigin, logDay } from '../../src/log/line.ts';

const origin: LogOrigin = { program: 'gpbackup_s3_plugin', user: 'gpadmin', host: 'host1', pid: 12_345 };
/** In local time, as the log of every Greenplum utility is. */
const at = new Date(2026, 0, 2, 3, 4, 5, 678);

test('a line has the format that all Greenplum utilities share', () => {
  expect(formatLogLine(at, origin, 'INFO', 'message')).toBe(
    '20260102:03:04:05 gpbackup_s3_plugin:gpadmin:host1:012345-[INFO]:-message\n',
  );
});

test.each([
  [1, '000001'],
  [999_999, '999999'],
  [4_194_304, '4194304'],
])('the pid %p is written %p', (pid, written) => {
  expect(formatLogLine(at, { ...origin, pid }, 'INFO', 'm')).toContain(`:host1:${written}-[INFO]`);
});

test('every field of the time has two digits', () => {
  const line = formatLogLine(new Date(2026, 10, 30, 23, 59, 58), origin, 'ERROR', 'm');
  expect(line).toStartWith('20261130:23:59:58 ');
  expect(logDay(at)).toBe('20260102');
  expect(logDay(new Date(2026, 11, 31, 23, 59, 59, 999))).toBe('20261231');
});

describe('control characters', () => {
  test.each([
    ['a\nb', 'a\\nb'],
    ['a\rb', 'a\\x0db'],
    ['a\r\nb', 'a\\x0d\\nb'],
    ['a\tb', 'a\\x09b'],
    ['\u0000\u001b[31m', '\\x00\\x1b[31m'],
    ['\u007f\u0085\u009f', '\\x7f\\x85\\x9f'],
    ['\u2028\u2029', '\\x2028\\x2029'],
    ['é 😀 "\'\\', 'é 😀 "\'\\'],
    ['', ''],
  ])('of %p become visible: %p', (text, escaped) => {
    expect(escapeControls(text)).toBe(escaped);
  });
});

test('an event is exactly one line that can be taken apart again, whatever its text', () => {
  assert(
    property(
      record({
        message: string({ unit: 'binary' }),
        newline: constantFrom('\n', '\r', '\u2028', '\u0085', '\u0000'),
      }),
      date({ min: new Date(1971, 0, 1), max: new Date(9998, 0, 1), noInvalidDate: true }),
      integer({ min: 1, max: 4_194_304 }),
      constantFrom('CRITICAL', 'ERROR', 'WARNING', 'INFO', 'DEBUG'),
      ({ message, newline }, when, pid, level) => {
        const line = formatLogLine(when, { ...origin, pid }, level, message + newline + message);
        expect(line.match(/[\p{Cc}\p{Zl}\p{Zp}]/gu)).toEqual(['\n']);
        expect(line).toEndWith('\n');
        const fields =
          /^(\d{4})(\d\d)(\d\d):(\d\d):(\d\d):(\d\d) gpbackup_s3_plugin:gpadmin:host1:(\d{6,})-\[([A-Z]+)\]:-/.exec(
            line,
          );
        const [, year, month, day, hour, minute, second] = (fields ?? []).map(Number);
        expect([year, month, day, hour, minute, second]).toEqual([
          when.getFullYear(),
          when.getMonth() + 1,
          when.getDate(),
          when.getHours(),
          when.getMinutes(),
          when.getSeconds(),
        ]);
        expect(Number(fields?.[7])).toBe(pid);
        expect(fields?.[8]).toBe(level);
      },
    ),
  );
});
