import { afterEach, expect, test } from 'bun:test';
import { MiB } from '../../src/base/bytes.ts';
import { parseTimetable } from '../../src/base/timetable.ts';
import { presentRate } from '../../src/session/present-rate.ts';

const zone = process.env['TZ'];
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

test('the rate changes in a running process at its minute, local time', () => {
  process.env['TZ'] = 'JST-9';
  let now = Date.parse('2026-12-01T22:59:59.999Z');
  const rate = presentRate(parseTimetable('08:00,10MB 19:00,off Sun-12:00,1MB') ?? [], () => now);
  expect(rate()).toBeUndefined();
  now += 1;
  expect(rate()).toBe(10 * MiB);
  now = Date.parse('2026-12-02T09:59:59Z');
  expect(rate()).toBe(10 * MiB);
  now += 1000;
  expect(rate()).toBeUndefined();
  now = Date.parse('2026-12-06T03:00:00Z');
  expect(rate()).toBe(MiB);
});

test('a single rate asks no clock', () => {
  const rate = presentRate([{ minute: 0, perSecond: MiB }], () => {
    throw new Error('asked');
  });
  expect(rate()).toBe(MiB);
});
