import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { ageOf, finishedAt } from '../../src/catalogue/finished-at.ts';

const zone = process.env['TZ'];
beforeEach(() => {
  process.env['TZ'] = 'UTC';
});
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

const set = (newest: string | undefined): Parameters<typeof finishedAt>[0] => ({
  timestamp: '20261125020000',
  config: undefined,
  newest: newest === undefined ? undefined : new Date(newest),
});

describe('a backup was finished', () => {
  test.each([
    ['when its last object came', '2026-11-25T02:10:00Z', '2026-11-25T02:10:00.000Z'],
    ['also where the cluster is 14 hours ahead', '2026-11-24T12:10:00Z', '2026-11-24T12:10:00.000Z'],
    ['also where it is 12 hours behind', '2026-11-25T14:10:00Z', '2026-11-25T14:10:00.000Z'],
    [
      'by its timestamp where the objects are a copy of a later day',
      '2026-12-24T02:10:00Z',
      '2026-11-25T02:00:00.000Z',
    ],
    ['by its timestamp where the server tells no times', undefined, '2026-11-25T02:00:00.000Z'],
  ])('%s', (_, newest, finished) => {
    expect(finishedAt(set(newest))?.toISOString()).toBe(finished);
  });

  test('its age is not negative where clocks differ', () => {
    expect(ageOf(set('2026-11-25T02:10:00Z'), new Date('2026-11-25T02:09:00Z'))).toBe(0);
    expect(ageOf(set('2026-11-25T02:10:00Z'), new Date('2026-11-25T02:11:00Z'))).toBe(60);
  });
});
