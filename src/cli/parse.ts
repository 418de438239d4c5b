import { nearest } from '../base/nearest.ts';
import { UsageError } from '../base/plugin-error.ts';
import { PROGRAM } from '../base/product.ts';
import { argumentCounts, type CommandEntry } from './command-entry.ts';
import { COMMANDS } from './command-table.ts';
import { commandHelp, programHelp, usageLine } from './help.ts';

/** What the command line asks for. */
export type Invocation =
  | { readonly kind: 'version' }
  | { readonly kind: 'help'; readonly text: string }
  | {
      readonly kind: 'command';
      readonly name: string;
      readonly entry: CommandEntry;
      readonly args: readonly string[];
    };

const HELP = new Set(['--help', '-h', '-help']);
const VERSION = new Set(['--version', '-v', '-version']);
const ALL_HELP_HINT = `${PROGRAM} --help lists all commands`;

/**
 * Reads the command line. A content id such as `-1` is an argument; only words with two dashes are options.
 * @throws {UsageError} with the nearest known name for a misspelt command or option.
 */
export async function parseArguments(argv: readonly string[]): Promise<Invocation> {
  const [first, ...args] = argv;
  if (first === undefined) throw new UsageError('no command given', { hint: ALL_HELP_HINT });
  if (HELP.has(first) || first === 'help') return { kind: 'help', text: programHelp(COMMANDS) };
  if (VERSION.has(first)) return { kind: 'version' };
  if (first.startsWith('-')) {
    throw new UsageError(`unknown option "${first}"${await nearest(first, ['--help', '--version'])}`, {
      hint: ALL_HELP_HINT,
    });
  }
  const entry = Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
  if (entry === undefined) {
    throw new UsageError(`unknown command "${first}"${await nearest(first, Object.keys(COMMANDS))}`, {
      hint: ALL_HELP_HINT,
    });
  }
  if (args.some((arg) => HELP.has(arg))) return { kind: 'help', text: commandHelp(first, entry) };
  const option = args.find((arg) => arg.startsWith('--'));
  if (option !== undefined) {
    throw new UsageError(`unknown option "${option}"${await nearest(option, ['--help'])}`, {
      hint: `usage: ${usageLine(first, entry.usage)}`,
    });
  }
  const { fewest, most } = argumentCounts(entry.usage);
  if (args.length < fewest || args.length > most) {
    const wanted = fewest === most ? String(fewest) : `${fewest} or ${most}`;
    throw new UsageError(`${first} takes ${wanted} arguments, ${args.length} were given`, {
      hint: `usage: ${usageLine(first, entry.usage)}`,
    });
  }
  return { kind: 'command', name: first, entry, args };
}
