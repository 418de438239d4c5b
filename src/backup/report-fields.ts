const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** What a report says about the whole backup, as text. */
export interface ReportFields {
  /** When gpbackup ended, as 14 digits in the time zone of the cluster; undefined where it does not say. */
  readonly endTime: string | undefined;
  readonly commandLine: string | undefined;
}

/**
 * Reads gpbackup's `gpbackup_TS_report`: lines `key:   value` (gpbackup, report package). An empty report, which
 * setting up stores, has no fields.
 */
export function parseReport(text: string): ReportFields {
  const fieldOf = (name: string): string | undefined =>
    new RegExp(`^${name}:[ \\t]*(.*?)[ \\t\\r]*$`, 'm').exec(text)?.[1];
  return { endTime: digitsOf(fieldOf('end time') ?? ''), commandLine: fieldOf('command line') };
}

/** `Wed Nov 25 2026 02:52:07` as `20261125025207`. */
function digitsOf(time: string): string | undefined {
  const [, name = '', day, year, hour, minute, second] =
    /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d) (\d{4}) (\d\d):(\d\d):(\d\d)$/.exec(time) ?? [];
  const month = MONTHS.indexOf(name) + 1;
  if (month === 0) return undefined;
  return [year, String(month).padStart(2, '0'), day, hour, minute, second].join('');
}
