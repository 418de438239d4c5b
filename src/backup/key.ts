import { hasControls } from '../base/control-characters.ts';
import { hasOnlyNames } from '../base/path-parts.ts';
import { UsageError } from '../base/plugin-error.ts';
import { printable } from '../base/printable.ts';

/** S3's limit of a key's length in UTF-8 bytes (S3 User Guide, "Naming Amazon S3 objects"). */
const MAX_KEY_BYTES = 1024;

/**
 * The key of a backup's file: `FOLDER/` and the last four components of its path
 * (`backups/YYYYMMDD/YYYYMMDDHHMMSS/NAME`), as every plugin of the family maps it.
 */
export function keyOfFile(folder: string, path: string): string {
  const parts = path.split('/');
  const last = parts.slice(-4).join('/');
  if (parts.length < 4 || !hasOnlyNames(last)) {
    throw new UsageError(
      `"${path}" is not the path of a backup's file (expected …/backups/YYYYMMDD/YYYYMMDDHHMMSS/NAME)`,
    );
  }
  return checkKey(belowFolder(folder, last));
}

/** A key or a prefix in the configured folder, of which there may be none. */
export function belowFolder(folder: string, path: string): string {
  return folder === '' ? path : `${folder}/${path}`;
}

/** The timestamp in the path of a backup's file, which need not be a valid one; undefined when there is none. */
export function timestampOfFile(path: string): string | undefined {
  return /\/(\d{14})\/[^/]*$/.exec(path)?.[1];
}

/**
 * The last three components of a local backup folder, `…/backups/YYYYMMDD/YYYYMMDDHHMMSS`, which the set-up
 * hooks are given: the timestamp of the backup.
 */
export function timestampOfFolder(path: string): string {
  const match = /(?:^|\/)backups\/(\d{8})\/(\d{14})\/*$/.exec(path);
  const [, date, timestamp] = match ?? [];
  if (date === undefined || timestamp === undefined) {
    throw new UsageError(
      `"${path}" is not the folder of a backup (expected …/backups/YYYYMMDD/YYYYMMDDHHMMSS)`,
    );
  }
  if (!timestamp.startsWith(date)) {
    throw new UsageError(
      `"${path}" is not the folder of a backup: its date ${date} is not the day of the timestamp ${timestamp}`,
    );
  }
  return timestamp;
}

/**
 * The prefix that `delete_directory` may delete: a path below FOLDER, given with or without FOLDER in front,
 * always with a slash at its end so that `run-1` does not touch `run-10`.
 */
export function prefixBelowFolder(folder: string, directory: string): string {
  const refuse = (why: string): never => {
    throw new UsageError(`"${directory}" can't be deleted: ${why}`, {
      hint: `give a folder below ${folder}/, for example ${belowFolder(folder, 'backups/20260102')} or backups/20260102`,
    });
  };
  if (directory.startsWith('/')) return refuse('an absolute path is not below the configured folder');
  const path = directory.replace(/\/+$/, '');
  if (!hasOnlyNames(path)) {
    return refuse('empty, "." and ".." parts are not allowed');
  }
  if (path === folder) return refuse('it is the configured folder itself');
  return checkKey(path.startsWith(`${folder}/`) ? `${path}/` : belowFolder(folder, `${path}/`));
}

function checkKey(key: string): string {
  const why = whyNoKey(key);
  if (why === undefined) return key;
  throw new UsageError(`the key "${printable(key)}" ${why}`);
}

/**
 * Why nothing is stored under such a key, in words to go on after it; undefined when it may be used. A list of keys
 * is XML, which has no way to write most control characters (XML 1.0, section 2.2): a key with one could be stored,
 * and no list of its folder be read again.
 */
export function whyNoKey(key: string): string | undefined {
  if (hasControls(key)) return 'contains control characters';
  if (/[\uFFFE\uFFFF]|\p{Cs}/u.test(key)) return 'contains characters that no list of keys can contain';
  const bytes = Buffer.byteLength(key);
  return bytes > MAX_KEY_BYTES ? `is ${bytes} bytes long: S3 takes at most ${MAX_KEY_BYTES}` : undefined;
}
