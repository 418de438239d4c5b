import type { ProcessLog } from '../log/log.ts';

/** What a command is given beside its arguments. */
export interface CommandContext {
  readonly log: ProcessLog;
  /** Aborted by SIGTERM, SIGINT and SIGHUP. */
  readonly signal: AbortSignal;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Runs one command; its arguments have been counted. Throws what went wrong; never exits. */
export type Command = (args: readonly string[], context: CommandContext) => Promise<void>;

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
