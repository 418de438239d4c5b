import { ownText } from '../base/own-text.ts';

/** What gpbackup's `gpbackup_TS_report` says about a backup; a text is empty where the report does not have it. */
export interface BackupReport {
  /** `Success`, `Failure`. */
  readonly status: string;
  /** Of a failure, with its line breaks. */
  readonly error: string;
  readonly databaseName: string;
  readonly commandLine: string;
  /** 14 digits, in the time zone of the cluster. */
  readonly startTime: string;
  readonly endTime: string;
  /** As PostgreSQL shows it: `53 MB`. */
  readonly databaseSize: string;
  /** Tables whose data WarehousePG could not back up, a line each, as the report has them. */
  readonly notBackedUp: readonly string[];
}

/** The names in front of the colons of a report (gpbackup, report package) whose values are used here. */
const KEYS = new Set([
  'timestamp key',
  'gpdb version',
  'gpbackup version',
  'database name',
  'command line',
  'compression',
  'plugin executable',
  'backup section',
  'object filtering',
  'includes statistics',
  'data file format',
  'incremental',
  'incremental backup set',
  'start time',
  'end time',
  'duration',
  'backup status',
  'backup error',
  'data not backed up',
  'database size',
  'segment count',
  'count of database objects in backup',
]);

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Reads a report: `key:   value` lines; a line that begins with no key goes on with the one before. */
export function parseBackupReport(text: string): BackupReport {
  const values = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [, key = '', value = ''] = /^([a-z][a-z ]*):(?:\s+(.*))?$/.exec(line) ?? [];
    if (!KEYS.has(key)) {
      lines.push(line);
      continue;
    }
    lines = [value];
    if (!values.has(key)) values.set(key, lines);
  }
  const linesOf = (key: string): string[] => (values.get(key) ?? []).map((line) => line.trimEnd());
  const firstOf = (key: string): string => ownText(linesOf(key)[0] ?? '');
  return {
    status: firstOf('backup status'),
    error: ownText(linesOf('backup error').join('\n').trim()),
    databaseName: firstOf('database name'),
    commandLine: firstOf('command line'),
    startTime: digitsOf(firstOf('start time')),
    endTime: digitsOf(firstOf('end time')),
    databaseSize: firstOf('database size'),
    notBackedUp: linesOf('data not backed up')
      .map((line) => ownText(line.trim()))
      .filter((line) => line !== ''),
  };
}

/** The 14 digits of `Wed Nov 25 2026 02:51:43`; empty for anything else. */
function digitsOf(time: string): string {
  const [, name = '', day = '', year = '', clock = ''] =
    /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d) (\d{4}) (\d\d:\d\d:\d\d)$/.exec(time) ?? [];
  const month = MONTHS.indexOf(name) + 1;
  return month === 0 ? '' : `${year}${String(month).padStart(2, '0')}${day}${clock.replaceAll(':', '')}`;
}
