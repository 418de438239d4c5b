import type { ProcessLog } from '../log/log.ts';
import type { CommandResult } from '../output/result.ts';

/** What a command is given in addition to its arguments. */
export interface CommandContext {
  readonly log: ProcessLog;
  /** Aborted by SIGTERM, SIGINT and SIGHUP. */
  readonly signal: AbortSignal;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A command's words by their names: its table in `src/cli` says which there are. */
export interface CommandInput<Args, Flags = object> {
  readonly args: Args;
  readonly flags: Flags;
}

/**
 * Runs one command; its arguments have been counted. Gives its result as data, where it has one. Throws what went
 * wrong; never exits.
 */
export type Command<Args, Flags = object> = (
  input: CommandInput<Args, Flags>,
  context: CommandContext,
) => Promise<CommandResult | void>;

/** Arguments of the commands that move one file or stream. */
export interface FileArgs {
  readonly config: string;
  readonly path: string;
}

/** Arguments of the commands that move a folder's files. */
export interface DirectoryArgs {
  readonly config: string;
  readonly directory: string;
  readonly filesAtOnce?: string | undefined;
}

/** Arguments of gpbackup's and gprestore's hooks. */
export interface HookArgs {
  readonly config: string;
  readonly localBackupDir: string;
  readonly scope: string;
  readonly contentId?: string | undefined;
}
