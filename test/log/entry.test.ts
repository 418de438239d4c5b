import { afterEach, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { parseLogLine } from '../../src/log/entry.ts';
import { escapeControls, formatLogLine } from '../../src/log/line.ts';

const ORIGIN = { program: 'gpbackup_s3_plugin', user: 'gpadmin', host: 'sdw1', pid: 4711 };
const zone = process.env['TZ'];
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

test('whatever was logged is read as it was written', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('CRITICAL', 'ERROR', 'WARNING', 'INFO', 'DEBUG'),
      fc.nat(99_999_999),
      (message, level, pid) => {
        const at = Date.UTC(2026, 5, 2, 3, 4, 5);
        const line = formatLogLine(new Date(at), { ...ORIGIN, pid }, level, message).slice(0, -1);
        expect(parseLogLine(line)).toEqual({ at, pid, level, message: escapeControls(message) });
      },
    ),
  );
});

test.each([
  ['America/New_York', [Date.UTC(2026, 0, 2, 3), Date.UTC(2026, 6, 2, 3)]],
  ['Asia/Kolkata', [Date.UTC(2026, 0, 2, 3), Date.UTC(2026, 0, 2, 4)]],
  ['UTC', [Date.UTC(1999, 11, 31, 23, 59, 59), Date.UTC(2000, 0, 1)]],
] as const)('local times of %s, from line to line', (name, times) => {
  process.env['TZ'] = name;
  for (const at of [...times, ...times]) {
    const line = formatLogLine(new Date(at), ORIGIN, 'INFO', 'x').slice(0, -1);
    expect(parseLogLine(line)?.at).toBe(at);
  }
});

test.each([
  '',
  'x',
  '20260102:03:04:05 gpbackup:gpadmin:sdw1:004711-[NOTICE]:-x',
  '20260102:03:04:05 gpbackup:gpadmin:sdw1:4711-[INFO]:-x',
  '2026-01-02 03:04:05 gpbackup:gpadmin:sdw1:004711-[INFO]:-x',
])('another text is no line: %p', (text) => {
  expect(parseLogLine(text)).toBeUndefined();
});
