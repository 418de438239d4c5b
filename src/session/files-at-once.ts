import { UsageError } from '../base/plugin-error.ts';

/** How many files the directory commands move at once, unless told otherwise. */
const FILES_AT_ONCE = 5;

/** The optional third argument of the directory commands. */
export function filesAtOnce(text: string | undefined): number {
  if (text === undefined) return FILES_AT_ONCE;
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new UsageError(`"${text}" is no number of files at once: it must be from 1 to 999`);
}
