import type { LogLevel } from './level.ts';
import { instantOfLocal } from './time-zone.ts';

/** A line of the log. */
export interface LogEntry {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly pid: number;
  readonly level: LogLevel;
  /** Its control characters are visible escapes, as in the file. */
  readonly message: string;
}

const LINE =
  /^(\d{4})(\d\d)(\d\d):(\d\d):(\d\d):(\d\d) [^:]*:[^:]*:[^:]*:(\d{6,10})-\[(CRITICAL|ERROR|WARNING|INFO|DEBUG)\]:-(.*)$/s;

/** Reads a line as `formatLogLine` writes it, in local time; undefined where it is another text. */
export function parseLogLine(line: string): LogEntry | undefined {
  const match = LINE.exec(line);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, pid = 0] = match
    .slice(1, 8)
    .map(Number);
  return {
    at: instantOf(Date.UTC(year, month - 1, day, hour, minute, second)),
    pid,
    level: match[8] as LogLevel,
    message: match[9] ?? '',
  };
}

/** Of the line before: nearly all lines of a file are of the same hour, and each look into the zone costs a file. */
let last = { hour: Number.NaN, offset: 0 };

function instantOf(local: number): number {
  const hour = Math.floor(local / 3_600_000);
  if (hour !== last.hour) last = { hour, offset: local - instantOfLocal(new Date(local)).getTime() };
  return local - last.offset;
}
