import { commandDetails, commandTable } from './command-tables.ts';
import { jsonExamples } from './json-examples.ts';
import { newOptions, optionTable } from './option-table.ts';
import { chunkTable, partTable } from './size-tables.ts';

type Make = () => string;

/** What documents repeat of the program's own definitions: by document, then by the name in its markers. */
export const GENERATED: Readonly<Record<string, Readonly<Record<string, Make>>>> = {
  'docs/commands.md': { commands: commandTable, details: commandDetails, json: jsonExamples },
  'docs/migrating.md': { 'new options': newOptions },
  'docs/options.md': { options: optionTable },
  'docs/sizing.md': { parts: partTable, chunks: chunkTable },
};

/**
 * The text of a document with what is between its markers made again.
 * @param path the document's, relative to the repository.
 * @throws when markers are missing.
 */
export function regenerated(path: string, text: string): string {
  let result = text;
  for (const [name, make] of Object.entries(GENERATED[path] ?? {})) {
    const [begin, end] = [`<!-- ${name}: written by npm run docs -->`, `<!-- end of ${name} -->`];
    const [from, to] = [result.indexOf(begin), result.indexOf(end)];
    if (from === -1 || to < from) throw new Error(`${path}: the markers of "${name}" are missing`);
    result = `${result.slice(0, from + begin.length)}\n\n${make()}\n\n${result.slice(to)}`;
  }
  return result;
}
