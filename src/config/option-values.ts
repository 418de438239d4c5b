import { nearest } from '../base/nearest.ts';
import { printable } from '../base/printable.ts';
import { Secret } from '../base/secret.ts';
import type { Timetable } from '../base/timetable.ts';
import { checkOption, isUnset } from './check-option.ts';
import type { OPTIONS, OptionDefinition, OptionName } from './options.ts';
import type { TextMap } from './text-map.ts';

type Definitions = typeof OPTIONS;

type ValueOf<D extends OptionDefinition> = D['kind'] extends 'secret' | 'command'
  ? Secret
  : D['kind'] extends 'map' | 'secret map'
    ? TextMap
    : D['kind'] extends 'rate'
      ? Timetable
      : D['kind'] extends 'on/off' | 'true/false'
        ? boolean
        : D['kind'] extends 'size' | 'count' | 'duration'
          ? number
          : D extends { choices: readonly (infer C)[] }
            ? C
            : string;

type Present<D extends OptionDefinition> = D extends { fallback: string } | { required: true }
  ? never
  : undefined;

/** The value of every option in its own type; undefined only where there is neither a default nor a must. */
export type OptionValues = {
  readonly [N in OptionName]: ValueOf<Definitions[N]> | Present<Definitions[N]>;
};

/** Kinds whose values are in no message. */
const MAY_BE_SECRET: ReadonlySet<string> = new Set([
  'secret map',
  'command',
] satisfies OptionDefinition['kind'][]);

/**
 * Reads all options after their definitions. A problem per unknown, missing or malformed option is added to
 * `problems`; only when that stays empty are the values complete. A value that is replaced by the nearest possible one
 * is added to `warnings`.
 * @param table the options that there are
 */
export async function readOptions(
  texts: ReadonlyMap<string, string>,
  problems: string[],
  warnings: string[],
  table: Readonly<Record<string, OptionDefinition>>,
): Promise<Partial<OptionValues>> {
  for (const name of texts.keys()) {
    if (!Object.hasOwn(table, name)) {
      problems.push(`unknown option "${printable(name)}"${await nearest(name, Object.keys(table))}`);
    }
  }
  const values: Record<string, unknown> = {};
  for (const name in table) {
    const definition = table[name];
    if (definition === undefined) continue;
    const written = texts.get(name);
    const text = written === undefined || isUnset(definition, written) ? definition.fallback : written;
    if (text === undefined) {
      if (definition.required === true) problems.push(`option "${name}" is missing: ${definition.summary}`);
      continue;
    }
    const checked = checkOption(definition, text);
    if ('allowed' in checked) {
      const shown = MAY_BE_SECRET.has(definition.kind) ? '' : ` is "${printable(text)}"`;
      problems.push(`option "${name}"${shown}: must be ${checked.allowed}`);
    } else {
      if (checked.instead !== undefined) {
        warnings.push(`option "${name}" is "${printable(text)}": ${checked.instead} is used`);
      }
      values[name] = isTextSecret(definition) ? new Secret(text) : checked.value;
    }
  }
  return values;
}

function isTextSecret({ kind }: OptionDefinition): boolean {
  return kind === 'secret' || kind === 'command';
}
