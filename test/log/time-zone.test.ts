import { afterAll, describe, expect, test } from 'bun:test';
import { existsSync, readFileSync } from 'node:fs';
import { assert, date, property } from 'fast-check';
import { posixOffset } from '../../src/log/posix-time-zone.ts';
import { localOffset, offsetInFile } from '../../src/log/time-zone.ts';

const HOUR = 3600;
const before = process.env['TZ'];
afterAll(() => {
  process.env['TZ'] = before ?? 'Etc/UTC';
});

/** What the runtime's own zones say: slow to load, and the truth for these tests. */
function expected(zone: string, at: Date): number {
  process.env['TZ'] = zone;
  return 0 - at.getTimezoneOffset() * 60;
}

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Shanghai',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'Pacific/Apia',
  'Africa/Cairo',
  'America/Santiago',
  'Europe/Dublin',
  'Asia/Jerusalem',
];

describe('the offset of local time is that of the runtime', () => {
  const installed = zones.filter((zone) => existsSync(`/usr/share/zoneinfo/${zone}`));
  test('there are zones to compare', () => {
    expect(installed).toContain('UTC');
  });

  test.each(installed)('%s, from 1990 to 2060', (zone) => {
    assert(
      property(
        date({ min: new Date('1990-01-01'), max: new Date('2060-01-01'), noInvalidDate: true }),
        (at) => {
          expect(localOffset(at, zone)).toBe(expected(zone, at));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('rules', () => {
  const winter = Date.UTC(2026, 0, 15) / 1000;
  const summer = Date.UTC(2026, 6, 15) / 1000;
  const rows: readonly (readonly [string, number, number])[] = [
    ['UTC0', 0, 0],
    ['CET-1CEST,M3.5.0,M10.5.0/3', HOUR, 2 * HOUR],
    ['EST5EDT,M3.2.0,M11.1.0', -5 * HOUR, -4 * HOUR],
    ['NZST-12NZDT,M9.5.0,M4.1.0/3', 13 * HOUR, 12 * HOUR],
    ['<+0530>-5:30', 5.5 * HOUR, 5.5 * HOUR],
    ['IST-1GMT0,M10.5.0,M3.5.0/1', 0, HOUR],
    ['AAA3BBB,J60,J300', -3 * HOUR, -2 * HOUR],
    ['AAA3BBB,59/0,299/0', -3 * HOUR, -2 * HOUR],
  ];
  test.each(rows)('%s: %d s in January, %d s in July', (rule, inWinter, inSummer) => {
    expect(posixOffset(rule, winter)).toBe(inWinter);
    expect(posixOffset(rule, summer)).toBe(inSummer);
  });

  test('the change is at its second', () => {
    const rule = 'CET-1CEST,M3.5.0,M10.5.0/3';
    const spring = Date.UTC(2026, 2, 29, 1) / 1000;
    const autumn = Date.UTC(2026, 9, 25, 1) / 1000;
    expect([posixOffset(rule, spring - 1), posixOffset(rule, spring)]).toEqual([HOUR, 2 * HOUR]);
    expect([posixOffset(rule, autumn - 1), posixOffset(rule, autumn)]).toEqual([2 * HOUR, HOUR]);
  });

  test.each(['', 'nonsense', 'Europe/Berlin', 'A1', 'CET-1CEST,M3.5.0', 'CET-1CEST,M3.5,M10.5.0'])(
    '"%s" is none',
    (rule) => {
      expect(posixOffset(rule, winter)).toBeUndefined();
    },
  );
});

describe('TZ', () => {
  const at = new Date('2026-07-15T00:00:00Z');
  test('may be a rule, empty for UTC, with a colon in front, or a path', () => {
    expect(localOffset(at, 'CET-1CEST,M3.5.0,M10.5.0/3')).toBe(2 * HOUR);
    expect(localOffset(at, '')).toBe(0);
    expect(localOffset(at, ':UTC')).toBe(0);
    expect(localOffset(at, '/usr/share/zoneinfo/UTC')).toBe(0);
  });

  test('that names nothing is unknown, and a file that is no zone too', () => {
    expect(localOffset(at, 'No/Such')).toBeUndefined();
    expect(localOffset(at, '../../../etc/passwd')).toBeUndefined();
    expect(offsetInFile(readFileSync(import.meta.path), 0)).toBeUndefined();
  });
});
