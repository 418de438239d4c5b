import { existsSync, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { localTimeOf } from '../../backup/timestamp.ts';
import { BoundedLines } from '../../base/bounded-lines.ts';
import { PluginError } from '../../base/plugin-error.ts';
import { PROGRAM } from '../../base/product.ts';
import { systemReason } from '../../base/system-error.ts';
import { BackupLog, backupMade } from '../../log/backup-log.ts';
import { type LogEntry, parseLogLine } from '../../log/entry.ts';

/** Bytes of a line that is read: a list of problems is some thousands. */
const LONGEST = 64 * 1024;
const DAY = 86_400_000;

/** A file of the log. */
interface LogFile {
  readonly path: string;
  /** `YYYYMMDD`, in local time. */
  readonly day: string;
}

/**
 * What this host's log says of a backup.
 * @throws {PluginError} when the log can't be read; the signal's reason
 */
export async function readBackupLog(timestamp: string, signal: AbortSignal): Promise<BackupLog> {
  const log = new BackupLog(timestamp);
  const from = dayBefore(timestamp);
  for (const file of logFiles()) {
    if (file.day < from) continue;
    for await (const entry of entriesOf(file, signal)) log.add(entry);
  }
  return log;
}

/**
 * The last backup in this host's log; undefined: there is none.
 * @throws as {@link readBackupLog}
 */
export async function lastBackupLogged(signal: AbortSignal): Promise<string | undefined> {
  for (const file of logFiles().toReversed()) {
    let last: string | undefined;
    for await (const entry of entriesOf(file, signal)) {
      const made = backupMade(entry);
      if (made !== undefined && (last === undefined || made > last)) last = made;
    }
    if (last !== undefined) return last;
  }
  return undefined;
}

/** The earliest day that a log file with lines of the backup may be of: the zone of the log may be another one. */
function dayBefore(timestamp: string): string {
  const day = localTimeOf(timestamp);
  if (day === undefined) return '';
  return new Date(day.getTime() - DAY).toISOString().slice(0, 10).replaceAll('-', '');
}

/** In the order of their days. Whatever is not a plain file is none: a named pipe would be waited for. */
function logFiles(): readonly LogFile[] {
  const folder = join(homedir(), 'gpAdminLogs');
  if (!existsSync(folder)) return [];
  const name = new RegExp(`^${PROGRAM}_(\\d{8})\\.log$`);
  return reading(folder, () =>
    readdirSync(folder)
      .toSorted()
      .flatMap((entry) => {
        const day = name.exec(entry)?.[1];
        const path = join(folder, entry);
        return day !== undefined && statSync(path).isFile() ? [{ path, day }] : [];
      }),
  );
}

async function* entriesOf({ path }: LogFile, signal: AbortSignal): AsyncGenerator<LogEntry> {
  const lines = new BoundedLines(LONGEST);
  try {
    for await (const piece of Bun.file(path).stream()) {
      signal.throwIfAborted();
      for (const line of lines.push(piece)) yield* entryIn(line);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw unreadable(path, error);
  }
  for (const line of lines.end()) yield* entryIn(line);
}

function* entryIn(line: string): Generator<LogEntry> {
  const entry = parseLogLine(line);
  if (entry !== undefined) yield entry;
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): PluginError {
  return new PluginError(`the log ${path} can't be read: ${systemReason(cause)}`, { cause });
}
