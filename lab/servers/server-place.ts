import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Launch, ServerProcess } from './server-process.ts';

const run = promisify(execFile);

/** All that a running server has: a temporary folder, and processes with their logs in it. */
export class ServerPlace {
  readonly folder: string;
  readonly #processes: ServerProcess[] = [];
  readonly #ends: (() => Promise<void>)[] = [];

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(name: string): Promise<ServerPlace> {
    return new ServerPlace(await mkdtemp(join(tmpdir(), `${name}-`)));
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** @returns its path */
  async makeFolder(name: string): Promise<string> {
    await mkdir(this.path(name), { recursive: true });
    return this.path(name);
  }

  /** @returns its path */
  async write(name: string, text: string): Promise<string> {
    await writeFile(this.path(name), text, { mode: 0o600 });
    return this.path(name);
  }

  /** A program of the server that is going to be started; the last one made is the first to be killed. */
  process(name: string, launch: Launch): ServerProcess {
    const made = new ServerProcess(name, this.folder, launch);
    this.#processes.unshift(made);
    return made;
  }

  /** Runs a command of the server's to its end. @returns its stdout */
  async command(program: string, args: readonly string[]): Promise<string> {
    const env = { PATH: process.env['PATH'], HOME: this.folder, TMPDIR: this.folder };
    const { stdout } = await run(program, args, { cwd: this.folder, env });
    return stdout;
  }

  /** For what the server leaves outside its folder. */
  atEnd(action: () => Promise<void>): void {
    this.#ends.push(action);
  }

  /** The ends of all logs. */
  async lastWords(): Promise<string> {
    const words = await Promise.all(this.#processes.map((one) => one.lastWords()));
    return words.filter((text) => text !== '').join('\n');
  }

  /** Kills the processes and removes everything. */
  async clear(): Promise<void> {
    for (const one of this.#processes) await one.kill();
    for (const action of this.#ends) await action();
    await rm(this.folder, { recursive: true, force: true });
  }
}
