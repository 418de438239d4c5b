const NAME = '(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)';
const OFFSET = '([+-]?\\d{1,3}(?::\\d{1,2}){0,2})';
const RULE = `,([JM]?[\\d.]+)(?:/${OFFSET})?`;
const ZONE = new RegExp(`^${NAME}${OFFSET}(?:${NAME}${OFFSET}?(?:${RULE}${RULE})?)?$`);

const HOUR = 3600;
const DAY = 86_400;

/**
 * Seconds that local time is ahead of UTC under a rule such as `CET-1CEST,M3.5.0,M10.5.0/3` (POSIX, "Environment
 * Variables", TZ; times beyond a day as in RFC 9636). Undefined if the text is not such a rule.
 */
export function posixOffset(rule: string, seconds: number): number | undefined {
  const match = ZONE.exec(rule);
  if (match === null) return undefined;
  const [, standardText = '', summerText, startDay, startTime, endDay, endTime] = match;
  const standard = 0 - span(standardText);
  if (startDay === undefined || endDay === undefined) return standard;
  const summer = summerText === undefined ? standard + HOUR : 0 - span(summerText);
  const year = new Date((seconds + standard) * 1000).getUTCFullYear();
  const start = dayOf(startDay, year);
  const end = dayOf(endDay, year);
  if (start === undefined || end === undefined) return undefined;
  const begins = start + span(startTime ?? '2') - standard;
  const ends = end + span(endTime ?? '2') - summer;
  const isSummer =
    begins < ends ? seconds >= begins && seconds < ends : !(seconds >= ends && seconds < begins);
  return isSummer ? summer : standard;
}

/** Seconds of `[+-]hh[:mm[:ss]]`. */
function span(text: string): number {
  const [hours = 0, minutes = 0, rest = 0] = text.replace(/^[+-]/, '').split(':').map(Number);
  const seconds = hours * HOUR + minutes * 60 + rest;
  return text.startsWith('-') ? -seconds : seconds;
}

/** Midnight, in seconds since 1970 of a clock without zone, of the day that a rule names in a year. */
function dayOf(text: string, year: number): number | undefined {
  const midnight = (month: number, day: number): number => Date.UTC(year, month, day) / 1000;
  const weekly = /^M(\d{1,2})\.([1-5])\.([0-6])$/.exec(text);
  if (weekly !== null) {
    const [month, week, weekday] = [Number(weekly[1]) - 1, Number(weekly[2]), Number(weekly[3])];
    const first = new Date(Date.UTC(year, month, 1)).getUTCDay();
    const day = 1 + ((weekday - first + 7) % 7) + (week - 1) * 7;
    const days = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
    // The fifth week means the last one of the month.
    return midnight(month, day > days ? day - 7 : day);
  }
  const yearly = /^(J?)(\d{1,3})$/.exec(text);
  if (yearly === null) return undefined;
  const number = Number(yearly[2]);
  if (yearly[1] === '') return midnight(0, 1) + number * DAY;
  // Jn never counts the 29th of February.
  const leap = new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;
  return midnight(0, 1) + (number - 1 + (leap && number >= 60 ? 1 : 0)) * DAY;
}
