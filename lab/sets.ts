import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dir, 'sets');

/** The folder of the real sets, below which their keys are `backups/DATE/TIMESTAMP/NAME`. */
export const SETS_FOLDER = 'warehouse';

/** A file of a real set: what gpbackup stored through this plugin. */
export interface SetFile {
  /** `warehouse/backups/DATE/TIMESTAMP/NAME`. */
  readonly key: string;
  readonly content: Uint8Array;
}

/** All files of the real sets of backups, or of one. `sets/README` says what each set is. */
export function setFiles(timestamp?: string): SetFile[] {
  return readdirSync(join(ROOT, SETS_FOLDER), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => timestamp === undefined || path.includes(`/${timestamp}/`))
    .toSorted()
    .map((path) => ({ key: path.slice(ROOT.length + 1), content: Uint8Array.from(readFileSync(path)) }));
}

/** What gpbackup itself wrote into its history database for these sets, as SQL. */
export function historySql(): string {
  return readFileSync(join(ROOT, 'history.sql'), 'utf8');
}
