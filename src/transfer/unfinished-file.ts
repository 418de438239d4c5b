import { readdirSync, readlinkSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { codeOf } from '../base/plugin-error.ts';

/**
 * Characters of a file's name that the unfinished one has in its own: at most 3 bytes each, so that it stays below the
 * 255 bytes of a name (Linux, NAME_MAX) also where the file's name has all of them.
 */
const KEPT_OF_NAME = 60;

/** `.NAME.PLACE-PID-RANDOM.unfinished` */
const PATTERN = /^\..*\.([0-9a-z]{1,13})-(\d{1,10})-[0-9a-f]{12}\.unfinished$/s;

/** A new path next to `path` for its bytes until they are complete; it says which process writes it. */
export function unfinishedPath(path: string): string {
  const beginning = basename(path).slice(0, KEPT_OF_NAME);
  const random = crypto.getRandomValues(new Uint8Array(6)).toHex();
  return join(dirname(path), `.${beginning}.${placeOfPids()}-${process.pid}-${random}.unfinished`);
}

/**
 * Removes what processes of this host that were killed have left in a folder. What other hosts and containers write
 * into a shared folder stays, since their processes can't be seen from here. Nothing fails when it can't.
 */
export function removeAbandoned(folder: string): void {
  try {
    const place = placeOfPids();
    for (const name of readdirSync(folder)) {
      const [, its, pid] = PATTERN.exec(name) ?? [];
      if (its === place && pid !== undefined && isGone(Number(pid)))
        rmSync(join(folder, name), { force: true });
    }
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
  }
}

/** What distinguishes the process ids of this host, or of this container, from those of others. */
function placeOfPids(): string {
  let namespace = '';
  try {
    namespace = readlinkSync('/proc/self/ns/pid');
  } catch {
    // Without /proc the host's name alone has to do.
  }
  return Bun.hash(`${hostname()} ${namespace}`).toString(36);
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return codeOf(error) === 'ESRCH';
  }
}
