import { TiB } from '../../src/base/bytes.ts';
import { type Endpoint, type Job } from '../peers/peer.ts';
import type { Plugin } from '../peers/plugin.ts';
import { keySuffix } from '../sink/object-size.ts';

export type Direction = 'up' | 'down';

/** Processes that move bytes for as long as they live. */
export class Crowd implements AsyncDisposable {
  readonly #start: () => Bun.Subprocess;
  #living: Bun.Subprocess[] = [];

  constructor(
    plugin: Plugin,
    direction: Direction,
    endpoint: Endpoint,
    env: Readonly<Record<string, string>>,
  ) {
    const job: Job =
      direction === 'up' ? { kind: 'up', name: 'stream' } : { kind: 'down', name: `stream${keySuffix(TiB)}` };
    const { argv } = plugin.command(job, endpoint);
    this.#start = () =>
      Bun.spawn([...argv], {
        env: { ...env },
        stdin: direction === 'up' ? Bun.file('/dev/zero') : 'ignore',
        stdout: direction === 'up' ? 'ignore' : Bun.file('/dev/null'),
        stderr: 'inherit',
      });
  }

  start(count: number): void {
    for (let index = 0; index < count; index += 1) this.#living.push(this.#start());
  }

  /** Kills the oldest ones; nothing of them is given the time to tidy up. */
  async kill(count: number): Promise<void> {
    const dying = this.#living.splice(0, count);
    for (const child of dying) child.kill('SIGKILL');
    await Promise.all(dying.map(async (child) => child.exited));
  }

  /** Fails when one of them has ended by itself. */
  check(): void {
    const ended = this.#living.find(({ exitCode }) => exitCode !== null);
    if (ended !== undefined) throw new Error(`a process ended with ${ended.exitCode}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill(this.#living.length);
  }
}
