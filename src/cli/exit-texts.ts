import type { CommandEntry } from './command-entry.ts';

/** What the exit codes 3 and 5 say of a command of the catalogue that has them. */
interface OwnTexts {
  readonly findings?: string;
  readonly nothingFound?: string;
}

const NO_BACKUP = 'There is no such backup.';
const NO_TABLE = 'There is no such backup, or it does not contain the table.';

const OWN: Readonly<Record<string, OwnTexts>> = {
  check: { findings: 'Something is wrong: a line says FAIL or warn.' },
  list_backups: { nothingFound: 'No backup is listed.' },
  show_backup: { nothingFound: NO_BACKUP },
  find_table: { nothingFound: 'No backup contains the table.' },
  peek_table: { nothingFound: NO_TABLE },
  external_table_sql: { nothingFound: NO_TABLE },
  verify_backup: { findings: 'The backup is invalid.', nothingFound: NO_BACKUP },
  usage: { nothingFound: 'There is nothing below the folder.' },
  expire_backups: {
    findings: 'Object Lock keeps something that was to be deleted.',
    nothingFound: 'There is no backup below the folder.',
  },
  replicate_backup: { nothingFound: NO_BACKUP },
  rebuild_history: { nothingFound: 'No backup was entered or there before.' },
  report: { nothingFound: 'There is no backup below the folder.' },
  log: { findings: 'The logs contain errors.', nothingFound: 'The logs contain nothing about it.' },
};

/** The exit codes of a command, with what each says. 128 and more, for signals, all commands have. */
export function exitTexts(
  name: string,
  { kind }: Pick<CommandEntry, 'kind'>,
): readonly (readonly [code: string, text: string])[] {
  const own = OWN[name] ?? {};
  const isOfCatalogue = kind === 'catalogue';
  return [
    ['0', 'Success.'],
    ['1', 'Failure; the message says why.'],
    ...(isOfCatalogue ? [['2', 'The command line or the config file is wrong.'] as const] : []),
    ...(own.findings === undefined ? [] : [['3', own.findings] as const]),
    ...(isOfCatalogue ? [['4', 'The server cannot be reached, or it denies access.'] as const] : []),
    ...(own.nothingFound === undefined ? [] : [['5', own.nothingFound] as const]),
  ];
}
