import { afterEach, expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { formatLogLine } from '../../src/log/line.ts';
import { localOffset } from '../../src/log/time-zone.ts';

const zone = process.env['TZ'];
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

test('a line of the log has the local time', () => {
  process.env['TZ'] = 'JST-9';
  const origin = { program: 'p', user: 'u', host: 'h', pid: 1 };
  const line = formatLogLine(new Date(Date.UTC(2026, 0, 2, 20, 4, 5)), origin, 'INFO', 'text');
  expect(line).toStartWith('20260103:05:04:05 p:u:h:000001-[INFO]:-text');
});

const berlin = (text: string): number | undefined => localOffset(new Date(text), 'Europe/Berlin');

test.skipIf(!existsSync('/usr/share/zoneinfo/Europe/Berlin'))(
  'summer time of a zone file begins at its second, and not an hour later',
  () => {
    expect([
      berlin('1995-03-26T00:59:59Z'),
      berlin('1995-03-26T01:00:00Z'),
      berlin('1995-03-26T01:10:00Z'),
    ]).toEqual([3600, 7200, 7200]);
  },
);
