import { delimiter, dirname, join } from 'node:path';
import { type Host, type Instance, SEGMENTS } from './cluster.ts';
import { DemoFailure } from './failure.ts';

/** What a command line gets in addition to its text. */
export interface LineOptions {
  /** The database process that starts it, as COPY does; otherwise it is started over ssh. */
  readonly instance?: Instance;
  /** The statement that a backend runs. */
  readonly query?: string;
  /** A file to be read as standard input; otherwise it is empty. */
  readonly input?: string;
}

/** What came out of a restore, without keeping it. */
export interface Digest {
  readonly bytes: number;
  readonly sha256: string;
}

/** The largest process of all command lines. */
export interface Peak {
  readonly bytes: number;
  readonly line: string;
  /** The process that measured was larger once: the number may be its own. */
  readonly atMost: boolean;
}

/** The task of the process that starts the lines. */
export type ToShell =
  | {
      readonly kind: 'run';
      readonly id: number;
      readonly argv: readonly string[];
      readonly cwd: string;
      readonly env: Readonly<Record<string, string>>;
      readonly input: string | undefined;
    }
  | { readonly kind: 'end' };

/** What it tells of an ended line. */
export interface FromShell {
  readonly id: number;
  readonly output: string;
  readonly errors: string;
  readonly status: number;
  /** Bytes of the line's largest process, at their most. */
  readonly peak: number;
  /** The same of the process that started it. */
  readonly ownPeak: number;
}

/**
 * Runs command lines by `bash -c`, each as the host or backend would: a clean environment, and success means
 * exit status 0 with nothing on stderr, since gpbackup_helper takes any byte there as a failure.
 *
 * Peak memory: what wait4(2) tells of an ended child covers the descendants it has waited for itself, as the
 * largest of them all. bash waits for its whole pipeline, so for `gzip -c -1 | PLUGIN …` that is the largest of
 * bash, gzip and the plugin, which is the plugin.
 */
export class Shell {
  readonly #signal: AbortSignal;
  readonly #path: string;
  readonly #child: Bun.Subprocess;
  readonly #waiting = new Map<number, PromiseWithResolvers<FromShell>>();
  #peak: Peak = { bytes: 0, line: '', atMost: false };
  #count = 0;
  #next = 0;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    this.#path = foldersOf(['bash', 'gzip', 'cat', 'mkdir', 'sh']);
    this.#child = Bun.spawn([process.execPath, join(import.meta.dir, 'shell-process.ts')], {
      stdin: 'ignore',
      stdout: 'inherit',
      stderr: 'inherit',
      serialization: 'json',
      ipc: (answer: FromShell) => this.#receive(answer),
      onExit: () => this.#lost(),
      detached: true,
    });
    signal.addEventListener('abort', () => this.#send({ kind: 'end' }), { once: true });
  }

  get peak(): Peak {
    return this.#peak;
  }

  /** How many command lines have succeeded. */
  get count(): number {
    return this.#count;
  }

  /** Runs a line to its end. Gives its stdout. */
  async run(host: Host, line: string, options: LineOptions = {}): Promise<string> {
    return await this.#run(host, line, ['bash', '-c', line], options);
  }

  /** Runs a line whose stdout is data, read by a process as COPY would be. */
  async digest(host: Host, line: string, options: LineOptions = {}): Promise<Digest> {
    // pipefail is the outer shell's own: the line runs without, as the database runs it.
    const outer = 'bash -c "$1" | "$2" "$3"';
    const reader = join(import.meta.dir, 'digest.ts');
    const argv = ['bash', '-o', 'pipefail', '-c', outer, 'demo', line, process.execPath, reader];
    return JSON.parse(await this.#run(host, line, argv, options)) as Digest;
  }

  /** Ends what runs, and waits until nothing runs any more. */
  async stop(): Promise<void> {
    this.#send({ kind: 'end' });
    await Promise.allSettled([...this.#waiting.values()].map(({ promise }) => promise));
    this.#child.kill();
    await this.#child.exited;
  }

  async #run(host: Host, line: string, argv: readonly string[], options: LineOptions): Promise<string> {
    this.#signal.throwIfAborted();
    const id = this.#next;
    this.#next += 1;
    const waiting = Promise.withResolvers<FromShell>();
    this.#waiting.set(id, waiting);
    this.#send({
      kind: 'run',
      id,
      argv,
      cwd: options.instance?.dataFolder ?? host.home,
      env: { HOME: host.home, PATH: this.#path, GPHOME: host.gphome, ...backendEnvironment(options) },
      input: options.input,
    });
    const { output, errors, status, peak, ownPeak } = await waiting.promise;
    this.#signal.throwIfAborted();
    if (status !== 0 || errors !== '') {
      throw new DemoFailure(
        `on ${host.name}: ${line}\nended with ${status}; on stderr: ${errors.trim() || 'nothing'}`,
      );
    }
    this.#count += 1;
    if (peak > this.#peak.bytes) this.#peak = { bytes: peak, line, atMost: peak <= ownPeak };
    return output;
  }

  #send(message: ToShell): void {
    if (this.#child.exitCode === null) this.#child.send(message);
  }

  #receive(answer: FromShell): void {
    this.#waiting.get(answer.id)?.resolve(answer);
    this.#waiting.delete(answer.id);
  }

  #lost(): void {
    for (const { reject } of this.#waiting.values()) {
      reject(new DemoFailure('the process that starts the command lines has ended'));
    }
  }
}

/** A PATH with the folders of these programs, and nothing else. */
function foldersOf(programs: readonly string[]): string {
  const folders = programs.map((name) => {
    const path = Bun.which(name);
    if (path === null) throw new DemoFailure(`the demo needs ${name}, which is not on PATH`);
    return dirname(path);
  });
  return [...new Set(folders)].join(delimiter);
}

/** What a backend's environment tells a COPY PROGRAM. */
function backendEnvironment({ instance, query }: LineOptions): Record<string, string> {
  if (instance === undefined || query === undefined) return {};
  return {
    LD_LIBRARY_PATH: `${instance.host.gphome}/lib`,
    GP_SEGMENT_ID: String(instance.content),
    GP_SEGMENT_COUNT: String(SEGMENTS),
    GP_SESSION_ID: '42',
    GP_DATABASE: 'shop',
    GP_SEG_DATADIR: instance.dataFolder,
    GP_QUERY_STRING: query,
    PGPORT: '5432',
  };
}
