import { writeSync } from 'node:fs';

/** The launcher hands stderr on under another number, since the runtime prints on 2 what nobody may read. */
export function messagesFd(): number {
  return process.env['GPBACKUP_S3_PLUGIN_MESSAGES'] === '3' ? 3 : 2;
}

/** Takes a line away that changes, such as progress; set while one is shown. */
let takeAway: (() => void) | undefined;

/** Says how the line that is shown now is taken away, or that there is none. */
export function onNextMessage(clear: (() => void) | undefined): void {
  takeAway = clear;
}

/** Before anything is written that may reach the same terminal: a line that changes is taken away. */
export function clearForMessage(): void {
  const clear = takeAway;
  takeAway = undefined;
  clear?.();
}

/**
 * Shows a line to a person. Programs that start this one take any byte there for a failure, so nothing is written
 * where it is not a terminal.
 */
export async function showOnTerminal(line: string): Promise<void> {
  const { isatty } = await import('node:tty');
  const fd = messagesFd();
  if (!isatty(fd)) return;
  clearForMessage();
  try {
    writeSync(fd, `${line}\n`);
  } catch {
    // The terminal is gone: nobody is waiting any more.
  }
}
