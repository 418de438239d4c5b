import { typeOfFile } from '../../backup/file-type.ts';

/**
 * How `write_once` treats a key. gpbackup's report has the key of the empty one of a set-up without this option, and
 * gpbackup's teardown after a failure stores its config file and report whether they are there or not: these two are
 * replaced if needed.
 */
export function replaces(key: string): 'never' | 'if needed' {
  const type = typeOfFile(key);
  return type === 'report' || type === 'config' ? 'if needed' : 'never';
}
