import { looksLikeShell, splitCommandLine } from '../../base/command-line.ts';
import { pause } from '../../base/pause.ts';
import { CommandFailure, runCommand } from '../../base/run-command.ts';
import { TransportError } from '../http/transport-error.ts';
import { Retries } from '../retry.ts';
import { readDocument, readKeys } from './given-keys.ts';
import { type Found, SourceError, type SourceParts } from './source.ts';

/** Milliseconds that a process may take: as AWS's library for Go gives it. */
const PATIENCE = 60_000;

/**
 * Keys that a command prints as JSON (credential_process); it is started without a shell. A command that fails is run
 * again a few times, since what it asks may have a passing fault.
 * @param shown what precedes credential_process in messages: the profile
 */
export async function processKeys(
  parts: SourceParts,
  signal: AbortSignal,
  shown: string,
  command: string,
): Promise<Found> {
  const split = splitCommandLine(command);
  if ('allowed' in split) throw new SourceError(`${shown}credential_process must be ${split.allowed}`);
  const { words } = split;
  const { retryPolicy, environment } = parts;
  const options = { environment, signal, patience: Math.min(PATIENCE, retryPolicy.timeout) };
  const retries = new Retries(retryPolicy, performance.now());
  for (;;) {
    try {
      return keysOf(await runCommand(words, options));
    } catch (error) {
      if (!(error instanceof CommandFailure)) throw error;
      const delay = retries.next('few', performance.now(), { reached: true });
      if (delay === undefined) {
        throw new SourceError(`${shown}credential_process ${error.message}`, {
          hint: looksLikeShell(words)
            ? "credential_process is started without a shell: write sh -c '…' around what needs one"
            : 'run the command of credential_process by hand, as the user that runs the database',
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
    if (readDocument(text)['Version'] !== 1) throw new CommandFailure('printed no document of Version 1');
    return readKeys(text, { token: 'SessionToken' });
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    throw new CommandFailure(`printed no keys: ${error.message}`);
  }
}
