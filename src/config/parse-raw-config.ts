import type { YAMLMap } from 'yaml';
import { printable } from '../base/printable.ts';
import { quickParse } from './quick-parse.ts';
import type { RawConfig } from './raw-config.ts';

/** Reads the text of a config file. Never throws: what is wrong is in `problems`. */
export async function parseRawConfig(text: string): Promise<RawConfig> {
  return quickParse(text) ?? (await parseWithYaml(text));
}

/**
 * The failsafe schema of YAML 1.2 makes every scalar a string, which is what "values are literal text" needs.
 * Exported for the test that holds both parsers against each other.
 */
export async function parseWithYaml(text: string): Promise<RawConfig> {
  const { isMap, parseDocument } = await import('yaml');
  const top = new Map<string, string>();
  const options = new Map<string, string>();
  const problems: string[] = [];
  const document = parseDocument(text, {
    schema: 'failsafe',
    uniqueKeys: false,
    prettyErrors: false,
    // 'silent' would hide a second document too.
    logLevel: 'error',
  });
  for (const error of document.errors) {
    problems.push(
      `not valid YAML at ${place(text, error.pos[0])} (${error.code.toLowerCase().replaceAll('_', ' ')})`,
    );
  }
  if (problems.length > 0) return { top, options, problems };
  if (!isMap(document.contents)) {
    return { top, options, problems: ['it must hold the entries "executablepath" and "options"'] };
  }
  for (const { key, node } of entriesOf(document.contents)) {
    if (key === 'options') {
      if (!isMap(node)) problems.push('"options" must hold lines of the form "name: value"');
      else
        for (const option of entriesOf(node)) addScalar(option.key, option.node, options, 'option', problems);
      continue;
    }
    addScalar(key, node, top, 'entry', problems);
  }
  return { top, options, problems };
}

function* entriesOf(map: YAMLMap): Generator<{ key: string; node: unknown }> {
  for (const { key, value } of map.items) yield { key: scalarText(key) ?? '', node: value };
}

function addScalar(
  key: string,
  node: unknown,
  into: Map<string, string>,
  what: string,
  problems: string[],
): void {
  const text = node === null ? '' : scalarText(node);
  if (text === undefined) problems.push(`${what} "${printable(key)}" must be a single value`);
  else if (into.has(key)) problems.push(`${what} "${printable(key)}" is there twice`);
  else into.set(key, text);
}

function scalarText(node: unknown): string | undefined {
  if (typeof node !== 'object' || node === null || !('value' in node)) return undefined;
  const { value } = node;
  if (typeof value === 'string') return value;
  return value === null || value === undefined ? '' : undefined;
}

function place(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
}
