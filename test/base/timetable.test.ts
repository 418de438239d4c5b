import { describe, expect, test } from 'bun:test';
import { array, assert, constantFrom, integer, property, record } from 'fast-check';
import { KiB, MiB, TiB } from '../../src/base/bytes.ts';
import { minuteOfWeek, parseTimetable, rateAt, WEEK } from '../../src/base/timetable.ts';

const DAY = 24 * 60;
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const pad = (number: number): string => String(number).padStart(2, '0');

describe('a single rate', () => {
  test.each([
    ['50MB', 50 * MiB],
    ['50 MB', 50 * MiB],
    [' 50mb/s ', 50 * MiB],
    ['1.5M', 1.5 * MiB],
    ['64KB', 64 * KiB],
    ['65536', 64 * KiB],
    ['1TB', TiB],
    ['off', undefined],
    [' OFF ', undefined],
  ])('%p', (text, perSecond) => {
    expect(parseTimetable(text)).toEqual([{ minute: 0, perSecond }]);
  });

  test.each(['', '0', '50', '63KB', '65535', '1025GB', '-1MB', '10M:100k', 'on', '50MB off', '5O MB', '1e9'])(
    '%p is refused',
    (text) => expect(parseTimetable(text)).toBeUndefined(),
  );
});

describe('a timetable', () => {
  test('has a time of every day, as in rclone', () => {
    const steps = parseTimetable('19:00,off 8:00,10MB') ?? [];
    expect(steps).toHaveLength(14);
    expect(steps.slice(0, 2)).toEqual([
      { minute: 480, perSecond: 10 * MiB },
      { minute: 1140, perSecond: undefined },
    ]);
    expect(steps.at(-1)).toEqual({ minute: 6 * DAY + 1140, perSecond: undefined });
  });

  test('has times of one day', () => {
    expect(parseTimetable('Sun-20:00,off;Mon-00:00,512K\tfriday-23:59,10M')).toEqual([
      { minute: 0, perSecond: 512 * KiB },
      { minute: 5 * DAY - 1, perSecond: 10 * MiB },
      { minute: 6 * DAY + 1200, perSecond: undefined },
    ]);
  });

  test('mixes both, as in rclone', () => {
    const steps = parseTimetable('Mon-00:00,512K 12:00,1M Sun-20:00,off') ?? [];
    expect(steps).toHaveLength(9);
    const at = (day: number, hour: number): number | undefined => rateAt(steps, day * DAY + hour * 60);
    expect([at(0, 0), at(0, 12), at(6, 19), at(6, 20), at(6, 23)]).toEqual([
      512 * KiB,
      MiB,
      MiB,
      undefined,
      undefined,
    ]);
  });

  test.each([
    '24:00,1MB',
    '08:60,1MB',
    '8,1MB',
    '08:00,',
    '08:00, 1MB',
    '08:00,1MB,',
    '08:00,1MB 08:00,2MB',
    'Mon-08:00,1MB 08:00,2MB',
    'Mo-08:00,1MB',
    'Mon 08:00,1MB',
    'Funday-08:00,1MB',
    '08:00,1MB 19:00',
    '08:00,1KB',
    ',1MB',
    ',',
  ])('%p is refused', (text) => expect(parseTimetable(text)).toBeUndefined());

  test('has at each minute of the week the rate of the last step before it', () => {
    const step = record({
      day: integer({ min: -1, max: 6 }),
      hour: integer({ min: 0, max: 23 }),
      minute: integer({ min: 0, max: 59 }),
      rate: constantFrom('off', '64KB', '1MB', '2.5GB/s', '10m'),
    });
    assert(
      property(
        array(step, { minLength: 1, maxLength: 8 }),
        integer({ min: 0, max: WEEK - 1 }),
        (all, minute) => {
          const text = all
            .map(
              (one) =>
                `${one.day < 0 ? '' : `${DAYS[one.day]}-`}${pad(one.hour)}:${pad(one.minute)},${one.rate}`,
            )
            .join(' ');
          // Each minute at which the rate is set, in the order of the text.
          const set = all.flatMap(({ day, hour, minute: of, rate }) =>
            (day < 0 ? [0, 1, 2, 3, 4, 5, 6] : [day]).map((each) => ({
              at: each * DAY + hour * 60 + of,
              rate,
            })),
          );
          const steps = parseTimetable(text);
          if (new Set(set.map(({ at }) => at)).size < set.length) {
            expect(steps).toBeUndefined();
            return;
          }
          // Backwards in time, minute by minute, over the end of the week.
          let back = minute;
          while (!set.some(({ at }) => at === back)) back = (back + WEEK - 1) % WEEK;
          const rate = set.find(({ at }) => at === back)?.rate ?? '';
          expect(rateAt(steps ?? [], minute)).toBe(parseTimetable(rate)?.[0]?.perSecond);
        },
      ),
    );
  });
});

test('the week begins on Monday', () => {
  expect(minuteOfWeek(new Date('2026-11-30T00:00:59Z'))).toBe(0);
  expect(minuteOfWeek(new Date('2026-11-29T23:59:00Z'))).toBe(WEEK - 1);
  expect(minuteOfWeek(new Date('2026-12-02T08:30:00Z'))).toBe(2 * DAY + 510);
});
