import { describe, expect, test } from 'bun:test';
import { BackupLog, backupMade } from '../../src/log/backup-log.ts';
import type { LogLevel } from '../../src/log/level.ts';
import { amount } from '../../src/output/amount.ts';

const TS = '20260102030405';
const KEY = `gp/test/backups/20260102/${TS}/gpbackup_0_${TS}_16385.gz`;
const URL = `s3://bucket/${KEY}`;

type Line = readonly [level: LogLevel, message: string, pid?: number];

function logOf(...lines: readonly Line[]): BackupLog {
  const log = new BackupLog(TS);
  for (const [index, [level, message, pid = 1]] of lines.entries())
    log.add({ at: index, pid, level, message });
  return log;
}

describe('an object', () => {
  test.each([
    [`stored ${URL}: 6 bytes in 12 ms`, { action: 'stored', bytes: 6, seconds: 0.012 }],
    [`stored ${URL}: 1 byte in 90 s`, { bytes: 1, seconds: 90 }],
    [
      `stored ${URL} (table public."a: 9 bytes in 1 s"): 12.5MB (13107200 bytes) in 1.2 s, in 7 parts, after 2 retries`,
      { table: 'public."a: 9 bytes in 1 s"', bytes: 13_107_200, seconds: 1.2, retries: 2 },
    ],
    [
      `stored /a/backups/20260102/${TS}/x as ${URL}: 1KB (1024 bytes) in 2.5 min, after 1 retry`,
      { seconds: 150 },
    ],
    [`restored ${URL}: 2 bytes in 2 d (no checksum to verify)`, { action: 'read', seconds: 172_800 }],
    [`fetched ${URL} into /a/backups/20260102/${TS}/x: 2 bytes in 1 s`, { action: 'read', bytes: 2 }],
  ] as const)('%s', (message, expected) => {
    const { slowest, stored, read } = logOf(['INFO', message]);
    expect(slowest).toHaveLength(1);
    expect(slowest[0]).toMatchObject({ key: KEY, ...expected });
    expect(stored.objects + read.objects).toBe(1);
  });

  test('as the program writes it', () => {
    for (const bytes of [0, 1, 1023, 1024, 5_000_000, 7 * 1024 ** 4]) {
      const { stored } = logOf(['INFO', `stored ${URL}: ${amount(bytes, performance.now() - 1234)}`]);
      expect(stored).toEqual({ objects: 1, bytes });
    }
  });

  test.each([
    `stored s3://bucket/${KEY.replaceAll(TS, '20260102030406')}: 6 bytes in 12 ms`,
    `stored ${URL}`,
    `the bucket can be written: ${URL} (coordinator)`,
    `stored the statistics of 2 objects as ${URL}`,
  ])('is not in: %s', (message) => {
    expect(logOf(['INFO', message]).slowest).toEqual([]);
  });
});

test('the ten slowest are kept, and all are counted', () => {
  const lines = [5, 30, 1, 29, 2, 28, 3, 27, 4, 26, 25, 24].map(
    (seconds): Line => ['INFO', `stored ${URL}: 10 bytes in ${seconds} s`],
  );
  const log = logOf(...lines);
  expect(log.slowest.map(({ seconds }) => seconds)).toEqual([30, 29, 28, 27, 26, 25, 24, 5, 4, 3]);
  expect(log.stored).toEqual({ objects: 12, bytes: 120 });
});

test('a message is there once, however often it was logged', () => {
  const failed = `backup_data: it failed (backup ${TS})`;
  const log = logOf(['ERROR', failed], ['WARNING', `careful ${TS}`], ['ERROR', failed], ['CRITICAL', failed]);
  expect(log.messages).toEqual([
    { at: 1, level: 'WARNING', message: `careful ${TS}`, count: 1 },
    { at: 2, level: 'ERROR', message: 'backup_data: it failed', count: 2 },
    { at: 3, level: 'CRITICAL', message: 'backup_data: it failed', count: 1 },
  ]);
  expect([log.errors, log.warnings, log.leftOut]).toEqual([3, 1, 0]);
  expect([log.first, log.last, log.isEmpty]).toEqual([0, 3, false]);
});

test('of many different messages a hundred are kept', () => {
  const log = logOf(...Array.from({ length: 150 }, (_, index): Line => ['ERROR', `${index} of ${TS}`]));
  expect([log.messages.length, log.leftOut, log.errors]).toEqual([100, 50, 150]);
});

const tried = (pid: number, number = 1): Line => [
  'DEBUG',
  `PutObject ${KEY}: try ${number} failed (SlowDown Reduce your rate (please)), again in 80 ms`,
  pid,
];

describe('retries', () => {
  test('are counted once, whether their process says their number or not', () => {
    const log = logOf(
      tried(1),
      tried(1, 2),
      ['INFO', `stored ${URL}: 6 bytes in 12 ms, after 2 retries`, 1],
      tried(2),
      ['ERROR', `backup_data: ${URL}: it failed`, 2],
      ['INFO', `stored ${URL}: 6 bytes in 12 ms, after 4 retries`, 3],
    );
    expect(log.retries).toBe(7);
    expect(log.messages[0]).toMatchObject({
      level: 'RETRY',
      message: 'PutObject: SlowDown Reduce your rate (please)',
      count: 3,
    });
    expect([log.errors, log.warnings]).toEqual([1, 0]);
  });

  test('other lines of this level are no retries', () => {
    const log = logOf(['DEBUG', `PutObject http://x/${KEY}: HTTP 200 after 3 ms`]);
    expect([log.retries, log.messages, log.isEmpty]).toEqual([0, [], false]);
  });
});

test('lines of other backups, and of the command itself, do not count', () => {
  const log = logOf(
    ['ERROR', 'it failed'],
    ['ERROR', `log: it failed (backup ${TS})`],
    ['ERROR', '20260102030406'],
  );
  expect([log.isEmpty, log.errors]).toEqual([true, 0]);
});

describe('the backup that a line is about', () => {
  test.each([
    [`stored ${URL}: 6 bytes in 12 ms`, TS],
    [`the bucket can be written: ${URL} (coordinator)`, TS],
    [`backup_data: it failed (backup ${TS})`, TS],
    [`setup_plugin_for_backup: it failed (backup ${TS})`, TS],
    [`restored ${URL}: 6 bytes in 12 ms`, undefined],
    [`restore_data: it failed (backup ${TS})`, undefined],
    [`delete_backup: it failed (backup ${TS})`, undefined],
    ['stored 3 files below /a: 6 bytes in 12 ms', undefined],
  ])('%s', (message, expected) => {
    expect(backupMade({ at: 0, pid: 1, level: 'INFO', message })).toBe(expected);
  });
});
