import { closeSync, constants, openSync, readFileSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Lane, scriptOf } from './lane.ts';
import { adoptOrphans, type Usage, waitForAny } from './usage.ts';

/** Starts and measures lanes, in a process that does nothing else: it blocks while they run. */
export interface ToMeasurer {
  /** An empty folder. */
  readonly folder: string;
  readonly lanes: readonly Lane[];
  readonly env: Readonly<Record<string, string>>;
}

/** One process of a lane. */
export interface Ended extends Usage {
  readonly lane: number;
  readonly role: string;
  /** Seconds from the opening of the gate. */
  readonly endedAfter: number;
}

export type FromMeasurer =
  | { readonly kind: 'ended'; readonly processes: readonly Ended[] }
  | { readonly kind: 'failed'; readonly reason: string };

/** @throws when the shell or one of its processes can't be started. */
function measure({ folder, lanes, env }: ToMeasurer): readonly Ended[] {
  writeFileSync(join(folder, 'script'), scriptOf(lanes));
  const run = (argv: string[]): void => {
    const { exitCode, stderr } = Bun.spawnSync(argv, { cwd: folder, env, stdin: 'ignore', stdout: 'ignore' });
    if (exitCode !== 0) throw new Error(`${argv.join(' ')}: ${stderr.toString()}`);
  };
  run(['mkfifo', 'gate', 'ready']);
  // Open for both directions, so that neither side's opening waits for the other's.
  const gate = openSync(join(folder, 'gate'), constants.O_RDWR);
  const ready = openSync(join(folder, 'ready'), constants.O_RDWR);
  try {
    // Its background processes keep what it inherits, so it inherits nothing that is waited for.
    const { exitCode } = Bun.spawnSync(['sh', 'script'], {
      cwd: folder,
      env,
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    if (exitCode !== 0) throw new Error(`the shell ended with ${exitCode}`);
    const word = Buffer.alloc('ready\n'.length * lanes.length);
    for (let length = 0; length < word.length; )
      length += readSync(ready, word, length, word.length - length, null);
    const roles = rolesOf(readFileSync(join(folder, 'pids'), 'utf8'));
    const startedAt = performance.now();
    writeSync(gate, '\n'.repeat(lanes.length));
    const ended: Ended[] = [];
    while (roles.size > 0) {
      const { pid, usage } = waitForAny();
      const role = roles.get(pid);
      // Something that a measured process started and left behind.
      if (role === undefined) continue;
      roles.delete(pid);
      ended.push({ ...usage, ...role, endedAfter: (performance.now() - startedAt) / 1000 });
    }
    return ended;
  } finally {
    closeSync(gate);
    closeSync(ready);
  }
}

function rolesOf(text: string): Map<number, { readonly lane: number; readonly role: string }> {
  const roles = new Map<number, { lane: number; role: string }>();
  for (const line of text.trim().split('\n')) {
    const [lane = '', role = '', pid = ''] = line.split(' ');
    roles.set(Number(pid), { lane: Number(lane), role });
  }
  return roles;
}

const tell = (message: FromMeasurer): void => {
  process.send?.(message);
};

if (import.meta.main) {
  adoptOrphans();
  process.on('message', (message: ToMeasurer) => {
    try {
      tell({ kind: 'ended', processes: measure(message) });
    } catch (error) {
      tell({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
    }
  });
  process.on('disconnect', () => process.exit(0));
}
