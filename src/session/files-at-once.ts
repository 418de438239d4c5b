import type { Log } from '../log/log.ts';

/** How many files the directory commands move in parallel by default. */
const FILES_AT_ONCE = 5;

/**
 * The optional third argument of the directory commands: from 1 to 999. Any other is taken as the default, with a
 * warning: WarehousePG's plugin does so, and its callers may count on it.
 */
export function filesAtOnce(text: string | undefined, log: Log): number {
  if (text === undefined) return FILES_AT_ONCE;
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  log.warning(
    `"${text}" is not a valid number of files in parallel (expected 1 to 999): ${FILES_AT_ONCE} is used`,
  );
  return FILES_AT_ONCE;
}
