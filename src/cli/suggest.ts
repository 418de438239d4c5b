import { nearest } from '../base/nearest.ts';
import { COMMANDS } from './command-table.ts';

/** Words that other programs have for the commands. */
const SYNONYMS: Readonly<Record<string, string>> = {
  cat: 'restore_data',
  check: 'setup_plugin_for_restore',
  copy: 'backup_directory',
  cp: 'backup_directory',
  del: 'delete_directory',
  delete: 'delete_backup',
  dir: 'list_directory',
  download: 'restore_directory',
  get: 'restore_file',
  info: 'list_directory',
  list: 'list_directory',
  list_backups: 'list_directory',
  listdir: 'list_directory',
  ll: 'list_directory',
  ls: 'list_directory',
  prune: 'delete_backup',
  put: 'backup_file',
  remove: 'delete_directory',
  rm: 'delete_directory',
  rmdir: 'delete_directory',
  show: 'list_directory',
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
  return await nearest(name, Object.keys(COMMANDS));
}

/** The words in their right order, when one behind the first is a command: `CFG list_directory`. */
export function reordered([first = '', ...rest]: readonly string[]): readonly string[] | undefined {
  const [second = '', ...others] = rest;
  return Object.hasOwn(COMMANDS, second) ? [second, first, ...others] : undefined;
}
