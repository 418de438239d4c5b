import { type ChildProcess, spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { codeOf } from '../../src/base/plugin-error.ts';

/** How a process is started. */
export interface Launch {
  readonly program: string;
  readonly args: readonly string[];
  /** Added to an environment that has nothing of the user's own. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A program of a server, which can be killed and started again. It has a process group of its own. */
export class ServerProcess {
  /** Everything that it has written to stdout and stderr. */
  readonly logFile: string;
  readonly #folder: string;
  readonly #launch: Launch;
  #child: ChildProcess | undefined;
  #exit: Promise<void> = Promise.resolve();
  #failure: Error | undefined;

  /** @param folder it runs there, and takes it for its home and for temporary files */
  constructor(name: string, folder: string, launch: Launch) {
    this.logFile = `${folder}/${name}.log`;
    this.#folder = folder;
    this.#launch = launch;
  }

  /** The id of its process and process group while it runs. */
  get pid(): number | undefined {
    return this.isRunning ? this.#child?.pid : undefined;
  }

  get isRunning(): boolean {
    const child = this.#child;
    return child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** Why it doesn't run. */
  get ending(): string {
    if (this.#failure !== undefined) return this.#failure.message;
    const { exitCode = null, signalCode = null } = this.#child ?? {};
    return exitCode === null ? `ended by ${signalCode ?? 'nothing'}` : `ended with exit code ${exitCode}`;
  }

  /** Starts it; nothing says yet that it works. */
  async start(): Promise<void> {
    const { program, args, env } = this.#launch;
    const log = await open(this.logFile, 'a');
    // The kernel kills it when this process dies, however that happens.
    const child = spawn('setpriv', ['--pdeathsig=KILL', program, ...args], {
      cwd: this.#folder,
      env: { PATH: process.env['PATH'], HOME: this.#folder, TMPDIR: this.#folder, ...env },
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    await log.close();
    this.#child = child;
    this.#failure = undefined;
    this.#exit = new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', (error) => {
        this.#failure = error;
        resolve();
      });
    });
  }

  /** SIGKILL to its whole group; resolves when it is gone. Does nothing when it doesn't run. */
  async kill(): Promise<void> {
    const pid = this.#child?.pid;
    if (pid !== undefined) killGroup(pid);
    await this.#exit;
  }

  /** The end of its log. */
  async lastWords(): Promise<string> {
    const log = await readFile(this.logFile, 'utf8').catch(() => '');
    return log.slice(-2000);
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // It is gone already.
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}
