import { formatSize } from './bytes.ts';
import { formatDuration } from './duration.ts';
import { codeOf } from './plugin-error.ts';
import { PROGRAM } from './product.ts';
import { shownError } from './shown-error.ts';
import { systemReason } from './system-error.ts';
import { untilAborted } from './until-aborted.ts';
import { within } from './within.ts';

/** Bytes of output: keys and passwords take a few hundred. */
const MOST_OUTPUT = 64 * 1024;
/** A child that a command leaves behind may keep its output open: milliseconds that it is read on. */
const LAST_OUTPUT = 1000;

/** A command gave no output that counts. The message goes on after the command's name: `exited with status 3`. */
export class CommandFailure extends Error {}

export interface CommandOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Ends the command, and is what is thrown then. */
  readonly signal: AbortSignal;
  /** Milliseconds that it may take. */
  readonly patience: number;
}

/**
 * Runs a program without a shell and gives what it prints. Its input is empty. Its whole group of processes ends with
 * the signal, and when its time is over.
 * @param words the program, which is looked for in PATH, and its arguments
 * @throws {CommandFailure} with the first line of its stderr, without what looks like a secret; the signal's reason
 */
export async function runCommand(
  words: readonly string[],
  { environment, signal, patience }: CommandOptions,
): Promise<string> {
  signal.throwIfAborted();
  const child = start(words, environment);
  const stop = new AbortController();
  let ended = false;
  // Keys may still be renewed when all work is done: nothing is left behind.
  const atExit = (): void => endGroup(child.pid);
  process.once('exit', atExit);
  const timer = setTimeout(
    () => stop.abort(new CommandFailure(`did not end within ${formatDuration(patience)}`)),
    patience,
  );
  try {
    const output = new Output(child.stdout, () =>
      stop.abort(new CommandFailure(`printed more than ${formatSize(MOST_OUTPUT)}`)),
    );
    const errors = new Output(child.stderr);
    const end = child.exited.then(async (status) => {
      await within(LAST_OUTPUT, Promise.all([output.ended, errors.ended]));
      return status;
    });
    const status = await untilAborted(untilAborted(end, signal), stop.signal);
    ended = true;
    await Promise.all([output.close(), errors.close()]);
    if (status === 0) return output.text();
    const how =
      child.signalCode === null ? `exited with status ${status}` : `was ended by ${child.signalCode}`;
    const said = shownError(errors.text(), output.text(), words);
    throw new CommandFailure(said === '' ? how : `${how}: ${said}`);
  } finally {
    clearTimeout(timer);
    process.off('exit', atExit);
    // What it leaves behind on purpose, such as an agent, stays.
    if (!ended) endGroup(child.pid);
  }
}

type Child = Bun.Subprocess<'ignore', 'pipe', 'pipe'>;

function start(words: readonly string[], environment: CommandOptions['environment']): Child {
  try {
    return Bun.spawn([...words], {
      env: withoutOurs(environment),
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
      detached: true,
    });
  } catch (cause) {
    const why =
      codeOf(cause) === 'ENOEXEC'
        ? 'it is neither a program nor a script that begins with #!'
        : systemReason(cause);
    throw new CommandFailure(`can't be started: ${why}`, { cause });
  }
}

/** Without what the launcher sets for this program alone. */
function withoutOurs(environment: CommandOptions['environment']): Record<string, string> {
  const own = new RegExp(`^(BUN_|MIMALLOC_|${PROGRAM.toUpperCase()}_)`);
  const others: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && !own.test(name)) others[name] = value;
  }
  return others;
}

/** What comes out of a pipe, up to a limit; what is beyond is read, so that nobody is blocked, and dropped. */
class Output {
  readonly ended: Promise<void>;
  readonly #reader: {
    read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
    cancel(): Promise<void>;
  };
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  constructor(stream: ReadableStream<Uint8Array>, tooMuch: () => void = () => {}) {
    this.#reader = stream.getReader();
    this.ended = this.#read(tooMuch);
  }

  async #read(tooMuch: () => void): Promise<void> {
    for (;;) {
      const { done, value } = await this.#reader.read();
      if (done || value === undefined) return;
      if (this.#length < MOST_OUTPUT) this.#chunks.push(value);
      this.#length += value.length;
      if (this.#length > MOST_OUTPUT) tooMuch();
    }
  }

  async close(): Promise<void> {
    await this.#reader.cancel();
  }

  text(): string {
    return Buffer.concat(this.#chunks).subarray(0, MOST_OUTPUT).toString('utf8');
  }
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it has ended.
  }
}
