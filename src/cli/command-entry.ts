import type { ParseArgsConfig, parseArgs } from 'node:util';
import type { Command } from '../session/command.ts';

/** An argument by its place. Its name in camel case is the command's, in capitals the help's. */
export interface ArgumentEntry {
  readonly name: string;
  /** May be left out; only the last ones may. */
  readonly optional?: true;
}

/** Options as `parseArgs` of node:util takes them. */
export type FlagEntries = NonNullable<ParseArgsConfig['options']>;

/**
 * Who starts it: a process for each table or file (`data`), gpbackup and gprestore around a backup or restore
 * (`hook`), or a person or a manager of backups (`operator`).
 */
export type CommandKind = 'data' | 'hook' | 'operator';

/** A command as the command line knows it. */
export interface CommandEntry {
  readonly kind: CommandKind;
  readonly arguments: readonly ArgumentEntry[];
  readonly options: FlagEntries;
  /** What each option does, by its name. */
  readonly optionTexts: Readonly<Record<string, string>>;
  /** The arguments as the help shows them; those in square brackets are optional. */
  readonly usage: string;
  readonly summary: string;
  /** Sentences for `COMMAND --help`. */
  readonly details: string;
  /** What may follow the program's name. */
  readonly examples: readonly string[];
  /** Loads the command's code, only when it is called. Its arguments and flags fit the entry's. */
  readonly load: () => Promise<Command<never, never>>;
}

type ArgsOf<A extends readonly ArgumentEntry[]> = {
  readonly [E in A[number] as E['name']]: E extends { readonly optional: true } ? string | undefined : string;
};
type FlagsOf<O extends FlagEntries> = ReturnType<typeof parseArgs<{ options: O }>>['values'];

/** An entry whose command takes what the entry says. */
export function command<const A extends readonly ArgumentEntry[], const O extends FlagEntries>(entry: {
  readonly kind: CommandKind;
  readonly arguments: A;
  readonly options?: O;
  readonly optionTexts?: { readonly [Name in keyof O]: string };
  readonly summary: string;
  readonly details?: string;
  readonly examples?: readonly string[];
  readonly load: () => Promise<Command<ArgsOf<A>, FlagsOf<O>>>;
}): CommandEntry {
  const { options = {}, optionTexts = {}, details = '', examples = [] } = entry;
  const usage = [
    ...entry.arguments.map(({ name, optional }) =>
      optional === true ? `[${labelOf(name)}]` : labelOf(name),
    ),
    ...Object.keys(options).map((name) => `[--${name}]`),
  ].join(' ');
  return { ...entry, options, optionTexts, details, examples, usage };
}

/** The name of an argument in the help: `LOCAL_BACKUP_DIR` for `localBackupDir`. */
export function labelOf(name: string): string {
  return name.replace(/[A-Z]/g, '_$&').toUpperCase();
}

/** The fewest and the most arguments that an entry allows. */
export function argumentCounts({ arguments: all }: Pick<CommandEntry, 'arguments'>): {
  readonly fewest: number;
  readonly most: number;
} {
  return { fewest: all.filter(({ optional }) => optional !== true).length, most: all.length };
}

/** Arguments by their names. */
export function namedArguments(
  { arguments: all }: Pick<CommandEntry, 'arguments'>,
  values: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    all.slice(0, values.length).map(({ name }, index) => [name, values[index] ?? '']),
  );
}
