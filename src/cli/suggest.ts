import { nearest } from '../base/nearest.ts';
import { allCommands, entryOf } from './all-commands.ts';

/** Words that other programs have for the commands. */
const SYNONYMS: Readonly<Record<string, string>> = {
  cat: 'restore_data',
  copy: 'backup_directory',
  cp: 'backup_directory',
  df: 'usage',
  du: 'usage',
  del: 'delete_directory',
  delete: 'delete_backup',
  dir: 'list_directory',
  download: 'restore_directory',
  get: 'restore_file',
  backups: 'list_backups',
  expire: 'expire_backups',
  info: 'show_backup',
  list: 'list_backups',
  listdir: 'list_directory',
  ll: 'list_directory',
  logs: 'log',
  ls: 'list_directory',
  prune: 'expire_backups',
  put: 'backup_file',
  remove: 'delete_directory',
  rm: 'delete_directory',
  rmdir: 'delete_directory',
  show: 'show_backup',
  verify: 'verify_backup',
  upload: 'backup_directory',
  ver: '--version',
  version: '--version',
  api_version: 'plugin_api_version',
};

/** `, did you mean "X"?` for an unknown command, or nothing when no known one is meant by it. */
export async function commandMeantBy(name: string): Promise<string> {
  const plain = name.toLowerCase().replaceAll('-', '_');
  const synonym = Object.hasOwn(SYNONYMS, plain) ? SYNONYMS[plain] : undefined;
  if (synonym !== undefined) return `, did you mean "${synonym}"?`;
  return await nearest(name, Object.keys(await allCommands()));
}

/** The words in their right order, when one behind the first is a command: `CFG list_directory`. */
export async function reordered([first = '', ...rest]: readonly string[]): Promise<
  readonly string[] | undefined
> {
  const [second = '', ...others] = rest;
  return (await entryOf(second)) === undefined ? undefined : [second, first, ...others];
}
