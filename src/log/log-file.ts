import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { formatLogLine, type LogOrigin, logDay } from './line.ts';
import type { LogSink } from './log.ts';

/**
 * Appends to `~/gpAdminLogs/PROGRAM_YYYYMMDD.log`, the folder of all Greenplum utilities. Each line is one
 * write to a file opened for appending, so that lines of many processes do not mix (POSIX write, O_APPEND).
 * Nothing here ever fails a backup: when a line can't be written, the file is not tried again.
 */
export function logFile(program: string): LogSink {
  let file: { readonly fd: number; readonly origin: LogOrigin } | undefined;
  let broken = false;
  return (level, message) => {
    if (broken) return;
    const now = new Date();
    try {
      file ??= { fd: open(program, now), origin: originOf(program) };
      writeSync(file.fd, formatLogLine(now, file.origin, level, message));
    } catch {
      // A full disk or a read-only home: the backup matters, the log does not.
      broken = true;
      if (file !== undefined) closeQuietly(file.fd);
    }
  };
}

function open(program: string, now: Date): number {
  const folder = `${homedir()}/gpAdminLogs`;
  mkdirSync(folder, { recursive: true });
  return openSync(`${folder}/${program}_${logDay(now)}.log`, 'a', 0o644);
}

function originOf(program: string): LogOrigin {
  return { program, user: userName(), host: hostname(), pid: process.pid };
}

/** The user's name. The runtime knows it from the environment only, which is nearly empty in a COPY PROGRAM. */
function userName(): string {
  const { USER, LOGNAME } = process.env;
  const uid = String(process.getuid?.() ?? '');
  return USER || LOGNAME || nameInPasswd(uid) || uid;
}

function nameInPasswd(uid: string): string {
  try {
    const entries = readFileSync('/etc/passwd', 'utf8').split('\n');
    return entries.map((line) => line.split(':')).find((fields) => fields[2] === uid)?.[0] ?? '';
  } catch {
    // Users of a directory service are not in the file; their number has to do.
    return '';
  }
}

function closeQuietly(fd: number): void {
  try {
    closeSync(fd);
  } catch {
    // Writing to the file has been given up; there is no other place to report it.
  }
}
