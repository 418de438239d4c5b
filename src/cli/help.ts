import { PROGRAM, VERSION } from '../base/product.ts';
import { COLUMNS, definitions, wrap } from '../output/wrap.ts';
import { type CommandEntry, type CommandKind, flagLabel } from './command-entry.ts';
import { exitTexts } from './exit-texts.ts';

const GROUPS: readonly (readonly [title: string, kinds: readonly CommandKind[]])[] = [
  ['What is in the bucket, and taking care of it:', ['catalogue']],
  ['Commands for people and for backup managers such as gpbackman:', ['operator']],
  ['Called by gpbackup and gprestore for each file or table:', ['data']],
  ['Called by gpbackup and gprestore on each host:', ['hook']],
];

/** What `--help` prints. */
export function programHelp(commands: Readonly<Record<string, CommandEntry>>): string {
  const all = Object.entries(commands);
  const groups = GROUPS.map(([title, kinds]) => {
    const rows = all.filter(([, { kind }]) => kinds.includes(kind));
    return `${title}\n${definitions(rows.map(([name, { summary }]) => [name, summary]))}`;
  });
  const examples = all
    .filter(([, { kind }]) => kind === 'operator' || kind === 'catalogue')
    .flatMap(([, entry]) => entry.examples);
  return `${PROGRAM} ${VERSION}: stores the backups of gpbackup in Amazon
S3 or in any other S3 server.

usage: ${PROGRAM} COMMAND CONFIG [ARGUMENT ...]
       ${PROGRAM} help [COMMAND | options | errors]
       ${PROGRAM} --version | --help

CONFIG is the YAML file that you give gpbackup and gprestore with
--plugin-config. "help options" lists what it may contain, "help errors" the
error codes of servers and networks, and what to do about them.

${groups.join('\n')}
Examples:
${exampleLines(examples)}`;
}

/** What `COMMAND --help` prints. */
export function commandHelp(name: string, entry: CommandEntry): string {
  const { usage, summary, details, options, optionTexts, optionValues, examples } = entry;
  const text = [`usage: ${usageLine(name, usage)}\n`, paragraph(summary) + paragraph(details)];
  const flags = Object.keys(options);
  if (flags.length > 0) {
    text.push(
      `Options:\n${definitions(flags.map((flag) => [flagLabel(flag, optionValues), optionTexts[flag] ?? '']))}`,
    );
  }
  if (entry.kind === 'catalogue') text.push(`Exit codes:\n${definitions(exitTexts(name, entry))}`);
  if (examples.length > 0) text.push(`Examples:\n${exampleLines(examples)}`);
  return text.join('\n');
}

export function usageLine(name: string, usage: string): string {
  return `${PROGRAM} ${name} ${usage}`.trimEnd();
}

function paragraph(text: string): string {
  return wrap(text, COLUMNS)
    .map((line) => `${line}\n`)
    .join('');
}

/** Lines to copy: never broken. */
function exampleLines(examples: readonly string[]): string {
  return examples.map((example) => `  ${PROGRAM} ${example}\n`).join('');
}
