import type { Command } from '../session/command.ts';

/** A command as the command line knows it. */
export interface CommandEntry {
  /** Arguments as the help shows them; those in brackets may be left out. */
  readonly usage: string;
  readonly summary: string;
  /** Sentences for `COMMAND --help`. */
  readonly details: string;
  /** Loads the command's code, only when it is called. */
  readonly load: () => Promise<Command>;
}

/** The fewest and the most arguments that a usage text allows. */
export function argumentCounts(usage: string): { readonly fewest: number; readonly most: number } {
  const words = usage.split(' ').filter((word) => word !== '');
  return { fewest: words.filter((word) => !word.startsWith('[')).length, most: words.length };
}
