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
 * (`hook`), a person or a manager of backups (`operator`), or a person or a job who asks what is in the bucket and
 * takes care of it (`catalogue`). The last have exit codes of their own (`exit-code.ts`); all others have 0 and 1.
 */
export type CommandKind = 'data' | 'hook' | 'operator' | 'catalogue';

/** A command as the command line knows it. */
export interface CommandEntry {
  readonly kind: CommandKind;
  readonly arguments: readonly ArgumentEntry[];
  readonly options: FlagEntries;
  /** What each option does, by its name. */
  readonly optionTexts: Readonly<Record<string, string>>;
  /** What the value of an option is called in the help, by the option's name: `FILE`. */
  readonly optionValues: Readonly<Record<string, string>>;
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

/** What a command of an operator has besides its own. */
const COMMON = { json: { type: 'boolean' } } as const satisfies FlagEntries;
const COMMON_TEXTS = { json: 'Print the result as JSON.' };

/** An entry whose command takes what the entry says. */
export function command<const A extends readonly ArgumentEntry[], const O extends FlagEntries>(entry: {
  readonly kind: CommandKind;
  readonly arguments: A;
  readonly options?: O;
  readonly optionTexts?: { readonly [Name in keyof O]: string };
  readonly optionValues?: { readonly [Name in keyof O]?: string };
  readonly summary: string;
  readonly details?: string;
  readonly examples?: readonly string[];
  readonly load: () => Promise<Command<ArgsOf<A>, FlagsOf<O>>>;
}): CommandEntry {
  const { kind, arguments: all, summary, details = '', examples = [], load } = entry;
  const isForOperators = kind === 'operator' || kind === 'catalogue';
  // Each start makes all entries and needs one of them: what is derived waits until it is asked for.
  return {
    kind,
    arguments: all,
    summary,
    details,
    examples,
    load,
    get options(): FlagEntries {
      return isForOperators ? { ...entry.options, ...COMMON } : (entry.options ?? {});
    },
    get optionTexts() {
      return { ...entry.optionTexts, ...(isForOperators ? COMMON_TEXTS : {}) };
    },
    get optionValues() {
      return valuesOf(this.options, entry.optionValues ?? {});
    },
    get usage() {
      return usageOf(all, this.options, this.optionValues);
    },
  };
}

function valuesOf(
  options: FlagEntries,
  given: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const [name, { type }] of Object.entries(options)) {
    if (type === 'string') values[name] = given[name] ?? labelOf(name.replaceAll('-', '_'));
  }
  return values;
}

function usageOf(
  all: readonly ArgumentEntry[],
  options: FlagEntries,
  values: Readonly<Record<string, string>>,
): string {
  return [
    ...all.map(({ name, optional }) => (optional === true ? `[${labelOf(name)}]` : labelOf(name))),
    ...Object.keys(options).map((name) => `[${flagLabel(name, values)}]`),
  ].join(' ');
}

/** `--since DATE`, or `--json`. */
export function flagLabel(name: string, values: Readonly<Record<string, string>>): string {
  return Object.hasOwn(values, name) ? `--${name} ${values[name]}` : `--${name}`;
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
