import type { Document, Pair, ParsedNode, Scalar, YAMLMap } from 'yaml';
import { printable } from '../base/printable.ts';
import { quickParse } from './quick-parse.ts';
import type { RawConfig } from './raw-config.ts';
import { cutNote } from './secrets.ts';
import { definitionOf } from './site-options.ts';
import { hasControlCharacters, isHarmless, isNull, READING, withLineFeeds } from './yaml-text.ts';

/** Reads the text of a config file. Never throws: what is wrong is in `problems`. */
export async function parseRawConfig(text: string): Promise<RawConfig> {
  return quickParse(text) ?? (await parseWithYaml(text));
}

/**
 * Reads what gpbackup's YAML library reads, as that does: aliases and merged maps too, of several documents the first.
 * Exported for the test that compares both parsers.
 */
export async function parseWithYaml(written: string): Promise<RawConfig> {
  const { isCollection, isMap, parseDocument } = await import('yaml');
  const text = withLineFeeds(written);
  const notes: string[] = [];
  const read = { top: new Map<string, string>(), options: new Map<string, string>(), notes };
  const problems: string[] = [];
  if (hasControlCharacters(text)) problems.push('not valid YAML: it contains control characters');
  const document = parseDocument(text, READING);
  const errors = document.errors.filter((error) => !isHarmless(error));
  if (errors.length > 0) {
    const { yamlProblem } = await import('./yaml-problem.ts');
    problems.push(...new Set(errors.map((error) => yamlProblem(error, text))));
  }
  if (problems.length > 0) return { ...read, problems };
  const next = document.errors.find(({ code }) => code === 'MULTIPLE_DOCS');
  if (next !== undefined && !/^---\s*$/.test(text.slice(...next.pos))) {
    notes.push('the file contains several YAML documents: only the first is used');
  }
  const reader = new MapReader(await import('yaml'), document, text, notes, problems);
  if (!isMap(document.contents)) {
    return { ...read, problems: ['it must contain the entries "executablepath" and "options"'] };
  }
  for (const { key, node } of reader.entriesOf(document.contents)) {
    if (key !== 'options') {
      // A map next to "options" is there to be merged into it.
      if (key !== 'executablepath' && isCollection(reader.meant(node))) read.top.set(key, '');
      else reader.add(key, node, read.top, 'entry');
      continue;
    }
    const options = reader.meant(node);
    if (!isMap(options)) problems.push('"options" must contain lines of the form "name: value"');
    else
      for (const option of reader.entriesOf(options))
        reader.add(option.key, option.node, read.options, 'option');
  }
  return { ...read, problems };
}

interface Entry {
  readonly key: string;
  readonly node: unknown;
}

/** The entries of a document's maps, with aliases resolved. */
class MapReader {
  readonly #yaml: typeof import('yaml');
  readonly #document: Document.Parsed;
  readonly #text: string;
  readonly #notes: string[];
  readonly #problems: string[];

  constructor(
    yaml: typeof import('yaml'),
    document: Document.Parsed,
    text: string,
    notes: string[],
    problems: string[],
  ) {
    this.#yaml = yaml;
    this.#document = document;
    this.#text = text;
    this.#notes = notes;
    this.#problems = problems;
  }

  /** The node that an alias refers to; any other node itself. */
  meant(node: unknown): unknown {
    return this.#yaml.isAlias(node) ? node.resolve(this.#document) : node;
  }

  /** The map's own entries; then those of maps that it merges (`<<: *base`), where it has none of that name. */
  entriesOf(map: YAMLMap, inside: readonly YAMLMap[] = []): readonly Entry[] {
    const own: Entry[] = [];
    const merged: Entry[] = [];
    for (const { key, value } of map.items as readonly Pair[]) {
      const name = this.#textOf(key) ?? '';
      if (!isMergeKey(key, this.#yaml)) own.push({ key: name, node: value });
      else merged.push(...this.#mergedEntries(value, [...inside, map]));
    }
    const names = new Set(own.map(({ key }) => key));
    for (const entry of merged) {
      if (names.has(entry.key)) continue;
      names.add(entry.key);
      own.push(entry);
    }
    return own;
  }

  #mergedEntries(value: unknown, inside: readonly YAMLMap[]): readonly Entry[] {
    const node = this.meant(value);
    if (this.#yaml.isSeq(node)) return node.items.flatMap((item) => this.#mergedEntries(item, inside));
    if (this.#yaml.isMap(node) && !inside.includes(node)) return this.entriesOf(node, inside);
    this.#problems.push('the value of "<<" must be a map that is defined above it');
    return [];
  }

  add(key: string, node: unknown, into: Map<string, string>, what: string): void {
    const text = node === null || node === undefined ? '' : (this.#textOf(node) ?? this.#mapText(key, node));
    if (text === undefined) {
      this.#problems.push(`${what} "${printable(key)}" must be a single value`);
    } else if (into.has(key)) {
      this.#problems.push(`${what} "${printable(key)}" appears twice`);
    } else {
      into.set(key, text);
      const note = this.#isCut(this.meant(node)) ? cutNote(key) : undefined;
      if (note !== undefined) this.#notes.push(note);
    }
  }

  #textOf(node: unknown): string | undefined {
    const scalar = this.meant(node);
    if (!this.#yaml.isScalar(scalar)) return undefined;
    const { value, type, tag } = scalar;
    if (typeof value !== 'string' || tag === 'tag:yaml.org,2002:null') return '';
    return type === 'PLAIN' && tag === undefined && isNull(value) ? '' : value;
  }

  /** A map of texts, where the option takes one, as JSON. */
  #mapText(key: string, node: unknown): string | undefined {
    const map = this.meant(node);
    if (!isMapOption(key) || !this.#yaml.isMap(map)) return undefined;
    const entries = this.entriesOf(map).map(
      ({ key: name, node: value }) => [name, this.#textOf(value)] as const,
    );
    const isPlain = entries.every(([, value]) => value !== undefined);
    return isPlain ? JSON.stringify(Object.fromEntries(entries)) : undefined;
  }

  /** Whether an unquoted value ends at a ` #` in its line; nothing before it and a space behind it is a mere comment. */
  #isCut(node: unknown): boolean {
    if (!this.#yaml.isScalar(node)) return false;
    const { type, range, value } = node as Scalar & { range?: ParsedNode['range'] };
    if (type !== 'PLAIN' || range === undefined) return false;
    if (value !== '') return /^[ \t]+#/.test(this.#text.slice(range[1]));
    const lineStart = this.#text.lastIndexOf('\n', range[0] - 1) + 1;
    return /^[^#\n]*:[ \t]+#[^\s#]/.test(this.#text.slice(lineStart));
  }
}

function isMapOption(name: string): boolean {
  const kind = definitionOf(name)?.kind;
  return kind === 'map' || kind === 'secret map';
}

function isMergeKey(key: unknown, yaml: typeof import('yaml')): boolean {
  return yaml.isScalar(key) && key.type === 'PLAIN' && key.value === '<<';
}
