import type { RawConfig } from './raw-config.ts';
import { isNull } from './yaml-text.ts';

const QUOTED = /^"([^"\\]*)"$|^'([^']*)'$/;
/** A word or an address, or `${NAME}`. */
const PLAIN = /^[A-Za-z0-9_/.](?:[A-Za-z0-9_./:@+=-]*[A-Za-z0-9_./@+=-])?$|^\$\{[A-Za-z0-9_]+\}$/;
/** Control characters, and signs that end a line in YAML 1.1. */
const ODD = /[^\t\n\r\x20-\x7e\xa0-\uffff]|[\u2028\u2029]/;
const ENTRY = /^( *)([A-Za-z_][A-Za-z0-9_]*):(?: +(.*?))? *$/;

/**
 * Reads a config file of the shape that gpbackup writes and nearly every user writes: two levels, one
 * `name: value` a line. Undefined for anything else (comments behind values, escapes, anchors, blocks …),
 * which then goes to the full YAML parser.
 *
 * Why it exists: loading that parser costs 5 ms of the 7 ms a start takes, once per table and segment.
 * A property test checks that both agree wherever this one answers.
 */
export function quickParse(text: string): RawConfig | undefined {
  if (ODD.test(text)) return undefined;
  const top = new Map<string, string>();
  const options = new Map<string, string>();
  let indent: number | undefined;
  let section: 'before' | 'options' | 'after' = 'before';
  let marked = false;
  for (const line of text.split(/\r?\n/)) {
    if (/^ *(#.*)?$/.test(line)) continue;
    if (line === '---' && !marked && top.size === 0 && section === 'before') {
      marked = true;
      continue;
    }
    const entry = ENTRY.exec(line);
    if (entry === null) return undefined;
    const [, spaces = '', name = '', written = ''] = entry;
    if (spaces === '' && name === 'options' && written === '' && section === 'before') {
      section = 'options';
      continue;
    }
    const value = scalar(written);
    if (value === undefined) return undefined;
    if (spaces === '') {
      if (section === 'options') section = 'after';
      if (name === 'options' || top.has(name)) return undefined;
      top.set(name, value);
    } else {
      if (section !== 'options' || (indent ?? spaces.length) !== spaces.length || options.has(name))
        return undefined;
      indent = spaces.length;
      options.set(name, value);
    }
  }
  return options.size > 0 ? { top, options, problems: [], notes: [] } : undefined;
}

function scalar(text: string): string | undefined {
  const quoted = QUOTED.exec(text);
  if (quoted !== null) return quoted[1] ?? quoted[2];
  if (text !== '' && isNull(text)) return '';
  return PLAIN.test(text) ? text : undefined;
}
