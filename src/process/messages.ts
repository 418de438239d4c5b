import { writeSync } from 'node:fs';

/** The launcher hands stderr on under another number, since the runtime prints on 2 what nobody may read. */
export function messagesFd(): number {
  return process.env['GPBACKUP_S3_PLUGIN_MESSAGES'] === '3' ? 3 : 2;
}

/**
 * Shows a line to a person. Programs that start this one take any byte there for a failure, so nothing is written
 * where it is not a terminal.
 */
export async function showOnTerminal(line: string): Promise<void> {
  const { isatty } = await import('node:tty');
  const fd = messagesFd();
  if (!isatty(fd)) return;
  try {
    writeSync(fd, `${line}\n`);
  } catch {
    // The terminal is gone: nobody is waiting any more.
  }
}
