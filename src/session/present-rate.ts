import { minuteOfWeek, rateAt, type Timetable } from '../base/timetable.ts';
import { localClock } from '../log/time-zone.ts';

const MINUTE = 60_000;

/**
 * Bytes a second by a timetable, at the moment of each call; undefined: no limit. The time zone is looked up once a
 * minute, and never for a rate that does not change.
 * @param now milliseconds since 1970
 */
export function presentRate(timetable: Timetable, now = Date.now): () => number | undefined {
  const [only, second] = timetable;
  if (second === undefined) return () => only?.perSecond;
  let minute = -1;
  let rate: number | undefined;
  return () => {
    const present = Math.floor(now() / MINUTE);
    if (present !== minute) {
      minute = present;
      rate = rateAt(timetable, minuteOfWeek(localClock(new Date(present * MINUTE))));
    }
    return rate;
  };
}
