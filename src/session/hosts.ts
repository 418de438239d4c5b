import { readFileSync } from 'node:fs';
import { UsageError } from '../base/plugin-error.ts';
import { printable } from '../base/printable.ts';
import { systemReason } from '../base/system-error.ts';

/**
 * Names of a file with one host per line, each once; empty lines and comments (#) are skipped, as by
 * `install-on-hosts.sh`.
 * @throws {UsageError} for a file that can't be read, and for what is not a name: ssh would take it for an option
 */
export function readHosts(path: string): readonly string[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UsageError(`the host file ${path} can't be read: ${systemReason(cause)}`, { cause });
  }
  const hosts = text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '');
  for (const host of hosts) {
    if (!/^[A-Za-z0-9._:@%][A-Za-z0-9._:@%-]*$/.test(host))
      throw new UsageError(`"${printable(host)}" is not a valid host name`, {
        hint: `${path} must have one host per line`,
      });
  }
  if (hosts.length === 0) throw new UsageError(`the host file ${path} names no host`);
  return [...new Set(hosts)];
}
