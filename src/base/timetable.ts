import { KiB, parseSize, TiB } from './bytes.ts';

/** A change of the limit at a time of the week. */
export interface Step {
  /** Since Monday 00:00 by the clock of the host: 0 to 10,079. */
  readonly minute: number;
  /** Bytes; undefined: no limit. */
  readonly perSecond: number | undefined;
}

/**
 * A limit that may change in the course of a week. In order; the last step of a week holds until the first of the
 * next. A limit that never changes is one step.
 */
export type Timetable = readonly Step[];

/** Bytes a second. Below the least, a table's smallest part takes minutes; no network reaches the most. */
export const LEAST_RATE = 64 * KiB;
export const MOST_RATE = TiB;

const DAY = 24 * 60;
export const WEEK = 7 * DAY;
const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/**
 * `50MB` (a second), `08:00,10MB 19:00,off`, or with days `Mon-08:00,10MB Sat-00:00,off`; undefined for anything else.
 * As in rclone's bandwidth timetable, a time without a day is one of every day.
 */
export function parseTimetable(text: string): Timetable | undefined {
  const words = text.trim().split(/[\s;]+/);
  const [only = ''] = words;
  if (!text.includes(',')) {
    // "50 MB" is a rate too.
    const rate = parseRate(text);
    return rate === undefined ? undefined : [{ minute: 0, ...rate }];
  }
  if (only === '') return undefined;
  const steps: Step[] = [];
  for (const word of words) {
    const [, day, hour = '', minute = '', limit = ''] =
      /^(?:([a-z]+)-)?(\d{1,2}):(\d\d),(.+)$/i.exec(word) ?? [];
    const rate = parseRate(limit);
    const days = day === undefined ? DAYS.keys().toArray() : [dayOf(day)];
    if (rate === undefined || days.includes(-1) || Number(hour) > 23 || Number(minute) > 59) return undefined;
    for (const each of days) {
      steps.push({ minute: each * DAY + Number(hour) * 60 + Number(minute), ...rate });
    }
  }
  const sorted = steps.toSorted((left, right) => left.minute - right.minute);
  const isTwice = sorted.some(({ minute }, index) => minute === sorted[index + 1]?.minute);
  return isTwice ? undefined : sorted;
}

/** The limit at a minute of the week, in bytes a second; undefined: none. */
export function rateAt(timetable: Timetable, minute: number): number | undefined {
  return (timetable.findLast((step) => step.minute <= minute) ?? timetable.at(-1))?.perSecond;
}

/** @param local a date whose UTC fields are the local time. */
export function minuteOfWeek(local: Date): number {
  const sinceMonday = (local.getUTCDay() + 6) % 7;
  return sinceMonday * DAY + local.getUTCHours() * 60 + local.getUTCMinutes();
}

/** By its name or the first three letters of it; -1: none. */
function dayOf(word: string): number {
  const name = word.toLowerCase();
  return DAYS.findIndex((day) => name === day || name === day.slice(0, 3));
}

function parseRate(text: string): { readonly perSecond: number | undefined } | undefined {
  if (text.trim().toLowerCase() === 'off') return { perSecond: undefined };
  const bytes = parseSize(text.replace(/\/s\s*$/i, ''));
  return bytes === undefined || bytes < LEAST_RATE || bytes > MOST_RATE ? undefined : { perSecond: bytes };
}
