import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allCommands } from '../../src/cli/all-commands.ts';
import { exitTexts } from '../../src/cli/exit-texts.ts';
import { jsonText } from './json-text.ts';
import { wrapped } from './markdown.ts';

const FOLDER = join(import.meta.dir, '..', '..', 'docs', 'json');
/** Lines of an example in the document; the schema has all of them. */
const LONGEST = 80;

const ENTRIES = Object.entries(await allCommands());

/** For each command that has a schema of its JSON: its exit codes, and the first example. */
export function jsonExamples(): string {
  return ENTRIES.flatMap(([name, entry]) => {
    const file = join(FOLDER, `${name}.schema.json`);
    if (!existsSync(file)) return [];
    const { examples } = JSON.parse(readFileSync(file, 'utf8')) as { readonly examples: readonly unknown[] };
    const example = jsonText(examples[0]);
    if (example.split('\n').length > LONGEST)
      throw new Error(`${file}: the first example has more than ${LONGEST} lines: shorten it`);
    const codes = exitTexts(name, entry).map(([code, text]) => `${code}: ${text.replace(/\.$/, '')}`);
    const schema = `[schema](json/${name}.schema.json)`;
    return [
      `### ${name}`,
      wrapped(`Exit codes: ${codes.join('; ')}. JSON (${schema}):`),
      `\`\`\`json\n${example}\n\`\`\``,
    ];
  }).join('\n\n');
}
