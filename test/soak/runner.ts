import { PLUGIN } from '../../lab/program/plugin.ts';
import { PeakMemory } from './peak-memory.ts';

/** How one process ended. */
export interface Ended {
  readonly exitCode: number;
  readonly stderr: string;
  /** It was ended by a signal that the soak sent. */
  readonly signalled: boolean;
}

export interface Running {
  readonly stdin?: ReadableStream<Uint8Array>;
  readonly onOutput?: (chunk: Uint8Array) => void;
  /** The process is ended so, if it still runs then. */
  readonly end?: { readonly signal: 'SIGKILL' | 'SIGTERM'; readonly when: Promise<void> };
}

/** Starts processes of the plugin, measures their memory, and can end all of them. */
export class Runner implements Disposable {
  readonly #env: Readonly<Record<string, string>>;
  readonly #running = new Set<Bun.Subprocess>();
  readonly memory = new PeakMemory();

  /** @param home of the processes: their logs go below it */
  constructor(home: string) {
    this.#env = { HOME: home, PATH: '/usr/bin:/bin' };
  }

  async run(args: readonly string[], { stdin, onOutput, end }: Running = {}): Promise<Ended> {
    let signalled = false;
    const child = Bun.spawn([PLUGIN, ...args], {
      env: this.#env,
      stdin: stdin ?? 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
      // Ctrl-C on a terminal must reach the soak alone, or every operation under way would look failed.
      detached: true,
    });
    this.#running.add(child);
    this.memory.watch(child.pid);
    void end?.when.then(() => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      signalled = true;
      child.kill(end.signal);
    });
    const [stderr, exitCode] = await Promise.all([
      new Response(child.stderr).text(),
      child.exited,
      takeAll(child.stdout, onOutput),
    ]);
    this.memory.forget(child.pid, args[0] ?? '');
    this.#running.delete(child);
    return { exitCode, stderr, signalled };
  }

  /** SIGTERM to all that run: each removes its unfinished upload. */
  end(): void {
    for (const child of this.#running) child.kill('SIGTERM');
  }

  [Symbol.dispose](): void {
    for (const child of this.#running) child.kill('SIGKILL');
    this.memory[Symbol.dispose]();
  }
}

async function takeAll(
  stream: ReadableStream<Uint8Array>,
  take: (chunk: Uint8Array) => void = () => {},
): Promise<void> {
  for await (const chunk of stream) take(chunk);
}
