import { readFileSync } from 'node:fs';
import { MiB } from '../../src/base/bytes.ts';
import { codeOf } from '../../src/base/plugin-error.ts';
import type { CommitCharge } from '../results.ts';
import type { Command } from './lane.ts';

/** Milliseconds: how long the mappings of a waiting process are watched, and how long a busy one's at most. */
const IDLE_TIME = 700;
const BUSY_TIME = 8000;
const INTERVAL = 5;

/** What the kernel counts under vm.overcommit_memory = 2: private writable mappings, touched or not. */
export function privateWritable(maps: string): number {
  let bytes = 0;
  for (const line of maps.split('\n')) {
    const [, from = '0', to = '0', mode = ''] = /^([0-9a-f]+)-([0-9a-f]+) (\S{4}) /.exec(line) ?? [];
    if (mode[1] === 'w' && mode[3] === 'p') bytes += Number.parseInt(to, 16) - Number.parseInt(from, 16);
  }
  return bytes;
}

/**
 * The most that a process counts while it waits for its first byte, and while it stores `bytes` bytes.
 * @param command stores its standard input.
 */
export async function commitCharge(
  peer: string,
  { argv, env = {} }: Command,
  base: Readonly<Record<string, string>>,
  bytes: number,
): Promise<CommitCharge> {
  const child = Bun.spawn([...argv], {
    env: { ...base, ...env },
    stdin: 'pipe',
    stdout: 'ignore',
    stderr: 'ignore',
  });
  const watch = { most: 0 };
  const timer = setInterval(() => {
    watch.most = Math.max(watch.most, chargeOf(child.pid));
  }, INTERVAL);
  try {
    await Bun.sleep(IDLE_TIME);
    const idle = watch.most;
    const limit = setTimeout(() => child.kill('SIGKILL'), BUSY_TIME);
    for (let fed = 0; fed < bytes; fed += MiB) {
      await child.stdin.write(new Uint8Array(MiB));
      await child.stdin.flush();
    }
    await child.stdin.end();
    await child.exited;
    clearTimeout(limit);
    return { peer, idle, busy: watch.most };
  } finally {
    clearInterval(timer);
    child.kill('SIGKILL');
  }
}

/** 0 for a process that has ended, or that is still the shell of the launcher. */
function chargeOf(pid: number): number {
  try {
    return privateWritable(readFileSync(`/proc/${pid}/maps`, 'utf8'));
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH') return 0;
    throw error;
  }
}
