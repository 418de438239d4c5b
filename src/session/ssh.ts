import { onAbort } from '../base/abort-scope.ts';
import { codeOf } from '../base/plugin-error.ts';
import { shownError } from '../base/shown-error.ts';
import { systemReason } from '../base/system-error.ts';
import { within } from '../base/within.ts';

/** Seconds for a connection. */
const CONNECT = 15;
/** Bytes of output that are kept: a check prints some kilobytes. */
const MOST_OUTPUT = 4 * 1024 * 1024;
/** What a connection leaves behind may keep its output open: milliseconds that it is read on. */
const LAST_OUTPUT = 2000;

/** How a command on another host ended. */
export interface Remote {
  /** Its exit code; 255 is ssh's own. Undefined: it was not started, or ended by its time. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  /** The first line of what went wrong, without what looks like a secret. */
  readonly error: string;
}

export interface SshOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Milliseconds that all of it may take. */
  readonly patience: number;
  /** Is given the output so far, whenever there is more. */
  readonly onOutput?: (text: string) => void;
}

/**
 * Runs a shell command on a host, by ssh without a password.
 * @param host a name that `readHosts` has checked
 * @throws the signal's reason
 */
export async function ssh(host: string, script: string, options: SshOptions): Promise<Remote> {
  const { environment, signal, patience, onOutput } = options;
  signal.throwIfAborted();
  const words = ['ssh', '-o', 'BatchMode=yes', '-o', `ConnectTimeout=${CONNECT}`, host, script];
  let child: Bun.Subprocess<'ignore', 'pipe', 'pipe'>;
  try {
    child = Bun.spawn(words, {
      env: withoutOurs(environment),
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    });
  } catch (error) {
    const why = codeOf(error) === 'ENOENT' ? 'there is no ssh in PATH' : systemReason(error);
    return { exitCode: undefined, stdout: '', error: why };
  }
  const atExit = (): void => child.kill('SIGKILL');
  process.once('exit', atExit);
  const forget = onAbort(signal, () => child.kill('SIGTERM'));
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, patience);
  try {
    const output = { stdout: '', stderr: '' };
    const reading = Promise.all([
      read(child.stdout, (text) => {
        output.stdout += text;
        onOutput?.(output.stdout);
      }),
      read(child.stderr, (text) => {
        output.stderr += text;
      }),
    ]);
    const exitCode = await child.exited;
    await within(LAST_OUTPUT, reading);
    signal.throwIfAborted();
    const { stdout, stderr } = output;
    if (late) return { exitCode: undefined, stdout, error: `no answer within ${patience / 1000} s` };
    return { exitCode, stdout, error: shownError(stderr, '', []) };
  } finally {
    clearTimeout(timer);
    forget();
    process.off('exit', atExit);
  }
}

async function read(stream: ReadableStream<Uint8Array>, take: (text: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length <= MOST_OUTPUT) take(decoder.decode(chunk, { stream: true }));
  }
}

/** A word as a shell takes it. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Without what the launcher sets for this program alone. */
function withoutOurs(environment: SshOptions['environment']): Record<string, string> {
  const others: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment))
    if (value !== undefined && !/^(BUN_|MIMALLOC_|GPBACKUP_S3_PLUGIN_)/.test(name)) others[name] = value;
  return others;
}
