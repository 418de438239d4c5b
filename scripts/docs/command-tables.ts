import { allCommands } from '../../src/cli/all-commands.ts';
import { flagLabel } from '../../src/cli/command-entry.ts';
import { usageLine } from '../../src/cli/help.ts';
import { table, wrapped } from './markdown.ts';

/** An entry as far as a document repeats it. What is optional here need not be known to the table of commands. */
interface Described {
  readonly usage: string;
  readonly summary: string;
  readonly details: string;
  /** Who starts the command. */
  readonly kind?: string;
  /** What its flags do, by their names. */
  readonly optionTexts?: Readonly<Record<string, string>>;
  readonly optionValues?: Readonly<Record<string, string>>;
}

const ENTRIES: readonly (readonly [name: string, entry: Described])[] = Object.entries(await allCommands());

/** The title above the commands of one kind, people's first. */
const KINDS: readonly (readonly [kind: string | undefined, title: string])[] = [
  [undefined, ''],
  ['catalogue', 'What is in the bucket, and taking care of it:'],
  ['operator', 'For people, and for managers of backups such as gpbackman:'],
  ['data', 'Called by gpbackup and gprestore for each file or table:'],
  ['hook', 'Called by gpbackup and gprestore on each host, before and after their work:'],
];

/** Every command with its arguments and what it does, as `--help` has them. */
export function commandTable(): string {
  return KINDS.flatMap(([kind, title]) => {
    const rows = ENTRIES.filter(([, entry]) => entry.kind === kind).map(([name, { usage, summary }]) => {
      const [, ...words] = usageLine(name, usage).split(' ');
      return [`\`${words.join(' ')}\``, summary];
    });
    if (rows.length === 0) return [];
    return [...(title === '' ? [] : [title]), table(['Command', 'What it does'], rows)];
  }).join('\n\n');
}

/** What `COMMAND --help` adds to that, as a list. */
export function commandDetails(): string {
  return ENTRIES.flatMap(([name, { details, optionTexts = {}, optionValues = {} }]) => {
    const flags = Object.entries(optionTexts).map(
      ([flag, text]) => `\`${flagLabel(flag, optionValues)}\`: ${text}`,
    );
    const text = [details, ...flags].filter((sentence) => sentence !== '').join(' ');
    return text === '' ? [] : [wrapped(`- **${name}**: ${text}`, '  ')];
  }).join('\n');
}
