import { UsageError } from '../base/plugin-error.ts';
import { belowFolder } from './key.ts';

/** Checks a backup's timestamp: 14 digits, `YYYYMMDDHHMMSS`. */
export function parseTimestamp(text: string): string {
  if (/^\d{14}$/.test(text)) return text;
  throw new UsageError(`"${text}" is not a valid timestamp (expected YYYYMMDDHHMMSS)`);
}

/** Where all objects of one backup are: `FOLDER/backups/YYYYMMDD/YYYYMMDDHHMMSS/`. */
export function backupPrefix(folder: string, timestamp: string): string {
  return belowFolder(folder, `backups/${timestamp.slice(0, 8)}/${timestamp}/`);
}
