import { nearest } from '../base/nearest.ts';
import { UsageError } from '../base/plugin-error.ts';
import { PROGRAM } from '../base/product.ts';
import { allCommands, entryOf } from './all-commands.ts';
import { argumentCounts, type CommandEntry, namedArguments } from './command-entry.ts';
import { separate } from './flags.ts';
import { commandHelp, programHelp, usageLine } from './help.ts';

/** What the command line asks for. */
export type Invocation =
  | { readonly kind: 'version' }
  | { readonly kind: 'help'; readonly text: string }
  | {
      readonly kind: 'command';
      readonly name: string;
      readonly entry: CommandEntry;
      readonly args: Readonly<Record<string, string>>;
      readonly flags: Readonly<Record<string, unknown>>;
    };

const HELP = new Set(['--help', '-h', '-help']);
const VERSION = new Set(['--version', '-v', '-version']);
const ALL_HELP_HINT = `${PROGRAM} --help lists all commands`;

/**
 * Reads the command line. A content id such as `-1` is an argument; only words with two dashes are options.
 * @throws {UsageError} with the nearest known name for a misspelt command or option.
 */
export async function parseArguments(argv: readonly string[]): Promise<Invocation> {
  const [first, ...words] = argv;
  if (first === undefined) throw new UsageError('no command given', { hint: ALL_HELP_HINT });
  if (first === 'help') return await help(words.find((word) => !HELP.has(word)));
  if (HELP.has(first)) return { kind: 'help', text: programHelp(await allCommands()) };
  if (VERSION.has(first)) return { kind: 'version' };
  if (first.startsWith('-')) {
    throw new UsageError(`unknown option "${first}"${await nearest(first, ['--help', '--version'])}`, {
      hint: ALL_HELP_HINT,
    });
  }
  const entry = await entryOf(first);
  if (entry === undefined) throw await unknownCommand(argv);
  if (words.some((word) => HELP.has(word))) return { kind: 'help', text: commandHelp(first, entry) };
  const usage = usageLine(first, entry.usage);
  const { values, flags } = await separate(words, entry, usage);
  const { fewest, most } = argumentCounts(entry);
  if (values.length < fewest || values.length > most) {
    const wanted = fewest === most ? String(fewest) : `${fewest} or ${most}`;
    throw new UsageError(`${first} takes ${wanted} arguments, ${values.length} were given`, {
      hint: `usage: ${usage}`,
    });
  }
  return { kind: 'command', name: first, entry, args: namedArguments(entry, values), flags };
}

async function unknownCommand(argv: readonly string[]): Promise<UsageError> {
  const { commandMeantBy, reordered } = await import('./suggest.ts');
  const name = argv[0] ?? '';
  const right = await reordered(argv);
  if (right !== undefined) {
    return new UsageError(`unknown command "${name}": the command comes before its arguments`, {
      hint: `${PROGRAM} ${right.join(' ')}`,
    });
  }
  return new UsageError(`unknown command "${name}"${await commandMeantBy(name)}`, { hint: ALL_HELP_HINT });
}

/** All commands, or a topic of its own: a command, `options` or `errors`. */
async function help(topic: string | undefined): Promise<Invocation> {
  if (topic === undefined || topic === 'help')
    return { kind: 'help', text: programHelp(await allCommands()) };
  if (topic === 'options') {
    const { optionHelp } = await import('../session/option-help.ts');
    return { kind: 'help', text: optionHelp() };
  }
  if (topic === 'errors') {
    const { errorHelp } = await import('../session/error-help.ts');
    return { kind: 'help', text: errorHelp() };
  }
  const entry = await entryOf(topic);
  if (entry !== undefined) return { kind: 'help', text: commandHelp(topic, entry) };
  const { commandMeantBy } = await import('./suggest.ts');
  throw new UsageError(`no help for "${topic}"${await commandMeantBy(topic)}`, { hint: ALL_HELP_HINT });
}
