import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Lane } from './lane.ts';
import type { Ended, FromMeasurer, ToMeasurer } from './process.ts';

/** A measured process failed: its own words. */
export class ClientFailed extends Error {
  override readonly name = 'ClientFailed';
}

/** What the clients of one measurement used, together. */
export interface ClientUsage {
  /** Seconds from the start of all clients to the end of the last process. */
  readonly wall: number;
  /** CPU seconds of the clients. */
  readonly cpu: number;
  /** CPU seconds of what took their output. */
  readonly consumerCpu: number;
  /** Bytes: of the largest client, and the sum over all. */
  readonly peak: number;
  readonly peakSum: number;
}

/** The process that measures, as the bench sees it. */
export class Measurer implements AsyncDisposable {
  readonly #folder: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #child: Bun.Subprocess;
  #answer = Promise.withResolvers<FromMeasurer>();
  #running: string | undefined;

  /** @param folder for the files of measurements; @param env of all processes. */
  constructor(folder: string, env: Readonly<Record<string, string>>) {
    this.#folder = folder;
    this.#env = env;
    this.#child = Bun.spawn([process.execPath, join(import.meta.dir, 'process.ts')], {
      stdin: 'ignore',
      stdout: 'inherit',
      stderr: 'inherit',
      serialization: 'json',
      ipc: (answer: FromMeasurer) => this.#answer.resolve(answer),
      onExit: () => this.#answer.reject(new Error('the measuring process has ended')),
    });
  }

  /**
   * Runs lanes to their end.
   * @param seconds after which what still runs is killed.
   * @throws {ClientFailed}
   */
  async measure(lanes: readonly Lane[], seconds: number): Promise<ClientUsage> {
    const folder = mkdtempSync(join(this.#folder, 'lanes-'));
    this.#answer = Promise.withResolvers();
    this.#running = folder;
    const limit = setTimeout(() => this.#kill(), seconds * 1000);
    try {
      this.#child.send({ folder, lanes, env: this.#env } satisfies ToMeasurer);
      const answer = await this.#answer.promise;
      if (answer.kind === 'failed') throw new Error(answer.reason);
      return summed(answer.processes, folder);
    } finally {
      clearTimeout(limit);
      this.#running = undefined;
      rmSync(folder, { recursive: true, force: true });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#kill();
    this.#child.kill('SIGKILL');
    await this.#child.exited;
  }

  /** Ends the processes of the measurement that runs: the measuring process itself is blocked. */
  #kill(): void {
    if (this.#running === undefined) return;
    for (const line of readFileSync(join(this.#running, 'pids'), 'utf8').trim().split('\n')) {
      try {
        process.kill(Number(line.split(' ')[2]), 'SIGKILL');
      } catch (error) {
        // It has ended by itself.
        if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
      }
    }
  }
}

function summed(processes: readonly Ended[], folder: string): ClientUsage {
  const clients = processes.filter(({ role }) => role === 'client');
  for (const { lane, status } of clients) {
    if (status === 0) continue;
    const words = readFileSync(join(folder, `errors.${lane}`), 'utf8').trim();
    throw new ClientFailed(`ended with ${status}: ${words.slice(0, 500) || 'nothing on stderr'}`);
  }
  const consumers = processes.filter(({ role }) => role === 'consumer');
  return {
    wall: Math.max(...[...clients, ...consumers].map(({ endedAfter }) => endedAfter)),
    cpu: sum(clients.map(({ cpu }) => cpu)),
    consumerCpu: sum(consumers.map(({ cpu }) => cpu)),
    peak: Math.max(...clients.map(({ peak }) => peak)),
    peakSum: sum(clients.map(({ peak }) => peak)),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
