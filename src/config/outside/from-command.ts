import { looksLikeShell, splitCommandLine } from '../../base/command-line.ts';
import { lineOf } from '../../base/first-line.ts';
import { pause } from '../../base/pause.ts';
import { CommandFailure, runCommand } from '../../base/run-command.ts';
import type { Host } from '../load.ts';
import type { OutsideValues } from './outside-values.ts';

const TARGET = 'aws_secret_access_key';
const SOURCE = `${TARGET}_command`;
/** Milliseconds that all tries together may take. */
const PATIENCE = 60_000;
/** Milliseconds between tries: what a command asks may have a passing fault. */
const PAUSES = [300, 1000] as const;

/** Puts the first line that a command prints into the option that it is for. */
export async function readCommand(outside: OutsideValues, host: Host): Promise<void> {
  const line = outside.get(SOURCE);
  if (line === undefined) return;
  const other = [`${TARGET}_file`, TARGET].find((name) => outside.get(name) !== undefined);
  if (other !== undefined) {
    return outside.miss(TARGET, `"${other}" and "${SOURCE}" are both set: keep one of them`);
  }
  const split = splitCommandLine(line);
  // What is wrong with it is told with all other values.
  if ('allowed' in split) return outside.miss(TARGET);
  // Nothing is started for a file that can't be used.
  if (outside.problems.length > 0) return outside.miss(TARGET);
  try {
    outside.put(TARGET, await firstLineOf(split.words, host), `the output of ${SOURCE}`);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    outside.hint = looksLikeShell(split.words)
      ? `${SOURCE} is started without a shell: write sh -c '…' around what needs one`
      : `run the command of ${SOURCE} by hand, as the user that runs the database`;
    outside.miss(TARGET, `option "${SOURCE}": the command ${error.message}`);
  }
}

async function firstLineOf(words: readonly string[], { environment, signal }: Host): Promise<string> {
  const deadline = performance.now() + PATIENCE;
  for (let tries = 0; ; tries += 1) {
    try {
      const patience = deadline - performance.now();
      return lineIn(await runCommand(words, { environment, signal, patience }));
    } catch (error) {
      const wait = PAUSES[tries];
      const isPassing = error instanceof CommandFailure && error.cause === undefined;
      if (!isPassing || wait === undefined || performance.now() + wait >= deadline) throw error;
      await pause(wait, signal);
    }
  }
}

function lineIn(output: string): string {
  const line = lineOf(Buffer.from(output));
  if (typeof line !== 'string') throw new CommandFailure(`printed nothing that can be used: ${line.why}`);
  // What stands for bytes that are no text.
  if (line.includes('\ufffd')) throw new CommandFailure('printed a line that is not text in UTF-8');
  return line;
}
