/** Which backups are to be kept; a rule that is undefined keeps none by itself. */
export interface RetentionPolicy {
  /** Of each series, the last so many backups that are built on no other. */
  readonly keepFull?: number | undefined;
  /** Milliseconds of age up to which all are kept. */
  readonly keepWithin?: number | undefined;
  /** Of each series, the last backup of each of so many days, weeks or months that have one. */
  readonly keepDaily?: number | undefined;
  readonly keepWeekly?: number | undefined;
  readonly keepMonthly?: number | undefined;
}

export type CalendarRule = 'keepDaily' | 'keepWeekly' | 'keepMonthly';

const DAY = 86_400_000;

/** How a day, a week or a month is called; a date's UTC fields are the local time. */
export const PERIODS: Readonly<Record<CalendarRule, (local: Date) => string>> = {
  keepDaily: (local) => local.toISOString().slice(0, 10),
  keepWeekly: (local) => `week ${weekOf(local)}`,
  keepMonthly: (local) => local.toISOString().slice(0, 7),
};

/** `2026-W48`: weeks begin on Monday, and the first has the year's first Thursday (ISO 8601). */
function weekOf(local: Date): string {
  const day = new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()));
  const thursday = new Date(day.getTime() + (3 - ((day.getUTCDay() + 6) % 7)) * DAY);
  const year = thursday.getUTCFullYear();
  const week = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * DAY));
  return `${year}-W${String(week).padStart(2, '0')}`;
}

/** `30 days`, `36 hours`. */
export function periodText(milliseconds: number): string {
  const hours = milliseconds / 3_600_000;
  const [count, unit] = hours % 24 === 0 ? [hours / 24, 'day'] : [hours, 'hour'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, d: DAY, w: 7 * DAY, y: 365 * DAY };

/** Milliseconds of `36h`, `30d`, `12w`, `1y`; `m` could be minutes or months, so it is not allowed. */
export function parsePeriod(text: string): number | undefined {
  const [, digits = '', unit = ''] = /^([1-9]\d{0,4})([hdwy])$/.exec(text.trim()) ?? [];
  return digits === '' ? undefined : Number(digits) * (UNITS[unit] ?? Number.NaN);
}
