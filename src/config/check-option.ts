import { formatSize, parseSize } from '../base/bytes.ts';
import { splitCommandLine } from '../base/command-line.ts';
import { formatDuration, parseDuration } from '../base/duration.ts';
import { either } from '../base/either.ts';
import { LEAST_RATE, MOST_RATE, parseTimetable, type Timetable } from '../base/timetable.ts';
import type { OptionDefinition } from './options.ts';
import type { ValuePattern } from './patterns.ts';
import { parseTextMap, type TextMap } from './text-map.ts';

/** The value of an option in its own type: text, a truth value, a number of bytes, milliseconds or pieces, names
 * with values, or rates. */
export type OptionValue = string | boolean | number | TextMap | Timetable;

/**
 * Either the value, with its text where it is not the one that was written, or what is allowed, in words that complete
 * "must be …".
 */
export type Checked =
  | { readonly value: OptionValue; readonly instead?: string }
  | { readonly allowed: string };

const RATES = `a rate such as 50MB (${formatSize(LEAST_RATE)} to ${formatSize(MOST_RATE)} a second), or a timetable such as 08:00,10MB 19:00,off`;

/** Reads the text of one option after its definition. Pure; never throws. */
export function checkOption(definition: OptionDefinition, text: string): Checked {
  switch (definition.kind) {
    case 'text':
      return shaped(text, definition.pattern);
    case 'secret':
      return { value: text };
    case 'command': {
      const split = splitCommandLine(text);
      return 'words' in split ? { value: text } : split;
    }
    case 'map':
    case 'secret map':
      return orElse(parseTextMap(text), 'name=value,name=value, each name once');
    case 'rate':
      return orElse(parseTimetable(text), RATES);
    // Addresses are checked where they are parsed: they may contain a password.
    case 'url':
      return { value: text.trim() };
    case 'on/off':
      return oneOf(text, ['on', 'off'], (word) => word === 'on');
    case 'true/false':
      return oneOf(text, ['true', 'false'], (word) => word === 'true');
    case 'choice':
      return oneOf(text, definition.choices ?? [], (word) => word);
    case 'count':
      return bounded(
        /^\s*\d{1,15}\s*$/.test(text) ? Number(text) : undefined,
        definition,
        'a whole number',
        String,
      );
    case 'size':
      return bounded(parseSize(text), definition, 'a size such as 10MB or 1GB', formatSize);
    case 'duration':
      return bounded(parseDuration(text), definition, 'a duration such as 90s or 10m', formatDuration);
  }
}

/**
 * Whether a text says the same as no text at all: an empty value is how "not set" looks in the file that gpbackup
 * writes.
 */
export function isUnset({ kind, zeroIsUnset }: OptionDefinition, text: string): boolean {
  if (text.trim() === '') return true;
  if (zeroIsUnset !== true) return false;
  return (kind === 'size' ? parseSize(text) : /^\s*\d{1,15}\s*$/.test(text) ? Number(text) : undefined) === 0;
}

function shaped(text: string, pattern: ValuePattern | undefined): Checked {
  return pattern === undefined || new RegExp(pattern.source).test(text)
    ? { value: text }
    : { allowed: pattern.allowed };
}

function oneOf(text: string, words: readonly string[], toValue: (word: string) => OptionValue): Checked {
  const written = text.trim().toLowerCase();
  const word = words.find((known) => known.toLowerCase() === written);
  return word === undefined ? { allowed: either(words) } : { value: toValue(word) };
}

function orElse(value: OptionValue | undefined, allowed: string): Checked {
  return value === undefined ? { allowed } : { value };
}

function bounded(
  value: number | undefined,
  { minimum, maximum, clamped }: OptionDefinition,
  what: string,
  format: (value: number) => string,
): Checked {
  if (value !== undefined) {
    const least = minimum ?? 0;
    const most = maximum ?? Number.MAX_SAFE_INTEGER;
    if (value >= least && value <= most) return { value };
    if (value > most && clamped !== undefined) return { value: most, instead: format(most) };
    if (value < least && clamped === 'above and below') return { value: least, instead: format(least) };
  }
  const bounds = [
    minimum === undefined ? '' : `at least ${format(minimum)}`,
    maximum === undefined ? '' : `at most ${format(maximum)}`,
  ].filter((bound) => bound !== '');
  return { allowed: bounds.length === 0 ? what : `${what}, ${bounds.join(' and ')}` };
}
