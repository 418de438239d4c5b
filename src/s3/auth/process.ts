import { formatDuration } from '../../base/duration.ts';
import { pause } from '../../base/pause.ts';
import { printable } from '../../base/printable.ts';
import { PROGRAM } from '../../base/product.ts';
import { systemReason } from '../../base/system-error.ts';
import { untilAborted } from '../../base/until-aborted.ts';
import { TransportError } from '../http/transport-error.ts';
import { Retries } from '../retry.ts';
import { readDocument, readKeys } from './given-keys.ts';
import { type Found, SourceError, type SourceParts } from './source.ts';

/** Milliseconds that a process may take: as AWS's library for Go gives it. */
const PATIENCE = 60_000;
/** Bytes of output: keys take a few hundred. */
const MOST_OUTPUT = 64 * 1024;

/** The process did not give keys. */
class ProcessFailure extends Error {}

/**
 * Keys that a command prints as JSON (credential_process of a profile). A command that fails is run again a few times,
 * since what it asks may have a passing fault.
 * @param shown the profile, in quotes
 */
export async function processKeys(
  parts: SourceParts,
  signal: AbortSignal,
  shown: string,
  command: string,
): Promise<Found> {
  const retries = new Retries(parts.retryPolicy, performance.now());
  for (;;) {
    try {
      return keysOf(await run(parts, signal, command));
    } catch (error) {
      if (!(error instanceof ProcessFailure)) throw error;
      const delay = retries.next('few', performance.now(), { reached: true });
      if (delay === undefined) {
        throw new SourceError(`${shown}: credential_process ${error.message}`, {
          hint: 'run the command of credential_process by hand, as the user that runs the database',
          cause: error,
        });
      }
      parts.log.verbose(`credential_process ${error.message}, again in ${Math.round(delay)} ms`);
      await pause(delay, signal);
    }
  }
}

function keysOf(text: string): Found {
  try {
    if (readDocument(text)['Version'] !== 1) throw new ProcessFailure('printed no document of Version 1');
    return readKeys(text, { token: 'SessionToken' });
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    throw new ProcessFailure(`printed no keys: ${error.message}`);
  }
}

/** The command's output. Its whole group of processes ends with the signal, and when its time is over. */
async function run(parts: SourceParts, signal: AbortSignal, command: string): Promise<string> {
  signal.throwIfAborted();
  const child = start(parts, command);
  let over = false;
  const overdue = new AbortController();
  const patience = Math.min(PATIENCE, parts.retryPolicy.timeout);
  const timer = setTimeout(
    () => overdue.abort(new ProcessFailure(`did not end within ${formatDuration(patience)}`)),
    patience,
  );
  try {
    const ended = Promise.all([bounded(child.stdout), bounded(child.stderr), child.exited]);
    const [output, errors, status] = await untilAborted(untilAborted(ended, signal), overdue.signal);
    over = true;
    if (status === 0) return output;
    const how =
      child.signalCode === null ? `exited with status ${status}` : `was ended by ${child.signalCode}`;
    const [first = ''] = errors.trim().split(/\r|\n/);
    throw new ProcessFailure(first === '' ? how : `${how}: ${printable(first)}`);
  } finally {
    clearTimeout(timer);
    // What it leaves behind on purpose, such as an agent, stays.
    if (!over) endGroup(child.pid);
  }
}

function start(parts: SourceParts, command: string): Bun.Subprocess<'ignore', 'pipe', 'pipe'> {
  try {
    return Bun.spawn(['/bin/sh', '-c', command], {
      env: environmentOf(parts),
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
      detached: true,
    });
  } catch (cause) {
    throw new ProcessFailure(`can't be started: ${systemReason(cause)}`);
  }
}

/** Without what the launcher sets for this program alone. */
function environmentOf({ environment }: SourceParts): Record<string, string> {
  const own = new RegExp(`^(BUN_|MIMALLOC_|${PROGRAM.toUpperCase()}_)`);
  const entries = Object.entries(environment).filter(([name]) => !own.test(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? '']));
}

async function bounded(stream: ReadableStream<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    // What is beyond is read, so that the command is not blocked, and dropped.
    if (length < MOST_OUTPUT) chunks.push(chunk);
    length += chunk.length;
  }
  return Buffer.concat(chunks).subarray(0, MOST_OUTPUT).toString('utf8');
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it has ended.
  }
}
