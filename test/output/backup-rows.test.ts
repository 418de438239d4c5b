import { describe, expect, test } from 'bun:test';
import { type BackupRow, backupTable, clockOf, dateOf, isoOf } from '../../src/output/backup-rows.ts';

const row = (fields: Partial<BackupRow>): BackupRow => ({
  timestamp: '20261125025319',
  date: '2026-11-25T02:53:19',
  status: 'Success',
  database: 'sales',
  type: 'full',
  object_filtering: '',
  duration_seconds: 1,
  size: 1536,
  objects: 3,
  segments: 2,
  base: null,
  plugin_version: '2.0.0',
  problem: null,
  ...fields,
});

const textOf = (rows: readonly BackupRow[], colours: boolean): string =>
  [...backupTable(rows, { colours })].join('');

/** A word in a colour, as a terminal is sent it. */
// oxlint-disable-next-line no-control-regex -- it looks for the colours of a terminal
const PAINTED = new RegExp('\\u001b\\[(\\d+)m(\\w+)\\u001b\\[0m', 'g');

describe('the table of backups', () => {
  test('has its status in a colour where there are colours, and is as wide as without', () => {
    const rows = [
      row({}),
      row({ problem: 'its toc.yaml is missing' }),
      row({ status: 'Running' }),
      row({ status: 'Failure', problem: 'x' }),
      row({ status: 'Unreadable', problem: 'x' }),
    ];
    const coloured = textOf(rows, true);
    const colours = [...coloured.matchAll(PAINTED)].map(([, colour, word]) => [word, colour]);
    expect(colours).toEqual([
      ['Success', '32'],
      ['Success', '33'],
      ['Running', '33'],
      ['Failure', '31'],
      ['Unreadable', '31'],
    ]);
    expect(coloured.replaceAll(PAINTED, '$2')).toBe(textOf(rows, false));
  });

  test('has a column of problems only where there is one', () => {
    expect(textOf([row({})], false)).not.toContain('PROBLEM');
    expect(textOf([row({ problem: 'x' })], false)).toContain('PROBLEM');
  });

  test('keeps hostile names on their line', () => {
    const text = textOf([row({ database: 'a\n\u001b[31mb\u202e', problem: '\r\u0007' })], true);
    expect(text.split('\n').length).toBe(3);
    expect(['\r', '\u0007', '\u202e', '\u001b[31mb'].filter((sign) => text.includes(sign))).toEqual([]);
  });

  test.each([
    ['20230809232817', 'Wed Aug 09 2023 23:28:17', '2023-08-09T23:28:17'],
    ['20240229000000', 'Thu Feb 29 2024 00:00:00', '2024-02-29T00:00:00'],
    ['20230229000000', '', '2023-02-29T00:00:00'],
  ])('dates are those of gpbackman: %s', (timestamp, date, iso) => {
    expect([dateOf(timestamp), isoOf(timestamp)]).toEqual([date, iso]);
  });

  test.each([
    [0, '00:00:00'],
    [14_403, '04:00:03'],
    [360_000, '100:00:00'],
    [null, ''],
  ])('durations too: %p', (seconds, text) => {
    expect(clockOf(seconds)).toBe(text);
  });
});
