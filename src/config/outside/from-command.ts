import { looksLikeShell, splitCommandLine } from '../../base/command-line.ts';
import { lineOf } from '../../base/first-line.ts';
import { pause } from '../../base/pause.ts';
import { CommandFailure, runCommand } from '../../base/run-command.ts';
import type { Host } from '../host.ts';
import { REMOTE } from '../options/second-site.ts';
import type { OutsideValues } from './outside-values.ts';

/** The options that a command may give, of each site. */
const TARGETS = ['aws_secret_access_key', `${REMOTE}aws_secret_access_key`];
/** Milliseconds that all tries together may take. */
const PATIENCE = 60_000;
/** Milliseconds between tries: what a command asks may have a passing fault. */
const PAUSES = [300, 1000] as const;

/** Puts the first lines that commands print into the options that they are for. */
export async function readCommands(outside: OutsideValues, host: Host): Promise<void> {
  for (const target of TARGETS) await readCommand(outside, host, target);
}

async function readCommand(outside: OutsideValues, host: Host, target: string): Promise<void> {
  const source = `${target}_command`;
  const line = outside.get(source);
  if (line === undefined) return;
  const other = [`${target}_file`, target].find((name) => outside.get(name) !== undefined);
  if (other !== undefined) {
    return outside.miss(target, `"${other}" and "${source}" are both set: keep one of them`);
  }
  const split = splitCommandLine(line);
  // What is wrong with it is told with all other values.
  if ('allowed' in split) return outside.miss(target);
  // Nothing is started for a file that can't be used.
  if (outside.problems.length > 0) return outside.miss(target);
  try {
    outside.put(target, await firstLineOf(split.words, host), `the output of ${source}`);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    outside.hint = looksLikeShell(split.words)
      ? `${source} is started without a shell: write sh -c '…' around what needs one`
      : `run the command of ${source} by hand, as the user that runs the database`;
    outside.miss(target, `option "${source}": the command ${error.message}`);
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
