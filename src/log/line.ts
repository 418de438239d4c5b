import { replaceControls } from '../base/control-characters.ts';
import type { LogLevel } from './level.ts';
import { localClock } from './time-zone.ts';

/** Who writes: the same for every line of a process. */
export interface LogOrigin {
  readonly program: string;
  readonly user: string;
  readonly host: string;
  readonly pid: number;
}

/**
 * One line in the format that all Greenplum utilities share:
 * `20260102:03:04:05 gpbackup_s3_plugin:gpadmin:host1:012345-[INFO]:-message`, in local time, ending with a
 * newline. Line breaks and other control characters of the message become visible escapes, so that an event
 * stays one line and a hostile key can't forge another.
 */
export function formatLogLine(at: Date, origin: LogOrigin, level: LogLevel, message: string): string {
  const clock = localClock(at).toISOString();
  const day = clock.slice(0, 10).replaceAll('-', '');
  const time = clock.slice(11, 19);
  const pid = String(origin.pid).padStart(6, '0');
  return `${day}:${time} ${origin.program}:${origin.user}:${origin.host}:${pid}-[${level}]:-${escapeControls(message)}\n`;
}

/** The day of a log file's name, `YYYYMMDD` in local time. */
export function logDay(at: Date): string {
  return localClock(at).toISOString().slice(0, 10).replaceAll('-', '');
}

/** Control characters as visible escapes; used wherever text of others (keys, server answers) is shown. */
export function escapeControls(text: string): string {
  return replaceControls(text, (character) => {
    if (character === '\n') return '\\n';
    return `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`;
  });
}
