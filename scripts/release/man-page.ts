import { PROGRAM, VERSION } from '../../src/base/product.ts';
import { type CommandEntry, type CommandKind, flagLabel } from '../../src/cli/command-entry.ts';
import { exitTexts } from '../../src/cli/exit-texts.ts';

const GROUPS: readonly (readonly [title: string, kinds: readonly CommandKind[]])[] = [
  ['What is in the bucket, and taking care of it', ['catalogue']],
  ['For people and for backup managers such as gpbackman', ['operator']],
  ['Called by gpbackup and gprestore for each file or table', ['data']],
  ['Called by gpbackup and gprestore on each host', ['hook']],
];

const SIGNS: Readonly<Record<string, string>> = {
  '\\': String.raw`\(rs`,
  // A typewriter's signs: to copy from a page they must stay what they are.
  '-': String.raw`\-`,
  '^': String.raw`\(ha`,
  '~': String.raw`\(ti`,
  '`': String.raw`\(ga`,
  "'": String.raw`\(aq`,
  '"': String.raw`\(dq`,
};

/** Text of others as roff: no sign of it is a request, a macro or an escape. One line, of ASCII. */
export function roff(text: string): string {
  const plain = text.replaceAll(/\s+/g, ' ').trim();
  const escaped = plain.replaceAll(/[\\^~`'"-]/g, (sign) => SIGNS[sign] ?? sign);
  const ascii = escaped.replaceAll(/[^ -~]/gu, (sign) => {
    const code = (sign.codePointAt(0) ?? 0).toString(16).toUpperCase();
    return String.raw`\[u${code.padStart(4, '0')}]`;
  });
  return ascii.startsWith('.') ? String.raw`\&${ascii}` : ascii;
}

/** What is typed as it is. */
function bold(text: string): string {
  return String.raw`\fB${roff(text)}\fP`;
}

/**
 * The manual page of section 1, made from the table of commands.
 * @param options names and meanings of the config file's options
 * @param date of the version, `2026-01-02`
 */
export function manPage(
  commands: Readonly<Record<string, CommandEntry>>,
  options: readonly (readonly [name: string, text: string])[],
  date: string,
): string {
  const all = Object.entries(commands);
  const examples = all
    .filter(([, { kind }]) => kind === 'catalogue' || kind === 'operator')
    .flatMap(([, entry]) => entry.examples);
  const lines = [
    String.raw`.\" made from the table of commands`,
    `.TH ${PROGRAM.toUpperCase()} 1 ${date} "${PROGRAM} ${VERSION}"`,
    '.SH NAME',
    String.raw`${PROGRAM} \- stores the backups of gpbackup in S3`,
    '.SH SYNOPSIS',
    `${bold(PROGRAM)} ${roff('COMMAND CONFIG [ARGUMENT ...]')}`,
    '.br',
    `${bold(`${PROGRAM} help`)} ${roff('[COMMAND | options | errors]')}`,
    '.br',
    bold(`${PROGRAM} --version`),
    '.SH DESCRIPTION',
    roff(
      'gpbackup and gprestore start this program on every host to keep backups in Amazon S3 or in any other S3 server. Other commands are for people and for jobs: they list, verify, copy and delete what is in the bucket.',
    ),
    '.PP',
    roff('CONFIG is the YAML file that gpbackup and gprestore are given with --plugin-config.'),
    '.SH COMMANDS',
    ...GROUPS.flatMap(([title, kinds]) => [
      `.SS ${roff(title)}`,
      ...all
        .filter(([, { kind }]) => kinds.includes(kind))
        .flatMap(([name, entry]) => commandLines(name, entry)),
    ]),
    '.SH CONFIG FILE',
    roff('The options of the config file, indented below "options:". executablepath is not indented.'),
    ...options.flatMap(([name, text]) => ['.TP', bold(name), roff(text)]),
    '.SH EXIT STATUS',
    roff('The commands of the first group have the codes 2 to 5; all others have 1 in their place.'),
    ...exitTexts('verify_backup', { kind: 'catalogue' }).flatMap(([code, text]) => [
      '.TP',
      bold(code),
      roff(
        code === '3'
          ? 'Finished, and found something that is not as it should be.'
          : code === '5'
            ? 'Nothing was found.'
            : text,
      ),
    ]),
    '.TP',
    bold('128 + N'),
    roff('Ended by signal N.'),
    '.SH ENVIRONMENT',
    '.TP',
    bold('NO_COLOR'),
    roff('If it is set, no colours are used.'),
    '.SH FILES',
    '.TP',
    bold(`~/gpAdminLogs/${PROGRAM}_YYYYMMDD.log`),
    roff('The log of a day.'),
    '.SH EXAMPLES',
    '.nf',
    ...examples.map((example) => roff(`${PROGRAM} ${example}`)),
    '.fi',
    '.SH SEE ALSO',
    roff(
      `The documents in /usr/share/doc/${PROGRAM.replaceAll('_', '-')}, or next to the program in ${PROGRAM}.docs.`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function commandLines(name: string, entry: CommandEntry): string[] {
  const { usage, summary, details, optionTexts, optionValues } = entry;
  const flags = Object.entries(optionTexts);
  const lines = ['.TP', `${bold(name)} ${roff(usage)}`.trimEnd(), roff(`${summary} ${details}`)];
  if (flags.length === 0) return lines;
  return [
    ...lines,
    '.RS',
    ...flags.flatMap(([flag, text]) => ['.TP', bold(flagLabel(flag, optionValues)), roff(text)]),
    '.RE',
  ];
}
