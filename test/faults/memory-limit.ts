import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What keeps a process within so much memory; the words go in front of a shell's command. */
export interface MemoryLimit extends Disposable {
  readonly name: string;
  readonly prefix: string;
  /** Whether the kernel has refused memory or killed for it. */
  wasHit(): boolean;
}

/**
 * The least RLIMIT_DATA that says something: the runtime alone reserves 111 to 119 MB of what it counts, touched or not,
 * and its allocator gives memory back with a delay, so that 192 MB stop a restore now and then (2 of some 20 runs).
 */
const LEAST_DATA = 256 * 1024 * 1024;

/**
 * The limits that this machine has: always RLIMIT_DATA, which counts private writable memory whether it is touched or
 * not, as hosts do that do not overcommit; and a control group, which counts resident memory and the page cache, where
 * one can be made. `ulimit -v` counts addresses, of which the runtime reserves gigabytes, so it says nothing.
 */
export function memoryLimits(bytes: number): MemoryLimit[] {
  const data: MemoryLimit = {
    name: `RLIMIT_DATA (${Math.max(bytes, LEAST_DATA)} bytes)`,
    prefix: `prlimit --data=${Math.max(bytes, LEAST_DATA)}`,
    wasHit: () => false,
    [Symbol.dispose]: () => {},
  };
  const group = controlGroup(bytes);
  return group === undefined ? [data] : [data, group];
}

const V1 = '/sys/fs/cgroup/memory';
const V2 = '/sys/fs/cgroup';

/** Of version 1 or 2; undefined where this user can make none. */
function controlGroup(bytes: number): MemoryLimit | undefined {
  const isFirst = existsSync(join(V1, 'memory.limit_in_bytes'));
  const folder = join(isFirst ? V1 : V2, `gpbackup-s3-plugin-test-${process.pid}-${bytes}`);
  const file = (name: string): string => join(folder, name);
  try {
    mkdirSync(folder);
  } catch {
    // Not root, or a file system of control groups that is read-only or not there.
    return undefined;
  }
  try {
    writeFileSync(file(isFirst ? 'memory.limit_in_bytes' : 'memory.max'), String(bytes));
  } catch {
    // Version 2 without the memory controller for children of this group.
    rmdirSync(folder);
    return undefined;
  }
  return {
    name: `control group, version ${isFirst ? 1 : 2}`,
    // The shell enters the group, and becomes the command.
    prefix: `sh -c 'echo $$ >${file('cgroup.procs')} && exec "$@"' sh`,
    wasHit: () =>
      /^oom_kill [1-9]/m.test(readFileSync(file(isFirst ? 'memory.oom_control' : 'memory.events'), 'utf8')),
    [Symbol.dispose]: () => rmdirSync(folder),
  };
}
