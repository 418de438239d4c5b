import { afterAll, describe, expect, test } from 'bun:test';
import { lockHeaders } from '../../../src/session/objects/lock.ts';

const before = process.env['TZ'];
afterAll(() => {
  process.env['TZ'] = before ?? 'Etc/UTC';
});

const DAY = 86_400_000;
const lock = { mode: 'COMPLIANCE', retention: 36_500 * DAY } as const;

/** The end of the lock of a backup of that timestamp, less the retention: the time that the timestamp is taken for. */
function takenFor(timestamp: string, zone: string): string {
  process.env['TZ'] = zone;
  const key = `gp/backups/${timestamp.slice(0, 8)}/${timestamp}/gpbackup_0_${timestamp}`;
  const headers = lockHeaders({ lock, legalHold: false }, key, new Date(0));
  const until = new Date(headers['x-amz-object-lock-retain-until-date'] ?? '');
  return new Date(until.getTime() - lock.retention).toISOString();
}

describe('the time of a timestamp', () => {
  test.each([
    ['20260102030405', 'UTC', '2026-01-02T03:04:05.000Z'],
    ['20260102030405', 'Europe/Berlin', '2026-01-02T02:04:05.000Z'],
    ['20260702030405', 'Europe/Berlin', '2026-07-02T01:04:05.000Z'],
    // The clocks go forward at 02:00: one second before and after.
    ['20260329015959', 'Europe/Berlin', '2026-03-29T00:59:59.000Z'],
    ['20260329030000', 'Europe/Berlin', '2026-03-29T01:00:00.000Z'],
    ['20261025010000', 'Europe/Berlin', '2026-10-24T23:00:00.000Z'],
    ['20261025030000', 'Europe/Berlin', '2026-10-25T02:00:00.000Z'],
    ['20260101000000', 'Pacific/Auckland', '2025-12-31T11:00:00.000Z'],
    ['20261231235959', 'America/New_York', '2027-01-01T04:59:59.000Z'],
    ['20260228235959', 'EST5', '2026-03-01T04:59:59.000Z'],
  ])('%s in %s', (timestamp, zone, expected) => {
    expect(takenFor(timestamp, zone)).toBe(expected);
  });

  test.each(['20261302030405', '20260230030405', '20260102240000', '20260102036000'])(
    '%s, which is not one, is that of the command',
    (timestamp) => {
      expect(takenFor(timestamp, 'UTC')).toBe('1970-01-01T00:00:00.000Z');
    },
  );
});

test('the headers are those of the options, and no others', () => {
  expect(lockHeaders({ lock: undefined, legalHold: false }, 'a', new Date())).toEqual({});
  expect(lockHeaders({ lock: undefined, legalHold: true }, 'a', new Date())).toEqual({
    'x-amz-object-lock-legal-hold': 'ON',
  });
  const at = new Date('2026-01-01T00:00:00.500Z');
  expect(lockHeaders({ lock, legalHold: false }, 'a', at)).toEqual({
    'x-amz-object-lock-mode': 'COMPLIANCE',
    'x-amz-object-lock-retain-until-date': new Date(at.getTime() + lock.retention).toISOString(),
  });
});
