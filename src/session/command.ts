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
