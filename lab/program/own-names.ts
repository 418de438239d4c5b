import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OWN_MOUNTS } from './plugin.ts';

/**
 * Makes a program that runs `program` where these names lead to this machine, and nothing else is changed: it has a
 * hosts file of its own, mounted over the system's for this process alone. The process id stays the one that was started.
 * @param folder where the hosts file and the program are put
 * @returns the path to run in place of `program`
 */
export function underNames(program: string, names: readonly string[], folder: string): string {
  const hosts = join(folder, 'hosts');
  writeFileSync(hosts, ['localhost', ...names].map((name) => `127.0.0.1 ${name}\n`).join(''));
  const path = join(folder, 'under-own-names');
  const inside = 'mount --bind "$0" /etc/hosts && exec "$@"';
  writeFileSync(path, `#!/bin/sh\nexec ${OWN_MOUNTS} sh -c '${inside}' '${hosts}' '${program}' "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}
