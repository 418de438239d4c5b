import { describe, expect, test } from 'bun:test';
import { setFiles } from '../../lab/sets.ts';
import { parseBackupReport } from '../../src/backup/backup-report.ts';

const reportOf = (timestamp: string): ReturnType<typeof parseBackupReport> => {
  const file = setFiles(timestamp).find(({ key }) => key.endsWith('_report'));
  return parseBackupReport(Buffer.from(file?.content ?? []).toString());
};

describe('a report', () => {
  test('of a good backup', () => {
    expect(reportOf('20261125025323')).toEqual({
      status: 'Success',
      error: '',
      databaseName: 'sales',
      commandLine:
        'gpbackup --dbname sales --plugin-config /home/gpadmin/s3.yaml --leaf-partition-data --incremental',
      startTime: '20261125025323',
      endTime: '20261125025326',
      databaseSize: '53 MB',
      notBackedUp: [],
    });
  });

  test('of a failed one says why', () => {
    expect(reportOf('20261125025139')).toMatchObject({
      status: 'Failure',
      error:
        'There was no matching previous backup found with the flags provided. Please take a full backup.',
    });
  });

  test('an error of several lines is one text; a line that looks like another field ends it', () => {
    const { error, status, databaseSize } = parseBackupReport(
      'backup status:   Failure\nbackup error:   a: b\nDETAIL:  c\n  d: e\n\ndatabase size:   1 kB\nbackup status: Success\n',
    );
    expect([error, status, databaseSize]).toEqual(['a: b\nDETAIL:  c\n  d: e', 'Failure', '1 kB']);
  });

  test.each([
    '',
    '\0',
    'x',
    ':\n:',
    'backup status:',
    'start time: yesterday',
    'end time:   Wed Xyz 25 2026 02:51:43',
  ])('%j says nothing', (text) => {
    expect(parseBackupReport(text)).toMatchObject({ status: '', error: '', startTime: '', endTime: '' });
  });

  test('of line ends of Windows is the same', () => {
    expect(parseBackupReport('backup status:   Success\r\ndatabase name:   x\r\n')).toMatchObject({
      status: 'Success',
      databaseName: 'x',
    });
  });
});
