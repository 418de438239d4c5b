import { describe, expect, test } from 'bun:test';
import { parseSince } from '../../src/backup/since.ts';
import { UsageError } from '../../src/base/plugin-error.ts';

const NOW = new Date('2026-03-01T01:02:03.456Z');

describe('--since', () => {
  test.each([
    ['20260102', '20260102000000'],
    ['2026-01-02', '20260102000000'],
    ['20260102030405', '20260102030405'],
    ['1d', '20260228010203'],
    ['30d', '20260130010203'],
    ['2h', '20260228230203'],
    ['90m', '20260228233203'],
    ['999999d', '19700101000000'],
  ])('%s', (text, from) => {
    expect(parseSince(text, NOW)).toBe(from);
  });

  test.each([
    '',
    '30',
    '2026',
    '20260230',
    '2026-13-01',
    '20260102240000',
    '2026-1-2',
    '-1d',
    'd',
    '1w',
    'x',
  ])('%j is refused', (text) => {
    expect(() => parseSince(text, NOW)).toThrow(UsageError);
  });
});
