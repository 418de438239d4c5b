import { writeSync } from 'node:fs';
import { PluginError, reasonOf, withoutUrlSecrets } from '../base/plugin-error.ts';
import { PROGRAM } from '../base/product.ts';
import { FORCED_END } from '../base/signal-times.ts';
import { about } from '../log/about.ts';
import { escapeControls } from '../log/line.ts';
import { ProcessLog } from '../log/log.ts';
import { logFile } from '../log/log-file.ts';
import { clearForMessage, messagesFd } from '../process/messages.ts';
import { onEndingSignal } from '../process/signals.ts';
import { entryOf } from './all-commands.ts';
import { exitCodeOf, exitCodeOfError } from './exit-code.ts';
import { parseArguments } from './parse.ts';
import { quickAnswer } from './quick-answer.ts';

/** gpbackup keeps what the plugin writes to stderr in a pipe of 64 kB that it reads at the end only. */
const LONGEST_MESSAGE = 4000;

/**
 * Runs the program and gives its exit code. Nothing is thrown.
 * @param exit ends the process at once; used when a command does not end in time after a signal.
 */
export async function run(argv: readonly string[], exit: (code: number) => void): Promise<number> {
  const log = new ProcessLog(about(argv.slice(2), logFile(PROGRAM, tellUnlogged)));
  try {
    const invocation = await parseArguments(argv);
    if (invocation.kind === 'version') {
      await quickAnswer(['--version'])?.();
      return 0;
    }
    if (invocation.kind === 'help') {
      writeSync(1, invocation.text);
      return 0;
    }
    const { name, entry, args, flags } = invocation;
    const command = await entry.load();
    const ending = new AbortController();
    onEndingSignal((error) => {
      if (ending.signal.aborted) return;
      ending.abort(error);
      setTimeout(() => {
        log.warning(`${argv[0] ?? ''}: ${error.message}, but something did not stop within ${FORCED_END} ms`);
        exit(error.exitCode);
      }, FORCED_END);
    });
    // The table's types say that each command fits its own entry.
    const input = { args, flags } as never;
    const result = await command(input, { log, signal: ending.signal, environment: process.env });
    if (result === undefined) return 0;
    const { print } = await import('../session/print.ts');
    const remark = (text: string): void => tell(`${PROGRAM}: ${escapeControls(text)}\n`);
    await print(result, { signal: ending.signal, remark, json: flags['json'] === true ? name : undefined });
    return exitCodeOf(entry.kind, result.kind === 'answer' ? (result.outcome ?? 'ok') : 'ok');
  } catch (error) {
    report(error, log, argv);
    const [first = ''] = argv;
    return exitCodeOfError((await entryOf(first))?.kind, error);
  }
}

/** Tells what escaped every handler. */
export function reportDefect(error: unknown, argv: readonly string[]): void {
  report(error, new ProcessLog(about(argv.slice(2), logFile(PROGRAM))), argv);
}

/** Reports a failure: on stderr for the caller, and in the log for later. */
function report(error: unknown, log: ProcessLog, argv: readonly string[]): void {
  const expected = error instanceof PluginError;
  const message = expected ? error.message : `internal error: ${reasonOf(error)}`;
  const hint = expected ? error.hint : 'this is a defect of the program: please report it with the log file';
  // Line breaks of a list of problems are wanted; other control characters may come from a hostile key.
  const shown = message.split('\n').map(escapeControls).join('\n').slice(0, LONGEST_MESSAGE);
  const text = `${PROGRAM}: ${shown}\n${hint === undefined ? '' : `HINT: ${escapeControls(hint)}\n`}`;
  tell(text);
  const [command = ''] = argv;
  log.error(`${command}: ${message}${hint === undefined ? '' : ` HINT: ${hint}`}`);
  if (!expected && error instanceof Error) log.info(withoutUrlSecrets(error.stack ?? 'no stack'));
}

/** On a terminal only: many processes would each repeat it, and some callers take it for a failure. */
function tellUnlogged(cause: unknown): void {
  if (!process.getBuiltinModule('node:tty').isatty(messagesFd())) return;
  tell(`${PROGRAM}: nothing is logged: ${escapeControls(reasonOf(cause))}\n`);
}

/** Writes to stderr. */
function tell(text: string): void {
  clearForMessage();
  try {
    writeSync(messagesFd(), text);
  } catch {
    // Nobody reads stderr any more; the log and the exit code still show it.
  }
}
