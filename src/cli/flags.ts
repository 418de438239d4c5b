import { nearest } from '../base/nearest.ts';
import { codeOf, reasonOf, UsageError } from '../base/plugin-error.ts';
import type { CommandEntry } from './command-entry.ts';

/** What follows the command on a command line: its arguments in order, and its flags by their names. */
export interface Words {
  readonly values: readonly string[];
  readonly flags: Readonly<Record<string, unknown>>;
}

/** In front of a word with one dash: no argument of a process can contain it, so it is found again. */
const SHIELD = '\0';

/**
 * Tells arguments and flags apart by the command's own table. Only words with two dashes are flags: a content id
 * such as `-1` is an argument. What parses them is loaded only when there is one.
 * @throws {UsageError} for a flag that the command does not have, or without the value that it needs.
 */
export async function separate(
  words: readonly string[],
  { options }: CommandEntry,
  usage: string,
): Promise<Words> {
  if (!words.some((word) => word.startsWith('--'))) return { values: words, flags: {} };
  const { parseArgs } = await import('node:util');
  const args = words.map((word) => (/^-(?!-)/.test(word) ? SHIELD + word : word));
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true, strict: true });
    return {
      values: positionals.map(unshielded),
      flags: Object.fromEntries(
        Object.entries(values).map(([name, value]) => [name, unshieldedValue(value)]),
      ),
    };
  } catch (error) {
    const code = codeOf(error) ?? '';
    if (!code.startsWith('ERR_PARSE_ARGS_')) throw error;
    const hint = `usage: ${usage}`;
    if (code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
      throw new UsageError(reasonOf(error).replaceAll(SHIELD, ''), { hint });
    }
    const known = ['--help', ...Object.keys(options).map((name) => `--${name}`)];
    const unknown = words.find((word) => word.startsWith('--') && !known.includes(word.replace(/=.*/s, '')));
    const name = (unknown ?? '').replace(/=.*/s, '');
    throw new UsageError(`unknown option "${name}"${await nearest(name, known)}`, { hint });
  }
}

function unshielded(word: string): string {
  return word.startsWith(SHIELD) ? word.slice(SHIELD.length) : word;
}

function unshieldedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unshieldedValue);
  return typeof value === 'string' ? unshielded(value) : value;
}
