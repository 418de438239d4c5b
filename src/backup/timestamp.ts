import { UsageError } from '../base/plugin-error.ts';
import { belowFolder } from './key.ts';

/** Checks a backup's timestamp: 14 digits, `YYYYMMDDHHMMSS`. */
export function parseTimestamp(text: string): string {
  if (/^\d{14}$/.test(text)) return text;
  throw new UsageError(`"${text}" is not a valid timestamp (expected YYYYMMDDHHMMSS)`);
}

/** The local time that a timestamp names, as a date whose UTC fields are it; undefined where no calendar has it. */
export function localTimeOf(timestamp: string): Date | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = (
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(timestamp) ?? []
  )
    .slice(1)
    .map(Number);
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24;
  return isReal && minute < 60 && second < 60 ? date : undefined;
}

/** Where all objects of one backup are: `FOLDER/backups/YYYYMMDD/YYYYMMDDHHMMSS/`. */
export function backupPrefix(folder: string, timestamp: string): string {
  return belowFolder(folder, `backups/${timestamp.slice(0, 8)}/${timestamp}/`);
}
