import { parseSize } from './bytes.ts';

/** A change of the limit at a time of the day. */
export interface Step {
  /** From 0 to 1439, by the clock of the host. */
  readonly minute: number;
  /** Bytes; undefined: no limit. */
  readonly perSecond: number | undefined;
}

/** A limit that may change in the course of a day. In order; the last step of a day holds until the first of the next. */
export type Timetable = readonly Step[];

/** `50MB` (a second), or `08:00,10MB 19:00,off`; undefined for anything else. */
export function parseTimetable(text: string): Timetable | undefined {
  const words = text.trim().split(/\s+/);
  const [only = ''] = words;
  if (words.length === 1 && !only.includes(',')) {
    const rate = parseRate(only);
    return rate === undefined ? undefined : [{ minute: 0, ...rate }];
  }
  const steps: Step[] = [];
  for (const word of words) {
    const [, hour = '', minute = '', limit = ''] = /^(\d{1,2}):(\d\d),(.+)$/.exec(word) ?? [];
    const rate = parseRate(limit);
    if (rate === undefined || Number(hour) > 23 || Number(minute) > 59) return undefined;
    steps.push({ minute: Number(hour) * 60 + Number(minute), ...rate });
  }
  const sorted = steps.toSorted((left, right) => left.minute - right.minute);
  const isTwice = sorted.some(({ minute }, index) => minute === sorted[index + 1]?.minute);
  return isTwice ? undefined : sorted;
}

function parseRate(text: string): { readonly perSecond: number | undefined } | undefined {
  if (text.toLowerCase() === 'off') return { perSecond: undefined };
  const bytes = parseSize(text.replace(/\/s$/i, ''));
  return bytes === undefined || bytes === 0 ? undefined : { perSecond: bytes };
}
